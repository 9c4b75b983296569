"""Searches in search's table."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self, cast

from omnilife.core.attributes import Item
from omnilife.core.clock import epoch_seconds, parse_rfc3339, rfc3339
from omnilife.core.conditions import Path, missing
from omnilife.core.config import Settings
from omnilife.core.retries import Retrying
from omnilife.core.table import ConditionFailed, Table
from omnilife.search.searches import KEPT, Outcome, Search

type Changes = Mapping[str | Path, Any]

SORT_KEY = "SEARCH"
LOG_PATIENCE_S = 0.2
"""How long throttled writes of the log are tried again: nobody waits for them much longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSettings(Settings):
    search_table: str


def search_pk(search_id: str) -> str:
    """The partition of a search and of the clicks on what it found."""
    return f"SEARCH#{search_id}"


class SearchStore:
    """Searches, each for 30 days.

    | entity | pk | sk |
    |---|---|---|
    | search | SEARCH#<search_id> | SEARCH |

    `query, filters, sort, page, visitor, at, expires_at`, then `total, took_ms, cached, found` once they are
    known. Clicks (see `store_clicks`) add `clicked` and `kinds`. `roll_up_searches` adds `rolled`, what of
    the row it has counted, and takes away `uncounted`, by which the stream's filter knows others' writes.
    A row is 400 to 900 bytes, and at most 5 KB: a query string has its limit.
    """

    def __init__(self, table: Table) -> None:
        self._table = table

    @classmethod
    def from_environment(cls) -> Self:
        table = TableSettings.from_environment().search_table
        return cls(Table(table, retrying=Retrying(deadline_s=LOG_PATIENCE_S)))

    def begin(self, search: Search) -> None:
        """Write the row, unless the outcome's write has overtaken it. Cost: 1 WCU each KB."""
        try:
            self._table.put(key_of(search) | _attributes(search), condition=missing("pk"))
        except ConditionFailed:
            return

    def complete(self, search: Search) -> None:
        """Write the row with its outcome. Cost: 1 WCU each KB.

        Everything is written again: should the first write be lost or late, this one is as good. It is an
        update, so that what clicks have added meanwhile stays.
        """
        self._table.update(key_of(search), set=cast("Changes", _attributes(search)))

    def get(self, search_id: str) -> Search | None:
        """The search of that id, expired or not. Cost: 1 RCU each 4 KB."""
        item = self._table.get(search_pk(search_id), SORT_KEY, consistent=True)
        return None if item is None else search_of(item)


def key_of(search: Search) -> dict[str, str]:
    return {"pk": search_pk(search.search_id), "sk": SORT_KEY}


def _attributes(search: Search) -> dict[str, Any]:
    attributes: dict[str, Any] = {
        "entity": "search",
        "uncounted": "y",
        "query": search.query,
        "filters": dict(search.filters),
        "sort": search.sort,
        "page": search.page,
        "visitor": search.visitor,
        "at": rfc3339(search.at),
        "expires_at": epoch_seconds(search.at + KEPT),
    }
    if search.outcome is not None:
        attributes |= {
            "total": search.outcome.total,
            "took_ms": search.outcome.took_ms,
            "cached": search.outcome.cached,
            "found": search.outcome.total > 0,
        }
    return attributes


def search_of(item: Item) -> Search:
    """The search that a row tells of, read from the table or from its stream."""
    outcome = (
        Outcome(total=item["total"], took_ms=item["took_ms"], cached=item["cached"])
        if "total" in item
        else None
    )
    return Search(
        search_id=item["pk"].partition("#")[2],
        query=item["query"],
        filters=item["filters"],
        sort=item["sort"],
        page=item["page"],
        visitor=item["visitor"],
        at=parse_rfc3339(item["at"]),
        outcome=outcome,
        clicked=frozenset(item.get("clicked", ())),
        kinds=frozenset(item.get("kinds", ())),
    )
