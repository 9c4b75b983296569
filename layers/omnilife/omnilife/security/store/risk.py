"""Risk signals in DynamoDB: a row a user and day, with a counter for each signal."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

from omnilife.core.clock import Clock, system_clock
from omnilife.core.config import Settings
from omnilife.core.consumer import once
from omnilife.core.events import ReceivedEvent
from omnilife.core.table import Table, Update
from omnilife.security.risk import HISTORY_DAYS, SIGNALS, WINDOW_DAYS

KEPT_DAYS = HISTORY_DAYS + WINDOW_DAYS


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskSettings(Settings):
    security_table: str


@dataclass(frozen=True, slots=True)
class RiskStore:
    """What happened to accounts, by day."""

    table: Table
    clock: Clock = system_clock

    @classmethod
    def from_environment(cls) -> Self:
        return cls(Table(RiskSettings.from_environment().security_table))

    def add(self, user_id: str, event: ReceivedEvent, signals: Mapping[str, int]) -> bool:
        """Count an event's signals on its day, once; False if it was counted before. Cost: 4 WCU."""
        day = event.time.date()
        expires = int(event.time.timestamp()) + KEPT_DAYS * 86_400
        part = Update(
            {"pk": f"RISK#{user_id}", "sk": f"DAY#{day.isoformat()}"},
            set={"entity": "user_risk_profiles", "expires_at": expires},
            add=dict(signals),
        )
        return once(self.table, "risk", event, [part], clock=self.clock)

    def days(self, user_id: str, today: date) -> list[tuple[date, Mapping[str, int]]]:
        """The days of the last ninety on which something happened, newest first. Cost: 0.5 to 2 RCU."""
        first = today - timedelta(days=HISTORY_DAYS - 1)
        page = self.table.query(
            f"RISK#{user_id}",
            between=(f"DAY#{first.isoformat()}", f"DAY#{today.isoformat()}"),
            limit=HISTORY_DAYS,
            forward=False,
        )
        return [
            (
                date.fromisoformat(item["sk"].removeprefix("DAY#")),
                {name: item[name] for name in SIGNALS if name in item},
            )
            for item in page.items
        ]
