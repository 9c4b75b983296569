"""What became of each message: `notification_logs`. Neither an address nor a text is kept.

| entity            | pk             | sk                                    |
|-------------------|----------------|---------------------------------------|
| notification_logs | LOGS#<user id> | DELIVERY#<notification id>#<channel>  |

A message is claimed before it is handed over and noted after. Who dies between the two leaves a claim that
runs out; then a second worker may try, and that is all: a message is sent at most twice.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from omnilife.core.clock import Clock, epoch_seconds, rfc3339, system_clock
from omnilife.core.conditions import Path, attribute, missing
from omnilife.core.table import ConditionFailed, Table
from omnilife.notifications.models import Channel, Delivery, DeliveryOrder
from omnilife.notifications.store import Busy
from omnilife.notifications.store_notes import NotesSettings

KEPT = timedelta(days=90)
CLAIM_S = 60
"""Longer than a worker may run: who claimed it is gone by then."""

MAX_OPEN_TRIES = 2
"""Tries of which nobody knows how they ended."""

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
        now = self.clock.now()
        claimable = missing("pk") | (
            (attribute("state") == "claimed")
            & (attribute("claimed_until") <= epoch_seconds(now))
            & (attribute("open_tries") < MAX_OPEN_TRIES)
        )
        try:
            self.table.update(
                _key(order.user_id, order.notification_id, order.channel),
                set={
                    "entity": "notification_logs",
                    "notification_id": order.notification_id,
                    "user_id": order.user_id,
                    "channel": order.channel,
                    "category": order.category,
                    "state": "claimed",
                    "claimed_until": epoch_seconds(now) + CLAIM_S,
                    "updated_at": rfc3339(now),
                    "expires_at": epoch_seconds(now + KEPT),
                },
                add={"tries": 1, "open_tries": 1},
                condition=claimable,
            )
        except ConditionFailed as failed:
            item = failed.item or {}
            if item.get("state") != "claimed":
                return False
            if item["claimed_until"] > epoch_seconds(now):
                raise Busy from failed
            self._end(order, "uncertain", {"reason": "worker_died_twice"})
            return False
        return True

    def give_back(self, order: DeliveryOrder, reason: str) -> None:
        """It was certainly not sent: whoever gets it next may try as if for the first time."""
        now = self.clock.now()
        self.table.update(
            _key(order.user_id, order.notification_id, order.channel),
            set={"claimed_until": epoch_seconds(now), "reason": reason, "updated_at": rfc3339(now)},
            add={"open_tries": -1},
        )

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

    def _end(self, order: DeliveryOrder, state: str, more: Mapping[str | Path, str]) -> None:
        self.table.update(
            _key(order.user_id, order.notification_id, order.channel),
            set={"state": state, "updated_at": rfc3339(self.clock.now()), **more},
        )


def _delivery(item: Mapping[str, Any]) -> Delivery:
    told = [
        {"what": name.removeprefix("events_"), **value}
        for name, value in item.items()
        if name.startswith("events_")
    ]
    return Delivery.model_validate({**item, "events": sorted(told, key=lambda each: str(each["at"]))})


def _key(user_id: str, notification_id: str, channel: str) -> dict[str, str]:
    return {"pk": f"LOGS#{user_id}", "sk": f"DELIVERY#{notification_id}#{channel}"}
