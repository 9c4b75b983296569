"""Messages, claimed before they are handed over and noted after: one mechanism for every row of that kind.

Who dies between the two leaves a claim that runs out; then a second worker may try, and that is all: a
message is sent at most twice.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from omnilife.core.clock import Clock, epoch_seconds, rfc3339, system_clock
from omnilife.core.conditions import Path, attribute, missing
from omnilife.core.table import ConditionFailed, Table

KEPT = timedelta(days=90)
CLAIM_S = 60
"""Longer than a worker may run: who claimed it is gone by then."""

MAX_OPEN_TRIES = 2
"""Tries of which nobody knows how they ended. After so many it may have arrived twice, and is left."""


class Busy(Exception):  # noqa: N818 (says what is the case)
    """Another worker has the message; the queue brings it again."""


@dataclass(frozen=True, slots=True)
class Claims:
    """Who may send the message of a row, and how that ended."""

    table: Table
    clock: Clock = system_clock

    def take(self, key: Mapping[str, str], members: Mapping[str | Path, Any]) -> bool:
        """Take the message to send it; False if it has come to its end already. Cost: 1 WCU.

        Args:
            members: what the row says of the message.

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
                key,
                set={
                    "entity": "notification_logs",
                    **members,
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
            self.end(key, "uncertain", {"reason": "worker_died_twice"})
            return False
        return True

    def give_back(self, key: Mapping[str, str], reason: str) -> None:
        """It was certainly not sent: whoever gets it next may try as if for the first time."""
        now = self.clock.now()
        self.table.update(
            key,
            set={"claimed_until": epoch_seconds(now), "reason": reason, "updated_at": rfc3339(now)},
            add={"open_tries": -1},
        )

    def end(self, key: Mapping[str, str], state: str, more: Mapping[str | Path, str]) -> None:
        """It has come to its end."""
        self.table.update(key, set={"state": state, "updated_at": rfc3339(self.clock.now()), **more})
