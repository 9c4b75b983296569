"""Accounts: what clients send and see, and what is kept of one."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, JsonValue, RootModel, StringConstraints

from omnilife.core.cards import free_of_cards
from omnilife.core.clock import Timestamp
from omnilife.core.ids import Identifier
from omnilife.identity.addresses import EmailAddress
from omnilife.identity.passwords import MAX_TYPED

Role = Literal["customer", "merchant", "admin"]
PersonName = Annotated[
    str,
    StringConstraints(
        strict=True, strip_whitespace=True, min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]+$"
    ),
    BeforeValidator(free_of_cards),
]
Locale = Annotated[str, StringConstraints(strict=True, pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$")]
TypedPassword = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=MAX_TYPED)]
LinkToken = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=128)]

EDITABLE = ("name", "locale")


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class NewAccount(_Body):
    """Somebody who wants an account."""

    email: EmailAddress
    password: TypedPassword = Field(repr=False)
    name: PersonName
    locale: Locale = "en"


class Credentials(_Body):
    """Who somebody says to be. `device` is for clients without cookies: what an earlier sign-in gave them."""

    email: EmailAddress
    password: TypedPassword = Field(repr=False)
    device_token: Annotated[str, StringConstraints(max_length=128)] | None = Field(None, repr=False)


class EmailOnly(_Body):
    """An address that a mail is asked for."""

    email: EmailAddress


class MailedToken(_Body):
    """The token of a mailed link."""

    token: LinkToken = Field(repr=False)


class ProfilePatch(RootModel[dict[str, JsonValue]]):
    """A JSON merge patch (RFC 7396) of `name` and `locale`; null brings the default locale back."""

    model_config = ConfigDict(
        json_schema_extra={
            "properties": {name: {"description": f"As in an account's {name}."} for name in EDITABLE},
            "additionalProperties": False,
        }
    )


class EditableProfile(_Body):
    """What an account's owner decides."""

    name: PersonName
    locale: Locale = "en"


class Accepted(BaseModel):
    """The same for every address, known or not."""

    status: Literal["verification_sent"] = "verification_sent"


class User(BaseModel):
    """An account, as its owner sees it."""

    user_id: Identifier
    email: str
    name: str
    locale: str
    roles: list[Role]
    mfa_enabled: bool
    created_at: Timestamp
    updated_at: Timestamp


class Account(BaseModel):
    """An account as it is kept.

    Attributes:
        email: as `normalise_email` gives it.
        epoch: grows when all sessions end at once; a session of an earlier one is dead.
        tokens_after: epoch seconds; access tokens made before are taken back.
        version: grows with every change.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    user_id: Identifier
    email: str
    name: str
    locale: str = "en"
    roles: list[Role]
    status: Literal["unverified", "active", "erasing"]
    password_hash: str = Field(repr=False)
    mfa_enabled: bool = False
    epoch: int = 0
    tokens_after: int = 0
    version: int
    created_at: Timestamp
    updated_at: Timestamp
    verified_at: Timestamp | None = None
    previous_email: str | None = None

    @classmethod
    def read(cls, item: Mapping[str, Any]) -> Self:
        return cls.model_validate({**item, "roles": sorted(item["roles"])})

    @property
    def user(self) -> User:
        """What its owner sees."""
        return User.model_validate(self.model_dump(include=set(User.model_fields)))
