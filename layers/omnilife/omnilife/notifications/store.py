"""Mails and what became of them, in the `notifications` table. No other module knows a key.

| entity            | pk             | sk   | members                                                       |
|-------------------|----------------|------|---------------------------------------------------------------|
| notification_logs | MAIL#<mail id> | MAIL | template, user_id, state, tries, open_tries, claimed_until,   |
|                   |                |      | reason, carrier, carrier_id, updated_at, expires_at           |
|                   |                |      | index 1: USER#<user id>, <mail id>                            |

States: claimed, then sent, suppressed (with its reason), uncertain; or claimed again. Neither the
address nor the text of a mail is kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Self

from omnilife.core.clock import Clock, epoch_seconds, rfc3339, system_clock
from omnilife.core.conditions import Path, attribute, missing
from omnilife.core.config import Settings
from omnilife.core.table import ConditionFailed, Table
from omnilife.notifications.orders import MailOrder

KEPT = timedelta(days=90)
CLAIM_S = 60
"""Longer than the function may run: who claimed it is gone by then."""

MAX_OPEN_TRIES = 2
"""Tries of which nobody knows how they ended. After so many the mail may have arrived twice, and is left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSettings(Settings):
    notifications_table: str


class Busy(Exception):  # noqa: N818 (says what is the case)
    """Another worker has the mail; the queue brings it again."""


@dataclass(frozen=True, slots=True)
class MailStore:
    """Who may send which mail, and what became of it."""

    table: Table
    clock: Clock = system_clock

    @classmethod
    def from_environment(cls) -> Self:
        return cls(Table(MailSettings.from_environment().notifications_table))

    def claim(self, order: MailOrder) -> bool:
        """Take the mail to send it; False if it has come to its end already. Cost: 1 WCU.

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
                _key(order),
                set={
                    "entity": "notification_logs",
                    "template": order.template,
                    "user_id": order.user_id,
                    "i1pk": f"USER#{order.user_id}",
                    "i1sk": order.mail_id,
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
            self._end(order, "uncertain", {"reason": "a worker died twice while it sent this mail"})
            return False
        return True

    def give_back(self, order: MailOrder, reason: str) -> None:
        """It was certainly not sent: whoever gets it next may try as if for the first time."""
        now = self.clock.now()
        self.table.update(
            _key(order),
            set={"claimed_until": epoch_seconds(now), "reason": reason, "updated_at": rfc3339(now)},
            add={"open_tries": -1},
        )

    def sent(self, order: MailOrder, *, carrier: str, carrier_id: str) -> None:
        """A carrier has it."""
        self._end(order, "sent", {"carrier": carrier, "carrier_id": carrier_id})

    def suppressed(self, order: MailOrder, reason: str) -> None:
        """It is not to be sent, ever."""
        self._end(order, "suppressed", {"reason": reason})

    def _end(self, order: MailOrder, state: str, more: Mapping[str | Path, str]) -> None:
        self.table.update(_key(order), set={"state": state, "updated_at": rfc3339(self.clock.now()), **more})


def _key(order: MailOrder) -> dict[str, str]:
    return {"pk": f"MAIL#{order.mail_id}", "sk": "MAIL"}
