"""Security events in DynamoDB: sixteen partitions by time, and sparse indexes by user, address and name.

No one partition is written by all events: a name's index is sharded like the table itself, a user's and an
address's hold what is about them alone.
"""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from omnilife.core.conditions import Condition, attribute
from omnilife.core.config import Settings
from omnilife.core.merged_read import Chunk, MergedRead
from omnilife.core.table import Table

SHARDS = 16
KEPT_S = 365 * 86_400
READ_BUDGET = 8_000
FIRST, LAST = "0", "~"


@dataclass(frozen=True, slots=True, kw_only=True)
class EventSettings(Settings):
    security_table: str


@dataclass(frozen=True, slots=True)
class SecurityEventStore:
    """Security events, for a year."""

    table: Table

    @classmethod
    def from_environment(cls) -> Self:
        return cls(Table(EventSettings.from_environment().security_table))

    def keep(self, record: Mapping[str, Any], *, event_id: str, at: str, now: int) -> None:
        """Write an event; over itself, if it comes again. Cost: 1 WCU each KB, and as much an index."""
        position = f"{at}#{event_id}"
        shard = zlib.crc32(event_id.encode()) % SHARDS
        item = {
            "pk": f"SECURITY#{shard}",
            "sk": position,
            "entity": "security_events",
            "record": dict(record),
            "severity": record["severity"],
            "type": record["type"],
            "i3pk": f"NAMED#{record['type']}#{shard}",
            "i3sk": position,
            "expires_at": now + KEPT_S,
        }
        if record["user_id"]:
            item |= {"user_id": record["user_id"], "i1pk": f"ABOUT#{record['user_id']}", "i1sk": position}
        if record["address"]:
            item |= {"address": record["address"], "i2pk": f"FROM#{record['address']}", "i2sk": position}
        self.table.put(item)

    def browse(
        self,
        *,
        vocabulary: str | None,
        severity: str | None,
        user_id: str | None,
        address: str | None,
        since: str | None,
        until: str | None,
        limit: int,
        position: str | None,
    ) -> MergedRead:
        """The events that pass, newest first, from `position` on. One query, or sixteen at a time."""
        index: str | None = None
        if user_id is not None:
            index, partitions = "index1", [f"ABOUT#{user_id}"]
        elif address is not None:
            index, partitions = "index2", [f"FROM#{address}"]
        elif vocabulary is not None:
            index, partitions = "index3", [f"NAMED#{vocabulary}#{shard}" for shard in range(SHARDS)]
        else:
            partitions = [f"SECURITY#{shard}" for shard in range(SHARDS)]
        condition = _condition(type=vocabulary, severity=severity, user_id=user_id, address=address)
        sort_key = "sk" if index is None else f"i{index[-1]}sk"
        # Positions begin with the instant and go on with `#`: an instant alone sorts before all of its own.
        low, high = since or FIRST, until or LAST

        def read(partition: str, after: str | None, most: int) -> Chunk:
            bounds = (low, high if after is None else after)
            page = self.table.query(
                partition, index=index, between=bounds, limit=most, forward=False, filter=condition
            )
            return Chunk([item for item in page.items if item[sort_key] != after], page.last_key)

        share = -(-limit // len(partitions))
        return MergedRead(
            read,
            partitions,
            sort_key=sort_key,
            forward=False,
            position=position,
            first_read=2 * share + 4 if condition is None else max(50, share + 1),
            budget=READ_BUDGET,
        )


def _condition(**wanted: str | None) -> Condition | None:
    found: Condition | None = None
    for name, value in wanted.items():
        if value is not None:
            holds = attribute(name) == value
            found = holds if found is None else found & holds
    return found
