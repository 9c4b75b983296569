"""What searches and clicks add to the sums: the difference between what they are and what was counted."""

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import combinations

from omnilife.core.attributes import Item
from omnilife.search.popularity import added, landmark
from omnilife.search.rollups import Bucket, Tally, buckets_at, counted, counted_click, register_of
from omnilife.search.searches import Search
from omnilife.search.store_clicks import click_of
from omnilife.search.store_searches import search_of


@dataclass(frozen=True, slots=True)
class Rolled:
    """A row that is about to be counted.

    Attributes:
        row: as it was read.
        tally: what will have been counted of it.
        clicked: the products whose pairs will have been.
    """

    row: Item
    tally: Tally
    clicked: frozenset[str] = frozenset()


@dataclass(slots=True)
class Wanting:
    """What shoppers did with one product.

    Attributes:
        sums: landmark → what is added to it, see `popularity`.
        done: kind → how often.
        last: when it was done last, as text.
    """

    sums: dict[str, Decimal] = field(default_factory=dict)
    done: Tally = field(default_factory=Counter)
    last: str = ""


@dataclass(slots=True)
class Sums:
    """What several rows add, together."""

    rows: list[Rolled] = field(default_factory=list)
    totals: dict[Bucket, Tally] = field(default_factory=dict)
    visitors: dict[Bucket, set[int]] = field(default_factory=dict)
    queries: dict[tuple[str, Bucket], Tally] = field(default_factory=dict)
    askers: dict[tuple[str, Bucket], set[str]] = field(default_factory=dict)
    products: dict[str, Wanting] = field(default_factory=dict)
    pairs: Tally = field(default_factory=Counter)

    def add(self, row: Item) -> None:
        """Add what `row` (a search or a click) says beyond what was counted of it.

        Raises:
            KeyError, ValueError: it is neither.
        """
        {"search": self._add_search, "click": self._add_click}[row["entity"]](row)

    def _add_search(self, row: Item) -> None:
        search = search_of(row)
        tally = counted(search)
        together = frozenset(row.get("rolled_clicked", ()))
        more = _beyond(tally, row)
        pairs = _pairs(search.clicked) - _pairs(together)
        if not more and not pairs:
            return
        self.rows.append(Rolled(row, tally, search.clicked))
        for one, other in pairs:
            self.pairs[f"{one}#{other}"] += 1
            self.pairs[f"{other}#{one}"] += 1
        for bucket in buckets_at(search.at):
            self._count(bucket, search.query if search.page == 1 else "", more)
            if search.page == 1:
                self.visitors.setdefault(bucket, set()).add(register_of(search.visitor))
                self._asked(bucket, search)

    def _add_click(self, row: Item) -> None:
        click = click_of(row)
        tally = counted_click(click)
        more = _beyond(tally, row)
        if not more:
            return
        self.rows.append(Rolled(row, tally))
        for bucket in buckets_at(click.searched_at):
            self._count(bucket, click.query, more)
        product = self.products.setdefault(click.product_id, Wanting())
        year = landmark(click.at)
        product.sums[year] = product.sums.get(year, Decimal()) + added(click.kind, click.position, click.at)
        product.done[f"n_{click.kind}"] += 1
        product.last = max(product.last, row["at"])

    def _count(self, bucket: Bucket, query: str, tally: Tally) -> None:
        self.totals.setdefault(bucket, Counter()).update(tally)
        if query:
            self.queries.setdefault((query, bucket), Counter()).update(tally)

    def _asked(self, bucket: Bucket, search: Search) -> None:
        if search.query:
            self.askers.setdefault((search.query, bucket), set()).add(search.visitor)


def _beyond(tally: Tally, row: Item) -> Tally:
    """What `tally` has more than was counted of the row."""
    more = Counter(tally)
    more.subtract(row.get("rolled", {}))
    return Counter({name: number for name, number in more.items() if number})


def _pairs(products: frozenset[str]) -> set[tuple[str, str]]:
    return set(combinations(sorted(products), 2))
