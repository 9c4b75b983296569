"""A search in its normal form: what decides which products are found, and in which order.

Queries that mean the same have the same criteria, and so the same fingerprint, to which cursors are bound.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self

from omnilife.core.errors import FieldError, Invalid
from omnilife.search.attributes import pair
from omnilife.search.models import MAX_CHOICES, SearchQuery, Sort, one_line

ATTRIBUTE = "attr."
MAX_ATTRIBUTES = 10
MAX_ATTRIBUTE_NAME = 64
MAX_ATTRIBUTE_VALUE = 256

type Clause = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Criteria:
    """Values of one filter in order and once; `attributes` by name in order."""

    text: str = ""
    categories: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()
    min_price: int | None = None
    max_price: int | None = None
    min_rating: float | None = None
    in_stock: bool = False
    attributes: tuple[tuple[str, tuple[str, ...]], ...] = ()
    sort: Sort = "relevance"

    @classmethod
    def of(cls, query: SearchQuery, parameters: Mapping[str, Sequence[str]]) -> Self:
        """The criteria of `query`, and of the `attr.<name>` among all `parameters` of the request.

        Without text nothing is more relevant than another: then `relevance` means what is popular.

        Raises:
            Invalid: prices that exclude each other; attributes that are too many or too long.
        """
        if query.min_price is not None and query.max_price is not None and query.min_price > query.max_price:
            raise Invalid(errors=[FieldError("/query/max_price", "max_price is below min_price")])
        return cls(
            text=query.q,
            categories=_once(query.category),
            brands=_once(query.brand),
            min_price=query.min_price,
            max_price=query.max_price,
            min_rating=query.min_rating or None,  # every product has 0 or more, the unrated too
            in_stock=query.in_stock,
            attributes=_attributes(parameters),
            sort="popularity" if query.sort == "relevance" and not query.q else query.sort,
        )

    @property
    def fingerprint(self) -> str:
        """The same for criteria that are equal, and for no others. Part of every cursor's binding."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()

    @property
    def widened(self) -> Self:
        """The same words in the same order, without what narrows them."""
        return type(self)(text=self.text, sort=self.sort)

    @property
    def filters(self) -> dict[str, Clause]:
        """Facet → the clause that what is chosen there makes. Facets without a choice are left out."""
        clauses: dict[str, Clause] = {}
        if self.categories:
            clauses["category"] = {"terms": {"category": self.categories}}
        if self.brands:
            clauses["brand"] = {"terms": {"brand": self.brands}}
        if prices := _range(self.min_price, self.max_price):
            clauses["price"] = {"range": {"price": prices}}
        if self.min_rating is not None:
            clauses["rating"] = {"range": {"rating": {"gte": self.min_rating}}}
        for name, values in self.attributes:
            clauses[ATTRIBUTE + name] = {"terms": {"attributes": [pair(name, value) for value in values]}}
        return clauses


def _once(values: Sequence[str]) -> tuple[str, ...]:
    return tuple(sorted(set(values)))


def _range(least: int | None, most: int | None) -> dict[str, int]:
    return {bound: value for bound, value in (("gte", least), ("lte", most)) if value is not None}


def _attributes(parameters: Mapping[str, Sequence[str]]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    chosen = {
        one_line(name.removeprefix(ATTRIBUTE)): _once([one_line(value) for value in values])
        for name, values in parameters.items()
        if name.startswith(ATTRIBUTE)
    }
    errors = [
        FieldError(_pointer(name), problem)
        for name, values in chosen.items()
        if (problem := _problem(name, values))
    ]
    if len(chosen) > MAX_ATTRIBUTES:
        errors.append(FieldError("/query", f"more than {MAX_ATTRIBUTES} attributes"))
    if errors:
        raise Invalid(errors=errors)
    return tuple(sorted(chosen.items()))


def _problem(name: str, values: Sequence[str]) -> str:
    if len(name) > MAX_ATTRIBUTE_NAME:
        return f"a name of more than {MAX_ATTRIBUTE_NAME} characters"
    if len(values) > MAX_CHOICES:
        return f"more than {MAX_CHOICES} values"
    if any(len(value) > MAX_ATTRIBUTE_VALUE for value in values):
        return f"a value of more than {MAX_ATTRIBUTE_VALUE} characters"
    return ""


def _pointer(name: str) -> str:
    shown = name[:MAX_ATTRIBUTE_NAME].replace("~", "~0").replace("/", "~1")
    return f"/query/{ATTRIBUTE}{shown}"
