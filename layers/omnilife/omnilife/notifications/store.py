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
from typing import Self

from omnilife.core.clock import Clock, system_clock
from omnilife.core.conditions import Path
from omnilife.core.config import Settings
from omnilife.core.table import Table
from omnilife.notifications.claims import Claims
from omnilife.notifications.orders import MailOrder


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSettings(Settings):
    notifications_table: str


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
        return self._claims.take(
            _key(order),
            {
                "template": order.template,
                "user_id": order.user_id,
                "i1pk": f"USER#{order.user_id}",
                "i1sk": order.mail_id,
            },
        )

    def give_back(self, order: MailOrder, reason: str) -> None:
        """It was certainly not sent: whoever gets it next may try as if for the first time."""
        self._claims.give_back(_key(order), reason)

    def sent(self, order: MailOrder, *, carrier: str, carrier_id: str) -> None:
        """A carrier has it."""
        self._end(order, "sent", {"carrier": carrier, "carrier_id": carrier_id})

    def suppressed(self, order: MailOrder, reason: str) -> None:
        """It is not to be sent, ever."""
        self._end(order, "suppressed", {"reason": reason})

    @property
    def _claims(self) -> Claims:
        return Claims(self.table, self.clock)

    def _end(self, order: MailOrder, state: str, more: Mapping[str | Path, str]) -> None:
        self._claims.end(_key(order), state, more)


def _key(order: MailOrder) -> dict[str, str]:
    return {"pk": f"MAIL#{order.mail_id}", "sk": "MAIL"}
