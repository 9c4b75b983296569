"""Facets: what there is to choose, and how many products each choice would leave.

A facet's counts ignore what is chosen in that facet itself (choosing a brand must not make all other brands
vanish) and heed everything else. So its filter stays out of the query and narrows the hits afterwards, as a
`post_filter`, and each aggregation filters by all choices but its own.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from omnilife.search import attributes
from omnilife.search.criteria import ATTRIBUTE, Clause, Criteria
from omnilife.search.models import Facets, FacetValue, PriceRange

CATEGORIES = 200
BRANDS = 50
ATTRIBUTE_NAMES = 10
ATTRIBUTE_VALUES = 20
ATTRIBUTE_PAIRS = 500
PRICE_RANGES = 8
RATINGS = (4, 3, 2, 1)

PRICE_EDGES = tuple(step * 10**power for power in range(2, 12) for step in (1, 2, 5))
"""1, 2, 5, 10, … of a currency with cents, up to ten billion; what is sold decides which are shown."""


def all_of(clauses: Iterable[Clause]) -> Clause:
    """A clause that holds where all of `clauses` do; where there are none, everywhere."""
    found = list(clauses)
    return {"bool": {"filter": found}} if found else {"match_all": {}}


def belongs(filter_name: str, facets: Collection[str]) -> bool:
    """Whether the filter of this name narrows one of `facets`, and so must not narrow its counts."""
    return ("attributes" if filter_name.startswith(ATTRIBUTE) else filter_name) in facets


def aggregations(criteria: Criteria, facets: Collection[str]) -> dict[str, Any]:
    """The engine's aggregations that count `facets` (names of `models.FACETS`)."""
    filters = {name: clause for name, clause in criteria.filters.items() if belongs(name, facets)}

    def apart_from(own: str, **counted: Any) -> dict[str, Any]:
        others = (clause for name, clause in filters.items() if name != own)
        return {"filter": all_of(others), "aggs": counted}

    found: dict[str, Any] = {}
    if "category" in facets:
        found["category"] = apart_from("category", **_values("category", CATEGORIES, criteria.categories))
    if "brand" in facets:
        found["brand"] = apart_from("brand", **_values("brand", BRANDS, criteria.brands))
    if "price" in facets:
        found["price"] = apart_from("price", values={"range": {"field": "price", "ranges": _PRICE_BUCKETS}})
    if "rating" in facets:
        ranges = [{"from": stars, "key": str(stars)} for stars in RATINGS]
        found["rating"] = apart_from("rating", values={"range": {"field": "rating", "ranges": ranges}})
    if "attributes" in facets:
        found["attributes"] = apart_from("", **_values("attributes", ATTRIBUTE_PAIRS, ()))
        for number, (name, values) in enumerate(criteria.attributes):
            pairs = [attributes.pair(name, value) for value in values]
            counted = _values("attributes", ATTRIBUTE_VALUES, pairs)
            counted["values"]["terms"]["include"] = attributes.pattern(name)
            # Numbered, since an aggregation's name may not hold every character that an attribute's may.
            found[f"attributes_{number}"] = apart_from(ATTRIBUTE + name, **counted)
    return found


def read_facets(criteria: Criteria, facets: Collection[str], counted: Mapping[str, Any]) -> Facets:
    """What the engine counted for `aggregations(criteria, facets)`; a missing index counts nothing."""
    found: Facets = {}
    if "category" in facets:
        found["category"] = _choices(counted.get("category"), criteria.categories)
    if "brand" in facets:
        found["brand"] = _choices(counted.get("brand"), criteria.brands)
    if "price" in facets:
        found["price"] = [
            PriceRange(min=least, max=most, count=count, selected=_is_chosen(criteria, least, most))
            for least, most, count in _price_ranges(counted.get("price"))
        ]
    if "rating" in facets:
        found["rating"] = [
            FacetValue(value=stars, count=count, selected=criteria.min_rating == stars)
            for stars, count in _ratings(counted.get("rating"))
        ]
    if "attributes" in facets:
        found.update(_attribute_facets(criteria, counted))
    return found


