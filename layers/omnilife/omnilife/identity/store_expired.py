"""Rows of identity's whose time is over and that the TTL has not come to yet.

Rows that end stand in an index by the day on which they do, in sixteen shards, while they are there:

| entity                     | index 2                               |
|----------------------------|---------------------------------------|
| refresh, tokens, tickets   | ENDS#<day>#<shard 0..15>, <pk>        |

DynamoDB's TTL deletes within days. What it has deleted is out of the index too, so that a run finds only what
is late, and costs next to nothing when nothing is.
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Self

from omnilife.core.conditions import attribute
from omnilife.core.table import ConditionFailed, Item, Table
from omnilife.identity.store_accounts import AccountSettings

SHARDS = 16
PAGE = 100


def ending(pk: str, expires_at: int) -> dict[str, Any]:
    """The members that make a row end: its TTL, and its place in the index."""
    return {"expires_at": expires_at, "i2pk": _partition(_day(expires_at), _shard(pk)), "i2sk": pk}


@dataclass(frozen=True, slots=True)
class ExpiredTokens:
    """Rows that are over."""

    table: Table

    @classmethod
    def from_environment(cls) -> Self:
        return cls(Table(AccountSettings.from_environment().identity_table))

    def of_day(self, day: date) -> Iterator[Item]:
        """The rows that end on that day, by the page. Cost: sixteen queries, and one each hundred rows."""
        for shard in range(SHARDS):
            after = None
            while True:
                page = self.table.query(_partition(day, shard), index="index2", after=after, limit=PAGE)
                yield from page.items
                after = page.last_key
                if after is None:
                    break

    def remove(self, item: Item, now: int) -> bool:
        """Delete a row that is over; False if it was prolonged, or is gone. Cost: 1 WCU, and one an index."""
        over = attribute("expires_at") <= now
        try:
            return self.table.delete({"pk": item["pk"], "sk": item["sk"]}, condition=over) is not None
        except ConditionFailed:
            return False


def _day(seconds: int) -> date:
    return datetime.fromtimestamp(seconds, UTC).date()


def _shard(pk: str) -> int:
    return zlib.crc32(pk.encode()) % SHARDS


def _partition(day: date, shard: int) -> str:
    return f"ENDS#{day.isoformat()}#{shard}"
