"""A search as it is kept: what was asked, by whom, and what came of it. No personal data but a pseudonym."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from omnilife.search.criteria import ATTRIBUTE, Criteria
from omnilife.search.masking import masked

KEPT = timedelta(days=30)
"""How long a search is kept, and a click on what it found is taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a search.

    Attributes:
        total: products found.
        took_ms: as the answer tells the shopper.
        cached: answered without the engine.
    """

    total: int
    took_ms: int
    cached: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """One search.

    Attributes:
        query: masked and normalised; empty where only filters were given.
        filters: name → what was chosen, masked.
        page: from 1; the later pages of a list are searches of their own, with ids of their own.
        visitor: a pseudonym.
        outcome: None until it is known, and for ever when the engine did not answer.
        clicked: some products that were clicked on: the first few, for what is bought together.
        kinds: what was done with any of its products: click, add_to_cart, purchase.
    """

    search_id: str
    query: str
    filters: Mapping[str, Any]
    sort: str
    page: int
    visitor: str
    at: datetime
    outcome: Outcome | None = None
    clicked: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()

    @classmethod
    def of(cls, search_id: str, criteria: Criteria, *, page: int, visitor: str, at: datetime) -> Self:
        return cls(
            search_id=search_id,
            query=masked(criteria.text),
            filters=filters_of(criteria),
            sort=criteria.sort,
            page=page,
            visitor=visitor,
            at=at,
        )

    def expired(self, now: datetime) -> bool:
        """Whether it counts as gone, though the store may still hold it."""
        return now >= self.at + KEPT


def filters_of(criteria: Criteria) -> dict[str, Any]:
    """The filters of a search that narrow it, by the names of their parameters; texts are masked."""
    found: dict[str, Any] = {
        "category": [masked(path) for path in criteria.categories],
        "brand": [masked(brand) for brand in criteria.brands],
        "min_price": criteria.min_price,
        "max_price": criteria.max_price,
        "min_rating": None if criteria.min_rating is None else str(criteria.min_rating),
        "in_stock": criteria.in_stock or None,
    }
    for name, values in criteria.attributes:
        found[ATTRIBUTE + masked(name)] = [masked(value) for value in values]
    return {name: value for name, value in found.items() if value not in (None, [])}
