"""Several sorted partitions read as one sorted sequence, a page at a time."""

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from omnilife.core.attributes import Item

LONGEST_READ = 200


@dataclass(frozen=True, slots=True)
class Chunk:
    """What one read of a partition gave; `last_key` is None at the partition's end."""

    items: Sequence[Item]
    last_key: Item | None


type ReadPartition = Callable[[str, str | None, int], Chunk]
"""(partition, position, limit) → its items strictly after that position, at most `limit` looked at."""


@dataclass(slots=True)
class _Shard:
    partition: str
    position: str | None  # everything up to here has been looked at
    items: deque[Item] = field(default_factory=deque)
    ended: bool = False

    @property
    def dry(self) -> bool:
        return not self.items and not self.ended


class MergedRead:
    """The items of `partitions` in the order of `sort_key`, from just after `position` on.

    Positions are values of the sort key, unique over all partitions; so one position holds for all of them,
    and a page never repeats or skips an item whose sort key did not change.

    Args:
        read: reads one partition; called from a thread for each partition.
        sort_key: the attribute that the partitions are sorted by.
        forward: ascending.
        position: where an earlier read stopped; None: at the beginning.
        first_read: how many items to look at in a partition at first; it doubles at each further read.
        budget: how many items may be looked at, in all; the read that passes it is the last one. `take` then
            gives fewer than asked for, and `position` says where to go on.
    """

    def __init__(
        self,
        read: ReadPartition,
        partitions: Sequence[str],
        *,
        sort_key: str,
        forward: bool,
        position: str | None,
        first_read: int,
        budget: int,
    ) -> None:
        self.position = position
        self._read = read
        self._sort_key = sort_key
        self._first = min if forward else max
        self._shards = [_Shard(partition, position) for partition in partitions]
        self._limit = first_read
        self._budget = budget

    @property
    def ended(self) -> bool:
        """Nothing is left after `position`."""
        return all(shard.ended and not shard.items for shard in self._shards)

    @property
    def exhausted(self) -> bool:
        """The budget does not allow for another read."""
        return self._budget < 0

    def take(self, count: int) -> list[Item]:
        """The next `count` items; fewer at the end, or when the budget is used up."""
        taken: list[Item] = []
        while len(taken) < count and not self.ended:
            dry = [shard for shard in self._shards if shard.dry]
            if dry and not self.exhausted:
                self._refill(dry)
                continue
            # Of a shard that may not be read on, nothing is known beyond its position: stop there.
            horizons = [str(shard.position) for shard in dry]
            heads = {self._head(shard): shard for shard in self._shards if shard.items}
            self.position = self._first([*horizons, *heads])
            if self.position in horizons:
                break
            taken.append(heads[self.position].items.popleft())
        return taken

    def _head(self, shard: _Shard) -> str:
        position: str = shard.items[0][self._sort_key]
        return position

    def _refill(self, shards: Sequence[_Shard]) -> None:
        limit = min(self._limit, LONGEST_READ)
        with ThreadPoolExecutor(len(shards)) as readers:
            chunks = list(readers.map(lambda s: self._read(s.partition, s.position, limit), shards))
        for shard, chunk in zip(shards, chunks, strict=True):
            shard.items.extend(chunk.items)
            shard.ended = chunk.last_key is None
            if chunk.last_key is not None:
                shard.position = chunk.last_key[self._sort_key]
        self._budget -= limit * len(shards)
        self._limit *= 2
