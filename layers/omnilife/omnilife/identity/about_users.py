"""What events about users have in common."""

from datetime import datetime
from typing import Any, Self

from omnilife.core.events import DomainEvent
from omnilife.identity.accounts import Account


class UserEvent(DomainEvent):
    """Something about a user, a session or an account; its data begins with whose it is."""

    @classmethod
    def of(
        cls,
        aggregate_id: str,
        version: int,
        *,
        event_id: str,
        user_id: str,
        at: datetime,
        actor: str = "",
        **data: Any,
    ) -> Self:
        """The event; `data` is its data but for `user_id`. Without an `actor` the user did it."""
        return cls.model_validate(
            {
                "id": event_id,
                "time": at,
                "aggregate_id": aggregate_id,
                "version": version,
                "actor": actor or f"user:{user_id}",
                "data": {"user_id": user_id, **data},
            }
        )

    @classmethod
    def about(
        cls,
        account: Account,
        *,
        event_id: str,
        actor: str,
        at: datetime,
        changes: bool = True,
        **data: Any,
    ) -> Self:
        """The event of an account; `changes`: the account itself changed, and `version` is the one after."""
        return cls.of(
            account.user_id,
            account.version + changes,
            event_id=event_id,
            user_id=account.user_id,
            at=at,
            actor=actor,
            **data,
        )
