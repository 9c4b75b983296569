"""What became of each message: `notification_logs`. Neither an address nor a text is kept.

| entity            | pk             | sk                                    |
|-------------------|----------------|---------------------------------------|
| notification_logs | LOGS#<user id> | DELIVERY#<notification id>#<channel>  |
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from omnilife.core.clock import Clock, rfc3339, system_clock
from omnilife.core.conditions import Path, attribute
from omnilife.core.table import ConditionFailed, Table
from omnilife.notifications.claims import Claims
from omnilife.notifications.models import Channel, Delivery, DeliveryOrder
from omnilife.notifications.store_notes import NotesSettings

RANK: Mapping[str, int] = {
    state: rank
    for rank, states in enumerate(
        (
            ("claimed",),
            ("uncertain",),
            ("sent",),
            ("delivered",),
            ("opened",),
            ("clicked",),
            ("suppressed", "failed", "bounced"),
            ("complained",),
        )
    )
    for state in states
}
"""A provider's reports come in any order: a state only moves up."""


@dataclass(frozen=True, slots=True)
class DeliveryStore:
    """Who may send which message, and what became of it."""

    table: Table
    clock: Clock = system_clock

    @classmethod
    def from_environment(cls) -> Self:
        return cls(Table(NotesSettings.from_environment().notifications_table))

    def claim(self, order: DeliveryOrder) -> bool:
        """Take the message to send it; False if it has come to its end already. Cost: 1 WCU.

        Raises:
            Busy: somebody else has it.
        """
        return self._claims.take(
            _key(order.user_id, order.notification_id, order.channel),
            {
                "notification_id": order.notification_id,
                "user_id": order.user_id,
                "channel": order.channel,
                "category": order.category,
            },
        )

    def give_back(self, order: DeliveryOrder, reason: str) -> None:
        """It was certainly not sent: whoever gets it next may try as if for the first time."""
        self._claims.give_back(_key(order.user_id, order.notification_id, order.channel), reason)

    def sent(self, order: DeliveryOrder, *, provider: str, provider_id: str) -> None:
        """A provider has it. Cost: 1 WCU."""
        self._end(order, "sent", {"provider": provider, "provider_id": provider_id})

    def suppressed(self, order: DeliveryOrder, reason: str) -> None:
        """It is not to be sent, ever."""
        self._end(order, "suppressed", {"reason": reason})

    def failed(self, order: DeliveryOrder, reason: str) -> None:
        """It cannot be sent, ever."""
        self._end(order, "failed", {"reason": reason})

    def note(
        self,
        *,
        user_id: str,
        notification_id: str,
        channel: Channel,
        what: str,
        at: datetime,
        detail: str = "",
    ) -> bool:
        """Write what a provider or a reader told; False if there is no such message.

        The state moves up to `what`, or stays.
        """
        key = _key(user_id, notification_id, channel)
        while (item := self.table.get(key["pk"], key["sk"], consistent=True)) is not None:
            moved: dict[str | Path, Any] = {}
            if RANK[what] > RANK[item["state"]]:
                moved = {"state": what, "updated_at": rfc3339(self.clock.now())}
            try:
                self.table.update(
                    key,
                    set={f"events_{what}": {"at": rfc3339(at), "detail": detail[:200]}, **moved},
                    condition=attribute("state") == item["state"],
                )
            except ConditionFailed:
                continue  # its state moved meanwhile: each can do so a few times only
            return True
        return False

    def of(self, user_id: str, notification_id: str) -> list[Delivery]:
        """What became of a notification, channel by channel."""
        page = self.table.query(
            f"LOGS#{user_id}", begins_with=f"DELIVERY#{notification_id}#", limit=10, consistent=True
        )
        return [_delivery(item) for item in page.items]

    @property
    def _claims(self) -> Claims:
        return Claims(self.table, self.clock)

    def _end(self, order: DeliveryOrder, state: str, more: Mapping[str | Path, str]) -> None:
        self._claims.end(_key(order.user_id, order.notification_id, order.channel), state, more)


def _delivery(item: Mapping[str, Any]) -> Delivery:
    told = [
        {"what": name.removeprefix("events_"), **value}
        for name, value in item.items()
        if name.startswith("events_")
    ]
    return Delivery.model_validate({**item, "events": sorted(told, key=lambda each: str(each["at"]))})


def _key(user_id: str, notification_id: str, channel: str) -> dict[str, str]:
    return {"pk": f"LOGS#{user_id}", "sk": f"DELIVERY#{notification_id}#{channel}"}
