"""Facets, as they are read from what the engine counted. That it counts right is an integration test."""

from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from omnilife.search.attributes import pair
from omnilife.search.criteria import Criteria
from omnilife.search.facets import (
    ATTRIBUTE_NAMES,
    ATTRIBUTE_VALUES,
    PRICE_EDGES,
    PRICE_RANGES,
    aggregations,
    read_facets,
)
from omnilife.search.models import FACETS, FacetValue, PriceRange


def counted(**values: int) -> dict[str, Any]:
    buckets = [{"key": value, "doc_count": count} for value, count in values.items()]
    return {"values": {"buckets": buckets}}


def counted_attributes(counts: dict[tuple[str, str], int]) -> dict[str, Any]:
    return {"attributes": counted(**{pair(*keyword): count for keyword, count in counts.items()})}


def attribute_facets(counts: dict[tuple[str, str], int]) -> list[str]:
    return list(read_facets(Criteria(), {"attributes"}, counted_attributes(counts)))


def filters_of(aggregation: dict[str, Any]) -> list[Any]:
    return aggregation["filter"].get("bool", {}).get("filter", [])  # type: ignore[no-any-return]


def test_each_facet_is_counted_under_all_choices_but_its_own() -> None:
    criteria = Criteria(
        categories=("home",),
        brands=("A",),
        min_price=1,
        min_rating=4.0,
        attributes=(("colour", ("red",)), ("size", ("M",))),
    )
    chosen = criteria.filters
    found = aggregations(criteria, FACETS)
    own = {
        "category": "category",
        "brand": "brand",
        "price": "price",
        "rating": "rating",
        "attributes_0": "attr.colour",
        "attributes_1": "attr.size",
    }
    for name, ignored in own.items():
        assert filters_of(found[name]) == [chosen[each] for each in chosen if each != ignored]
    assert filters_of(found["attributes"]) == list(chosen.values())


def test_only_the_facets_that_are_asked_for_are_counted() -> None:
    assert aggregations(Criteria(), {"brand"}).keys() == {"brand"}
    assert aggregations(Criteria(), ()) == {}


def test_what_is_chosen_is_shown_even_if_nothing_is_left_of_it() -> None:
    facets = read_facets(Criteria(brands=("B", "Z")), {"brand"}, {"brand": counted(A=3, B=1)})
    assert facets["brand"] == [
        FacetValue(value="A", count=3, selected=False),
        FacetValue(value="B", count=1, selected=True),
        FacetValue(value="Z", count=0, selected=True),
    ]


def test_a_chosen_value_that_is_not_among_the_commonest_has_its_own_count() -> None:
    brands = counted(A=3) | {"chosen": {"buckets": [{"key": "rare", "doc_count": 1}]}}
    facets = read_facets(Criteria(brands=("rare",)), {"brand"}, {"brand": brands})
    assert facets["brand"][-1] == FacetValue(value="rare", count=1, selected=True)


def test_a_missing_index_has_no_facet_values_but_those_chosen() -> None:
    criteria = Criteria(brands=("A",), attributes=(("colour", ("red",)),))
    assert read_facets(criteria, FACETS, {}) == {
        "category": [],
        "brand": [FacetValue(value="A", count=0, selected=True)],
        "price": [],
        "rating": [],
        "attr.colour": [FacetValue(value="red", count=0, selected=True)],
    }


def price_buckets(counts: list[int]) -> dict[str, Any]:
    edges = (0, *PRICE_EDGES)
    buckets: list[dict[str, Any]] = [
        {"from": float(edge), "doc_count": count} for edge, count in zip(edges, counts, strict=False)
    ]
    for bucket, end in zip(buckets, PRICE_EDGES, strict=False):
        bucket["to"] = float(end)
    return {"price": {"values": {"buckets": buckets}}}


def price_facet(counts: list[int], criteria: Criteria | None = None) -> list[PriceRange]:
    found = read_facets(criteria or Criteria(), {"price"}, price_buckets(counts))["price"]
    return [each for each in found if isinstance(each, PriceRange)]


@given(st.lists(st.integers(0, 50), max_size=len(PRICE_EDGES) + 1))
def test_price_ranges_are_few_in_order_apart_and_lose_no_product(counts: list[int]) -> None:
    ranges = price_facet(counts)
    assert len(ranges) <= PRICE_RANGES
    assert sum(each.count for each in ranges) == sum(counts)
    assert all(each.count for each in ranges)
    for lower, upper in pairwise(ranges):
        assert lower.max is not None
        assert lower.min <= lower.max < upper.min


def test_a_price_range_is_named_by_prices_that_can_be_sent_back_as_filters() -> None:
    ranges = price_facet([0, 2, 0, 3], Criteria(min_price=500, max_price=999))
    assert ranges == [
        PriceRange(min=100, max=199, count=2, selected=False),
        PriceRange(min=500, max=999, count=3, selected=True),
    ]


def test_the_dearest_range_has_no_end() -> None:
    [dearest] = price_facet([0] * len(PRICE_EDGES) + [1])
    assert dearest == PriceRange(min=PRICE_EDGES[-1], max=None, count=1, selected=False)


def test_a_rating_means_itself_and_above() -> None:
    ratings = {"rating": counted(**{"4": 1, "3": 2, "2": 2, "1": 5})}
    found = read_facets(Criteria(min_rating=3.0), {"rating"}, ratings)["rating"]
    assert found == [
        FacetValue(value=4, count=1, selected=False),
        FacetValue(value=3, count=2, selected=True),
        FacetValue(value=2, count=2, selected=False),
        FacetValue(value=1, count=5, selected=False),
    ]


def test_an_attribute_of_one_value_is_no_facet() -> None:
    assert attribute_facets({("colour", "red"): 5, ("colour", "blue"): 1, ("made in", "Italy"): 9}) == [
        "attr.colour"
    ]


def test_an_attribute_that_tells_every_product_apart_is_no_facet() -> None:
    assert attribute_facets({("serial", str(n)): 1 for n in range(9)}) == []


def test_attributes_that_most_products_have_come_first_and_there_are_not_too_many() -> None:
    counts = {(f"a{n:02}", value): n + 1 for n in range(ATTRIBUTE_NAMES + 3) for value in "xy"}
    names = attribute_facets(counts)
    assert names == [f"attr.a{n:02}" for n in range(ATTRIBUTE_NAMES + 2, 2, -1)]


def test_a_facet_has_only_the_commonest_values() -> None:
    counts = {("colour", f"c{n:02}"): 99 - n for n in range(ATTRIBUTE_VALUES + 5)}
    found = read_facets(Criteria(), {"attributes"}, counted_attributes(counts))["attr.colour"]
    assert [each.count for each in found] == [99 - n for n in range(ATTRIBUTE_VALUES)]


def test_attributes_with_a_choice_come_first_and_are_not_listed_twice() -> None:
    criteria = Criteria(attributes=(("size", ("M",)),))
    found = read_facets(
        criteria,
        {"attributes"},
        {
            "attributes": counted(**{"colour=red": 5, "colour=blue": 5, "size=M": 5}),
            "attributes_0": counted(**{"size=L": 8, "size=M": 5}),
        },
    )
    assert list(found) == ["attr.size", "attr.colour"]
    assert found["attr.size"] == [
        FacetValue(value="L", count=8, selected=False),
        FacetValue(value="M", count=5, selected=True),
    ]
