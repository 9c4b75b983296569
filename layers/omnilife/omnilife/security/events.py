"""What security announces on the bus, as source `omnilife.security`."""

from datetime import datetime
from typing import Literal, Self

from omnilife.core.clock import Timestamp
from omnilife.core.events import DomainEvent, EventData
from omnilife.security.blacklist_models import Entry
from omnilife.security.login_guard import Admitted


class LoginFailedData(EventData):
    """`account` is a keyed hash of the address that was tried; `locked_until`: this attempt locked it."""

    vocabulary: Literal["authn_login_fail", "authn_login_lock"]
    account: str
    address: str
    user_agent: str
    known_device: bool
    attempts_left: int
    locked_until: Timestamp | None
    risk: float
    suspicious: bool


class LoginFailed(DomainEvent):
    """A server-side caller reported a failed sign-in. `version` is that of the account's window."""

    type: Literal["LoginFailed"] = "LoginFailed"
    aggregate: Literal["account"] = "account"
    data: LoginFailedData

    @classmethod
    def of(
        cls, admitted: Admitted, *, address: str, user_agent: str, event_id: str, actor: str, at: datetime
    ) -> Self:
        return cls(
            id=event_id,
            time=at,
            aggregate_id=admitted.account,
            version=admitted.version,
            actor=actor,
            data=LoginFailedData(
                vocabulary="authn_login_lock" if admitted.locks else "authn_login_fail",
                account=admitted.account,
                address=address,
                user_agent=user_agent,
                known_device=admitted.device is not None,
                attempts_left=admitted.attempts_left,
                locked_until=admitted.locks,
                risk=admitted.risk,
                suspicious=admitted.suspicious,
            ),
        )


class BlacklistChangedData(EventData):
    """Which entry, as it was written or was when it was deleted."""

    vocabulary: Literal["authz_admin"] = "authz_admin"
    entry_id: str
    change: Literal["added", "deleted"]
    cidr: str
    kind: Literal["block", "allow"]
    reason: str
    expires_at: Timestamp | None


class BlacklistChanged(DomainEvent):
    """An administrator changed the address blacklist. `version` is 1 for an entry added, 2 for its end."""

    type: Literal["BlacklistChanged"] = "BlacklistChanged"
    aggregate: Literal["blacklist_entry"] = "blacklist_entry"
    data: BlacklistChangedData

    @classmethod
    def of(
        cls, entry: Entry, change: Literal["added", "deleted"], *, event_id: str, actor: str, at: datetime
    ) -> Self:
        return cls(
            id=event_id,
            time=at,
            aggregate_id=entry.entry_id,
            version=1 if change == "added" else 2,
            actor=actor,
            data=BlacklistChangedData(
                entry_id=entry.entry_id,
                change=change,
                cidr=str(entry.cidr),
                kind=entry.kind,
                reason=entry.reason,
                expires_at=entry.expires_at,
            ),
        )
