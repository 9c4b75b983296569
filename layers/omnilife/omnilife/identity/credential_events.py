"""What identity announces of passwords, addresses, second factors and roles."""

from datetime import datetime
from typing import Literal, Self

from omnilife.core.events import DomainEvent, EventData
from omnilife.identity.about_users import UserEvent
from omnilife.identity.accounts import Role
from omnilife.identity.events import Template

type Reason = Literal["nobody", "limited"]
"""Nobody waits for it at that address, or the address has had its mails of the hour."""


class PasswordChangedData(EventData):
    """How: with the one before, or by a mailed link."""

    vocabulary: Literal["authn_password_change"] = "authn_password_change"
    user_id: str
    method: Literal["password", "email_link"]
    address: str


class PasswordChanged(UserEvent):
    """An account has a new password; its other sessions are over, and all links that were mailed before."""

    type: Literal["PasswordChanged"] = "PasswordChanged"
    aggregate: Literal["user"] = "user"
    data: PasswordChangedData


class PasswordChangeFailedData(EventData):
    """From where somebody with a session did not know the password."""

    vocabulary: Literal["authn_password_change_fail"] = "authn_password_change_fail"
    user_id: str
    address: str


class PasswordChangeFailed(UserEvent):
    """Somebody who was signed in did not know the password: perhaps not its owner."""

    type: Literal["PasswordChangeFailed"] = "PasswordChangeFailed"
    aggregate: Literal["user"] = "user"
    data: PasswordChangeFailedData


class EmailChangedData(EventData):
    """Whose. The addresses are in the account."""

    vocabulary: Literal["user_updated"] = "user_updated"
    user_id: str


class EmailChanged(UserEvent):
    """An account has another address, which was confirmed."""

    type: Literal["EmailChanged"] = "EmailChanged"
    aggregate: Literal["user"] = "user"
    data: EmailChangedData


class SecondFactorChangedData(EventData):
    """Whether there is one now."""

    vocabulary: Literal["user_updated"] = "user_updated"
    user_id: str
    enabled: bool


class SecondFactorChanged(UserEvent):
    """A second factor was put in force, or removed."""

    type: Literal["SecondFactorChanged"] = "SecondFactorChanged"
    aggregate: Literal["user"] = "user"
    data: SecondFactorChangedData


class RolesChangedData(EventData):
    """Which there were, and which there are."""

    vocabulary: Literal["privilege_permissions_changed"] = "privilege_permissions_changed"
    user_id: str
    before: list[Role]
    after: list[Role]


class RolesChanged(UserEvent):
    """An administrator gave or took roles; tokens that say otherwise are refused."""

    type: Literal["RolesChanged"] = "RolesChanged"
    aggregate: Literal["user"] = "user"
    data: RolesChangedData


class MailWithheldData(EventData):
    """Why. Neither an address nor who asked."""

    template: Template
    reason: Reason


class MailWithheld(DomainEvent):
    """A mail was asked for that goes to nobody. Written so that both cases are the same work."""

    type: Literal["MailWithheld"] = "MailWithheld"
    aggregate: Literal["mail"] = "mail"
    data: MailWithheldData

    @classmethod
    def of(cls, template: Template, mail_id: str, at: datetime, reason: Reason) -> Self:
        return cls(
            id=mail_id,
            time=at,
            aggregate_id=mail_id,
            version=1,
            actor="anonymous",
            data=MailWithheldData(template=template, reason=reason),
        )
