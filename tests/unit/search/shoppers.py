"""Shoppers who search and click, for tests of what is learned from them."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from omnilife.core.attributes import item_to_wire
from omnilife.core.clock import FixedClock
from omnilife.core.table import Table
from omnilife.search.clicks import ClickReceipt, ClickReport, Kind
from omnilife.search.criteria import Criteria
from omnilife.search.record_click import record_click
from omnilife.search.roll_up_searches import roll_up_searches
from omnilife.search.searches import Outcome, Search
from omnilife.search.store_clicks import ClickStore
from omnilife.search.store_rollups import RollupStore
from omnilife.search.store_searches import SearchStore
from omnilife.search.visitors import Pseudonyms

PSEUDONYMS = Pseudonyms(b"k" * 32)


@dataclass
class Shoppers:
    """Everything that is learned is in one table; `keys` are the rows that its stream would tell of."""

    table: Table
    clock: FixedClock
    keys: list[dict[str, str]] = field(default_factory=list)
    searched: int = 0

    def search(
        self,
        text: str = "lamp",
        *,
        visitor: str = "v1",
        total: int | None = 10,
        took_ms: int = 12,
        page: int = 1,
        at: datetime | None = None,
    ) -> str:
        """A search; with `total=None` one that the engine did not answer."""
        self.searched += 1
        search_id = f"s{self.searched}"
        search = Search.of(
            search_id, Criteria(text=text), page=page, visitor=visitor, at=at or self.clock.now()
        )
        if total is not None:
            search = replace(search, outcome=Outcome(total=total, took_ms=took_ms))
        SearchStore(self.table).begin(search)  # one write leaves the row that two would
        self.keys.append({"pk": f"SEARCH#{search_id}", "sk": "SEARCH"})
        return search_id

    def click(
        self,
        search_id: str,
        product_id: str = "p1",
        *,
        position: int = 1,
        kind: Kind = "click",
        address: str = "192.0.2.1",
    ) -> ClickReceipt:
        report = ClickReport(search_id=search_id, product_id=product_id, position=position, kind=kind)
        self.keys.append({"pk": f"SEARCH#{search_id}", "sk": f"CLICK#{kind}#{product_id}"})
        return record_click(
            report,
            address=address,
            store=ClickStore(self.table),
            pseudonyms=PSEUDONYMS,
            clock=self.clock,
        )

    def roll_up(self, keys: list[dict[str, str]] | None = None) -> list[str]:
        """The stream's reader sees records of `keys`, by default of all that was written."""
        seen = self.keys if keys is None else keys
        return list(
            roll_up_searches(RollupStore(self.table), [a_record(key, n) for n, key in enumerate(seen)])
        )


def a_record(key: dict[str, str], number: int = 1) -> dict[str, Any]:
    """A record of the table's stream."""
    return {
        "eventName": "MODIFY",
        "dynamodb": {"Keys": item_to_wire(key), "SequenceNumber": str(1000 + number)},
    }
