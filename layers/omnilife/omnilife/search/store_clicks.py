"""Clicks in search's table."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, Self

from omnilife.core.attributes import Item
from omnilife.core.clock import epoch_seconds, parse_rfc3339, rfc3339
from omnilife.core.conditions import attribute, exists, missing
from omnilife.core.errors import Unavailable
from omnilife.core.table import ConditionFailed, Part, Put, Table, Update
from omnilife.search.clicks import Click
from omnilife.search.searches import KEPT
from omnilife.search.store_searches import SORT_KEY, SearchStore, TableSettings, search_pk

MOST_OF_ONE_ADDRESS = 10
"""Counts a day of one product and kind: a household or a small office behind one address, and no more."""
MOST_TOGETHER = 5
"""Products of one search that are remembered as clicked together: ten pairs."""
_DAY_AND_A_DAY = timedelta(days=2)
_TRIES = 4
_NEWS: Mapping[Any, Any] = {"uncounted": "y"}


class ClickStore:
    """Clicks, each with what keeps it from counting twice.

    | entity | pk | sk |
    |---|---|---|
    | click | SEARCH#<search_id> | CLICK#<kind>#<product_id> |
    | | CLICKED#<visitor>#<day> | <kind>#<product_id> |
    | | CLICKCAP#<pseudonym of address, day, kind and product> | CLICKCAP |

    Clicks go with their search, after 30 days; the other two after two days. The search's row learns what was
    done (`kinds`) and, of what counts, which products (`clicked`).
    """

    def __init__(self, table: Table) -> None:
        self._table = table
        self.searches = SearchStore(table)

    @classmethod
    def from_environment(cls) -> Self:
        return cls(Table(TableSettings.from_environment().search_table))

    def add(self, click: Click, *, source: str) -> Click:
        """Keep a click, and say whether it counts; if there is one already, that is what is returned.

        `source` stands for the client's address. Cost: one transaction, 8 WCU; 4 for one that does not count.

        Raises:
            Unavailable: nothing was kept.
        """
        together = click.kind == "click"
        for _ in range(_TRIES):
            try:
                self._table.transact(_parts(click, source, together=together and click.counted))
            except ConditionFailed as failed:
                if failed.part == "click" and failed.item:
                    return click_of(failed.item)
                if failed.part == "search":
                    together = False
                else:
                    click = replace(click, counted=False)
            else:
                return click
        raise Unavailable("The click could not be kept. Try again shortly.")


def _parts(click: Click, source: str, *, together: bool) -> list[Part]:
    parts: list[Part] = [Put(_item(click), condition=missing("pk"), name="click")]
    if click.counted:
        day = click.at.date().isoformat()
        expires_at = epoch_seconds(click.at + _DAY_AND_A_DAY)
        parts += [
            Put(
                {
                    "pk": f"CLICKED#{click.visitor}#{day}",
                    "sk": f"{click.kind}#{click.product_id}",
                    "expires_at": expires_at,
                },
                condition=missing("pk"),
                name="visitor",
            ),
            Update(
                {"pk": f"CLICKCAP#{source}", "sk": "CLICKCAP"},
                add={"n": 1},
                set={"expires_at": expires_at},
                condition=missing("pk") | (attribute("n") < MOST_OF_ONE_ADDRESS),
                name="address",
            ),
        ]
    key = {"pk": search_pk(click.search_id), "sk": SORT_KEY}
    if together:
        room = missing("clicked") | (attribute("clicked").size() < MOST_TOGETHER)
        added = {"kinds": {click.kind}, "clicked": {click.product_id}}
        parts.append(Update(key, add=added, set=_NEWS, condition=exists("pk") & room, name="search"))
    else:
        parts.append(
            Update(key, add={"kinds": {click.kind}}, set=_NEWS, condition=exists("pk"), name="search")
        )
    return parts


def _item(click: Click) -> Item:
    return {
        "pk": search_pk(click.search_id),
        "sk": f"CLICK#{click.kind}#{click.product_id}",
        "entity": "click",
        "product_id": click.product_id,
        "kind": click.kind,
        "position": click.position,
        "query": click.query,
        "visitor": click.visitor,
        "searched_at": rfc3339(click.searched_at),
        "at": rfc3339(click.at),
        "counted": click.counted,
        "uncounted": "y",
        "expires_at": epoch_seconds(click.searched_at + KEPT),
    }


def click_of(item: Item) -> Click:
    """The click that a row tells of."""
    return Click(
        search_id=item["pk"].partition("#")[2],
        product_id=item["product_id"],
        kind=item["kind"],
        position=item["position"],
        query=item["query"],
        visitor=item["visitor"],
        searched_at=parse_rfc3339(item["searched_at"]),
        at=parse_rfc3339(item["at"]),
        counted=item["counted"],
    )
