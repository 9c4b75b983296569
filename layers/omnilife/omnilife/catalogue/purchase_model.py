"""What is bought by the same people, and what by most: all numbers, with their reasons. Pure; no store.

Two products are alike by the cosine of the sets of their buyers:

    similarity(i, j) = n_ij / sqrt(n_i * n_j)

with n_ij the weight of those who bought both. A buyer of n products weighs 1/n (after Breese, Heckerman,
Kadie, "Empirical Analysis of Predictive Algorithms for Collaborative Filtering", UAI 1998: inverse user
frequency): whoever resells half of the catalogue says little about any two of its products.
`benchmarks/recommendations.py` measures what each part is worth.
"""

import heapq
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

NEIGHBOURS = 50
"""Kept for each product: more add nothing to what is recommended, and cost the same in each item read."""
BUYERS_WEIGHT = 1.0
"""A buyer of n products weighs n^-1."""
MOST_OF_A_BUYER = 60
"""Of a buyer's newest products: older ones tell less of what goes with what, and the work is their square."""
LEAST_BUYERS = 3
"""Of a product that fewer bought, "bought together" would tell of single people."""
POPULAR = 200
HALF_LIFE = timedelta(days=60)
"""What most bought two months ago counts half: a season, not a fashion's week."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A product, and how much it is alike: 0 to 1."""

    product_id: str
    similarity: float


@dataclass(slots=True)
class PurchaseModel:
    """Learns from one buyer after the other; memory grows with the pairs of products bought together."""

    now: datetime
    buyers: int = 0
    _weight: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    _together: defaultdict[str, defaultdict[str, float]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(float))
    )
    _buyers: Counter[str] = field(default_factory=Counter)
    _popularity: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))

    def add(self, bought: Mapping[str, datetime]) -> None:
        """One buyer: products, and when each was bought last."""
        newest = heapq.nlargest(MOST_OF_A_BUYER, bought, key=lambda product: (bought[product], product))
        self.buyers += 1
        self._buyers.update(newest)
        for product in newest:
            self._popularity[product] += 2 ** -((self.now - bought[product]) / HALF_LIFE)
        weight = len(newest) ** -BUYERS_WEIGHT if newest else 0.0
        for product in newest:
            self._weight[product] += weight
            row = self._together[product]
            for other in newest:
                row[other] += weight

    def neighbours(self, product_id: str, *, most: int = NEIGHBOURS) -> list[Neighbour]:
        """The products that are most alike, the nearest first; equals in the order of their ids."""
        if self._buyers[product_id] < LEAST_BUYERS:
            return []
        own = self._weight[product_id]
        alike = (
            Neighbour(other, both / math.sqrt(own * self._weight[other]))
            for other, both in self._together[product_id].items()
            if other != product_id and self._buyers[other] >= LEAST_BUYERS
        )
        return heapq.nsmallest(most, alike, key=lambda each: (-each.similarity, each.product_id))

    def products(self) -> list[str]:
        """All that anybody bought."""
        return sorted(self._together)

    def popular(self, *, most: int = POPULAR) -> list[str]:
        """What most people bought, newer purchases counting more."""
        found = self._popularity.items()
        return [product for product, _ in heapq.nsmallest(most, found, key=lambda each: (-each[1], each[0]))]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A product to recommend, by how much, and the one of the given that speaks most for it."""

    product_id: str
    score: float
    because_of: str


def suggest(
    given: Sequence[str], neighbours: Mapping[str, Iterable[Neighbour]], *, without: Iterable[str] = ()
) -> list[Suggestion]:
    """What goes with the given products: the sum of similarities, the greatest first, none of the given."""
    scores: defaultdict[str, float] = defaultdict(float)
    strongest: dict[str, tuple[float, str]] = {}
    for product_id in given:
        for each in neighbours.get(product_id, ()):
            scores[each.product_id] += each.similarity
            reason = (each.similarity, product_id)
            strongest[each.product_id] = max(reason, strongest.get(each.product_id, reason))
    left_out = {*given, *without}
    ranked = sorted(scores.items(), key=lambda each: (-each[1], each[0]))
    return [
        Suggestion(product_id, score, strongest[product_id][1])
        for product_id, score in ranked
        if product_id not in left_out
    ]
