"""API keys: what an administrator asks for, and what is told of one. Its text is told once."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from omnilife.core.cards import free_of_cards
from omnilife.core.clock import Timestamp
from omnilife.core.ids import Identifier

MAX_DAYS = 366
MAX_OVERLAP_H = 168

KeyKind = Literal["service", "write"]
Scope = Annotated[str, StringConstraints(strict=True, pattern=r"^[a-z]{2,20}:[a-z_]{2,40}$")]
KeyName = Annotated[
    str, StringConstraints(strict=True, min_length=1, max_length=100), BeforeValidator(free_of_cards)
]


class NewApiKey(BaseModel):
    """A key to be made.

    `service` keys call what their scopes open; `write` keys can only send analytics events and have none.
    `replaces` names the key that this one takes over from: that one ends after `overlap_hours`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: KeyName
    kind: KeyKind = "service"
    scopes: Annotated[list[Scope], Field(max_length=20)] = []
    expires_in_days: Annotated[int, Field(strict=True, ge=1, le=MAX_DAYS)] = 365
    replaces: Identifier | None = None
    overlap_hours: Annotated[int, Field(strict=True, ge=0, le=MAX_OVERLAP_H)] = 24

    @model_validator(mode="after")
    def _scopes_fit(self) -> Self:
        if (self.kind == "service") != bool(self.scopes):
            raise PydanticCustomError("scopes", "a service key needs scopes, and a write key has none")
        return self


class ApiKey(BaseModel):
    """A key as administrators see it.

    `prefix` is the beginning of its text, to tell keys apart by; `last_used_at` is right to ten minutes.
    """

    key_id: Identifier
    name: str
    kind: KeyKind
    prefix: str
    scopes: list[str]
    created_by: str
    created_at: Timestamp
    expires_at: Timestamp
    revoked_at: Timestamp | None = None
    replaces: Identifier | None = None
    replaced_by: Identifier | None = None
    last_used_at: Timestamp | None = None


class CreatedApiKey(ApiKey):
    """A new key. `key` is shown here and never again; only its hash is stored."""

    key: str


class ApiKeyPage(BaseModel):
    """Some keys, newest first, and where to go on."""

    items: list[ApiKey]
    next_cursor: str | None = None
