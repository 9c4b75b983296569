"""Popularity in search's table, as it is read; `store_rollups` writes the sums."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from omnilife.core.attributes import Item
from omnilife.core.clock import Clock, rfc3339, system_clock
from omnilife.core.conditions import attribute
from omnilife.core.table import ConditionFailed, Table
from omnilife.search.popularity import score
from omnilife.search.store_rollups import LIST_SHARDS
from omnilife.search.store_searches import TableSettings


@dataclass(frozen=True, slots=True)
class Stale:
    """A product whose document is to get its score anew; `due` is since when."""

    product_id: str
    score: float
    due: str


class PopularityStore:
    """See `store_rollups` for the rows' form."""

    def __init__(self, table: Table, *, clock: Clock = system_clock) -> None:
        self._table = table
        self._clock = clock

    @classmethod
    def from_environment(cls) -> Self:
        return cls(Table(TableSettings.from_environment().search_table))

    def scores(self, product_ids: Iterable[str]) -> dict[str, float]:
        """The scores, now, of those of these products that have any. Cost: half an RCU each."""
        now = self._clock.now()
        keys = [{"pk": f"POPULARITY#{each}", "sk": "POPULARITY"} for each in product_ids]
        found = {_product_id(item): score(item, now) for item in self._table.batch_get(keys)}
        return {product_id: value for product_id, value in found.items() if value}

    def stale(self, *, most: int) -> list[Stale]:
        """Products that are due now, those of each shard that are due longest first. Cost: four queries."""
        now = self._clock.now()
        return [
            Stale(_product_id(item), score(item, now), item["i1sk"])
            for shard in range(LIST_SHARDS)
            for item in self._table.query(
                f"STALE#{shard}", index="index1", between=("0", rfc3339(now)), limit=most // LIST_SHARDS
            ).items
        ]

    def refreshed(self, stale: Stale, *, next_due: datetime | None) -> None:
        """The document has its score; it is due again then, or with the next event.

        What came in meanwhile stays due. Cost: 2 WCU.
        """
        key = {"pk": f"POPULARITY#{stale.product_id}", "sk": "POPULARITY"}
        same = attribute("i1sk") == stale.due
        try:
            if next_due is None:
                self._table.update(key, remove=["i1pk", "i1sk"], condition=same)
            else:
                self._table.update(key, set={"i1sk": rfc3339(next_due)}, condition=same)
        except ConditionFailed:
            return


def _product_id(item: Item) -> str:
    return str(item["pk"].partition("#")[2])
