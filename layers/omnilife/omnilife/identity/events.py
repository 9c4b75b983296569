"""What identity announces on the bus, as source `omnilife.identity`.

`vocabulary` is the event's name in OWASP's logging vocabulary: security keeps those that have one.
"""

from typing import Literal, Self

from pydantic import Field

from omnilife.core.clock import Timestamp
from omnilife.core.events import DomainEvent, EventData
from omnilife.identity.about_users import UserEvent
from omnilife.identity.api_keys import ApiKey, KeyKind
from omnilife.identity.sessions import EndReason


class ApiKeyCreatedData(EventData):
    """What the new key opens, and until when."""

    vocabulary: Literal["authn_token_created"] = "authn_token_created"
    key_id: str
    kind: KeyKind
    scopes: list[str]
    expires_at: Timestamp
    replaces: str | None


class ApiKeyCreated(DomainEvent):
    """An administrator made an API key."""

    type: Literal["ApiKeyCreated"] = "ApiKeyCreated"
    aggregate: Literal["api_key"] = "api_key"
    data: ApiKeyCreatedData

    @classmethod
    def of(cls, key: ApiKey, *, event_id: str, actor: str) -> Self:
        return cls(
            id=event_id,
            time=key.created_at,
            aggregate_id=key.key_id,
            version=1,
            actor=actor,
            data=ApiKeyCreatedData(
                key_id=key.key_id,
                kind=key.kind,
                scopes=key.scopes,
                expires_at=key.expires_at,
                replaces=key.replaces,
            ),
        )


class ApiKeyRevokedData(EventData):
    """The key that opens nothing any more."""

    vocabulary: Literal["authn_token_revoked"] = "authn_token_revoked"
    key_id: str


class ApiKeyRevoked(DomainEvent):
    """An administrator ended an API key before its time."""

    type: Literal["ApiKeyRevoked"] = "ApiKeyRevoked"
    aggregate: Literal["api_key"] = "api_key"
    data: ApiKeyRevokedData

    @classmethod
    def of(cls, key: ApiKey, version: int, *, event_id: str, actor: str) -> Self:
        return cls(
            id=event_id,
            time=key.revoked_at or key.expires_at,
            aggregate_id=key.key_id,
            version=version,
            actor=actor,
            data=ApiKeyRevokedData(key_id=key.key_id),
        )


Method = Literal["password", "email_link", "mfa"]
Template = Literal[
    "verify", "already_registered", "reset", "changed", "unlock", "new_device", "erasing", "export_ready"
]


class UserRegisteredData(EventData):
    """Who, and from where."""

    vocabulary: Literal["user_created"] = "user_created"
    user_id: str
    address: str
    user_agent: str


class UserRegistered(UserEvent):
    """An account was made. Nobody has proved yet to read mail at its address."""

    type: Literal["UserRegistered"] = "UserRegistered"
    aggregate: Literal["user"] = "user"
    data: UserRegisteredData


class RegistrationRepeatedData(EventData):
    """Whose address it was, and from where somebody registered with it."""

    user_id: str
    address: str
    user_agent: str


class RegistrationRepeated(UserEvent):
    """Somebody registered with an address that has an account. Its owner is told by mail."""

    type: Literal["RegistrationRepeated"] = "RegistrationRepeated"
    aggregate: Literal["user"] = "user"
    data: RegistrationRepeatedData


class EmailVerifiedData(EventData):
    """Whose address it is."""

    vocabulary: Literal["user_updated"] = "user_updated"
    user_id: str


class EmailVerified(UserEvent):
    """An account's address was confirmed by a mailed link; its owner can sign in."""

    type: Literal["EmailVerified"] = "EmailVerified"
    aggregate: Literal["user"] = "user"
    data: EmailVerifiedData


class ProfileChangedData(EventData):
    """`fields` are the names of those that changed."""

    vocabulary: Literal["user_updated"] = "user_updated"
    user_id: str
    fields: list[str]


class ProfileChanged(UserEvent):
    """An account's owner changed what an owner decides."""

    type: Literal["ProfileChanged"] = "ProfileChanged"
    aggregate: Literal["user"] = "user"
    data: ProfileChangedData


class SessionsEndedData(EventData):
    """Why; `kept` is the session that went on, if one did."""

    vocabulary: Literal["authn_token_revoked"] = "authn_token_revoked"
    user_id: str
    reason: EndReason
    kept: str | None = None


class SessionsEnded(UserEvent):
    """All of an account's sessions ended at once."""

    type: Literal["SessionsEnded"] = "SessionsEnded"
    aggregate: Literal["user"] = "user"
    data: SessionsEndedData


class LoginSucceededData(EventData):
    """From where, on which device, and how."""

    vocabulary: Literal["authn_login_success"] = "authn_login_success"
    user_id: str
    session_id: str
    method: Method
    address: str
    user_agent: str
    known_device: bool
    risk: float | None


class LoginSucceeded(UserEvent):
    """Somebody signed in: a session begins."""

    type: Literal["LoginSucceeded"] = "LoginSucceeded"
    aggregate: Literal["session"] = "session"
    data: LoginSucceededData


class SessionEndedData(EventData):
    """Which, and why."""

    vocabulary: Literal["authn_token_revoked"] = "authn_token_revoked"
    user_id: str
    session_id: str
    reason: EndReason


class SessionEnded(UserEvent):
    """A session was ended by its owner."""

    type: Literal["SessionEnded"] = "SessionEnded"
    aggregate: Literal["session"] = "session"
    data: SessionEndedData


class TokenReusedData(EventData):
    """Where the used token came from. Either that is a thief, or the one before was."""

    vocabulary: Literal["authn_token_reuse"] = "authn_token_reuse"
    user_id: str
    session_id: str
    address: str
    user_agent: str


class TokenReused(UserEvent):
    """A refresh token was presented a second time (RFC 9700, section 4.14.2): its session is over."""

    type: Literal["TokenReused"] = "TokenReused"
    aggregate: Literal["session"] = "session"
    data: TokenReusedData


class LoginFailedData(EventData):
    """`account` is a keyed hash of the address that was tried; `user_id` only if it is somebody's."""

    vocabulary: Literal["authn_login_fail", "authn_login_lock"]
    account: str
    user_id: str | None
    address: str
    user_agent: str
    known_device: bool
    attempts_left: int
    locked_until: Timestamp | None
    risk: float
    suspicious: bool


class LoginFailed(DomainEvent):
    """An attempt to sign in failed. `version` is that of the account's window of attempts."""

    type: Literal["LoginFailed"] = "LoginFailed"
    aggregate: Literal["account"] = "account"
    data: LoginFailedData


class EmailRequestedData(EventData):
    """One mail to one user. The address and a link's text are not here: `mail_for` tells them."""

    mail_id: str
    template: Template
    user_id: str
    locale: str
    token_id: str | None = None
    recipient: Literal["current", "previous"] = "current"
    data: dict[str, str] = Field(default_factory=dict)


class EmailRequested(DomainEvent):
    """A mail is to be sent, once."""

    type: Literal["EmailRequested"] = "EmailRequested"
    aggregate: Literal["mail"] = "mail"
    data: EmailRequestedData