def _values(field: str, size: int, chosen: Sequence[str]) -> dict[str, Any]:
    """What counts the commonest values, and those that are chosen, however rare they are."""
    counted: dict[str, Any] = {"values": {"terms": {"field": field, "size": size}}}
    if chosen:
        counted["chosen"] = {"terms": {"field": field, "size": len(chosen), "include": list(chosen)}}
    return counted


def _counts(counted: Mapping[str, Any] | None) -> dict[str, int]:
    """Value → count, the commonest first, then those of the chosen that are not among them."""
    if counted is None:
        return {}
    parts = [counted["values"], counted.get("chosen", {"buckets": []})]
    return {bucket["key"]: bucket["doc_count"] for part in parts for bucket in part["buckets"]}


def _choices(counted: Mapping[str, Any] | None, chosen: Sequence[str]) -> list[FacetValue | PriceRange]:
    counts = _counts(counted)
    for value in chosen:
        counts.setdefault(value, 0)
    return _facet(counts, chosen)


_PRICE_BUCKETS = [
    {"from": least, "to": limit} if limit else {"from": least}
    for least, limit in zip((0, *PRICE_EDGES), (*PRICE_EDGES, None), strict=True)
]


def _price_ranges(counted: Mapping[str, Any] | None) -> list[tuple[int, int | None, int]]:
    """Ranges that hold something, as (min, max, count); neighbours with few products are joined."""
    buckets = counted["values"]["buckets"] if counted else []
    ranges = [
        (int(bucket["from"]), int(bucket["to"]) - 1 if "to" in bucket else None, bucket["doc_count"])
        for bucket in buckets
        if bucket["doc_count"]
    ]
    while len(ranges) > PRICE_RANGES:
        first = min(range(len(ranges) - 1), key=lambda i: ranges[i][2] + ranges[i + 1][2])
        (least, _, some), (_, most, more) = ranges[first : first + 2]
        ranges[first : first + 2] = [(least, most, some + more)]
    return ranges


def _is_chosen(criteria: Criteria, least: int, most: int | None) -> bool:
    if criteria.min_price is None and criteria.max_price is None:
        return False
    return (criteria.min_price or 0) == least and criteria.max_price == most


def _ratings(counted: Mapping[str, Any] | None) -> list[tuple[int, int]]:
    if counted is None:
        return []
    counts = {bucket["key"]: bucket["doc_count"] for bucket in counted["values"]["buckets"]}
    return [(stars, counts[str(stars)]) for stars in RATINGS]


def _attribute_facets(criteria: Criteria, counted: Mapping[str, Any]) -> Facets:
    """First the attributes with a choice made, then the most useful of the others."""
    found: Facets = {}
    for number, (name, values) in enumerate(criteria.attributes):
        own = _counts(counted.get(f"attributes_{number}"))
        by_value = {attributes.split(keyword)[1]: count for keyword, count in own.items()}
        for value in values:
            by_value.setdefault(value, 0)
        found[ATTRIBUTE + name] = _facet(by_value, values)
    others: dict[str, dict[str, int]] = {}
    for keyword, count in _counts(counted.get("attributes")).items():
        name, value = attributes.split(keyword)
        if ATTRIBUTE + name not in found:
            others.setdefault(name, {})[value] = count
    useful = sorted((name for name in others if _is_useful(others[name])), key=lambda n: _rank(n, others[n]))
    for name in useful[: max(0, ATTRIBUTE_NAMES - len(found))]:
        found[ATTRIBUTE + name] = _facet(dict(list(others[name].items())[:ATTRIBUTE_VALUES]), ())
    return found


def _facet(counts: Mapping[str, int], chosen: Collection[str]) -> list[FacetValue | PriceRange]:
    return [FacetValue(value=value, count=count, selected=value in chosen) for value, count in counts.items()]


def _is_useful(counts: Mapping[str, int]) -> bool:
    """Whether choosing leads anywhere: there is more than one value, and they are not all as good as ids."""
    return len(counts) > 1 and sum(counts.values()) > len(counts)


def _rank(name: str, counts: Mapping[str, int]) -> tuple[int, str]:
    return -sum(counts.values()), name
