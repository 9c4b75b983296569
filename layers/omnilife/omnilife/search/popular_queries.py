"""`refresh_popular_queries`: what is suggested follows what shoppers ask for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from omnilife.core.clock import Clock, system_clock
from omnilife.search.masking import is_masked
from omnilife.search.product_index import ProductIndex
from omnilife.search.rollups import FLOOR, Bucket, Tally
from omnilife.search.store_rollups import RollupStore
from omnilife.search.suggestion_index import Suggestible, SuggestionIndex

DAYS = 30
FADING = 0.9
"""Of a day's weight the day before has: what was asked a week ago counts half."""
READ_A_LIST = 50
MOST = 2000
FEWEST_LETTERS = 2
MOST_LETTERS = 60
MOSTLY_FOUND = 0.5
"""Share of a query's searches that found something, below which suggesting it would lead nowhere."""
CATEGORIES = 1000


@dataclass(slots=True)
class _Asked:
    weight: float = 0.0
    tally: Tally = field(default_factory=Tally)
    visitors: set[str] = field(default_factory=set)


def refresh_popular_queries(
    *, store: RollupStore, products: ProductIndex, index: SuggestionIndex, clock: Clock = system_clock
) -> int:
    """Make popular queries and the categories all that is suggested; returns how many there are.

    A query is suggested when it came from five different visitors within the last 30 days (an exact set of
    pseudonyms, kept up to that number), mostly found something, and nothing had to be masked in it.

    Cost: at most 120 queries of 50 items, one request to the product index, two or three to its own.

    Raises:
        SearchUnavailable: the engine does not answer; what was suggested before still is.
    """
    found = [*popular(store, clock), *categories(products)]
    # Milliseconds: two runs in one second would each take the other's for an earlier one's.
    index.replace(found, run=round(clock.now().timestamp() * 1000))
    return len(found)


def popular(store: RollupStore, clock: Clock) -> list[Suggestible]:
    """Popular queries, the most asked for first."""
    today = Bucket.of("day", clock.now())
    asked: dict[str, _Asked] = {}
    for ago in range(DAYS):
        name = Bucket("day", today.start - timedelta(days=ago)).name
        for sums in store.leading([name], most=READ_A_LIST):
            each = asked.setdefault(sums.query, _Asked())
            each.weight += sums.tally["searches"] * FADING**ago
            each.tally.update(sums.tally)
            each.visitors |= sums.visitors
    shown = [
        Suggestible(type="query", text=query, weight=round(each.weight, 3))
        for query, each in asked.items()
        if _may_be_shown(query, each)
    ]
    return sorted(shown, key=lambda each: (-each.weight, each.text))[:MOST]


def categories(products: ProductIndex) -> list[Suggestible]:
    """The categories that hold products on sale."""
    body = {
        "size": 0,
        "query": {"term": {"status": "active"}},
        "aggs": {"categories": {"terms": {"field": "category", "size": CATEGORIES}}},
    }
    counted: Mapping[str, Any] = products.search(body).get("aggregations", {})
    buckets = counted.get("categories", {}).get("buckets", [])
    return [
        Suggestible(
            type="category",
            text=bucket["key"].rpartition("/")[2].replace("-", " "),
            path=bucket["key"],
            weight=bucket["doc_count"],
        )
        for bucket in buckets
    ]


def _may_be_shown(query: str, asked: _Asked) -> bool:
    found = asked.tally["answered"] - asked.tally["zero"]
    return (
        len(asked.visitors) >= FLOOR
        and FEWEST_LETTERS <= len(query) <= MOST_LETTERS
        and not is_masked(query)
        and found >= MOSTLY_FOUND * asked.tally["answered"] > 0
    )
