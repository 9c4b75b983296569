"""Sessions: one a sign-in, each with one family of refresh tokens."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from omnilife.core.clock import Timestamp
from omnilife.core.ids import Identifier
from omnilife.identity.accounts import User

IDLE_S = 30 * 86_400
"""A refresh token's life: a session that is not used for that long is over."""

SESSION_S = 90 * 86_400
"""A session's life, however much it is used."""

REPEAT_S = 10
"""How long a client that lost the answer may present the same refresh token again."""

MAX_LISTED = 100
MAX_AGENT = 256

EndReason = Literal["logout", "ended", "token_reused", "password_changed", "erased"]


@dataclass(frozen=True, slots=True)
class Client:
    """Where a request comes from."""

    address: str
    user_agent: str = ""

    @classmethod
    def of(cls, address: str, headers: Mapping[str, str]) -> Self:
        return cls(address, headers.get("user-agent", "")[:MAX_AGENT])


class RefreshRequest(BaseModel):
    """The refresh token that the last answer gave."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    refresh_token: Annotated[str, StringConstraints(strict=True, min_length=1, max_length=128)] = Field(
        repr=False
    )


class Tokens(BaseModel):
    """What a client keeps: the access token for `expires_in` seconds, the refresh token for the next ones."""

    access_token: str = Field(repr=False)
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 (a kind of token)
    expires_in: int
    refresh_token: str = Field(repr=False)
    session_id: Identifier


class SignedIn(Tokens):
    """Tokens, and whose they are. `device_token` is for clients without cookies: what the cookie has."""

    user: User
    device_token: str | None = Field(None, repr=False)


class MfaRequired(BaseModel):
    """The password was right; a code of the second factor has to follow within `expires_in` seconds."""

    mfa_required: Literal[True] = True
    mfa_token: str = Field(repr=False)
    expires_in: int


class Session(BaseModel):
    """Where somebody is signed in. `current`: it is the one that asks."""

    session_id: Identifier
    current: bool
    created_at: Timestamp
    last_used_at: Timestamp
    address: str
    user_agent: str
    expires_at: Timestamp


class SessionPage(BaseModel):
    """Sessions in force, newest first; at most 100 are shown."""

    items: list[Session]
    next_cursor: str | None = None


class StoredSession(BaseModel):
    """A session as it is kept.

    Attributes:
        family: the name of its refresh tokens, by which access tokens of them can be denied.
        epoch: the account's when it was opened.
        refresh_hash: of the one refresh token that is alive.
        previous_hash: of the one before, and `successor`: the live one, sealed under the one before, until
            `successor_until` (epoch milliseconds), for a client that lost the answer.
        valid_until: epoch seconds; over when not used until then.
        ends_at: epoch seconds; over then in any case.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    session_id: Identifier
    user_id: Identifier
    family: Identifier
    epoch: int
    refresh_hash: str
    previous_hash: str = ""
    successor: bytes = b""
    successor_until: int = 0
    rotations: int = 0
    created_at: Timestamp
    last_used_at: Timestamp
    address: str
    user_agent: str
    valid_until: int
    ends_at: int
    ended_at: Timestamp | None = None

    def alive(self, now: int, epoch: int) -> bool:
        """Whether it is in force at `now` (epoch seconds), for an account of that epoch."""
        return self.ended_at is None and self.epoch == epoch and now < min(self.valid_until, self.ends_at)
