"""Facets on the real engine against a count by hand, over random catalogues and random choices."""

from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from omnilife.catalogue import Product
from omnilife.search import SearchAnswer
from omnilife.search.models import FacetValue, PriceRange
from tests.integration.search.shop import Shop
from tests.support.search import a_product

BRANDS = ["A", "B", "C", None]
PATHS = [["home"], ["home", "light"], ["home", "light", "desk"], ["garden"], ["garden", "light"]]
COLOURS = ["red", "blue", "a=b", "100%"]
SIZES = ["S", "M"]
STARS = [None, 1.0, 2.5, 3.0, 4.0, 5.0]
PRICES = [0, 99, 100, 199, 200, 999, 1000, 12345, 10**9]

type Choices = dict[str, Any]
type Holds = Callable[[Product], bool]

catalogues = st.lists(
    st.fixed_dictionaries(
        {
            "brand": st.sampled_from(BRANDS),
            "category": st.sampled_from(PATHS),
            "price": st.sampled_from(PRICES),
            "rating": st.sampled_from(STARS),
            "attributes": st.fixed_dictionaries(
                {},
                optional={
                    "colour": st.lists(st.sampled_from(COLOURS), min_size=1, max_size=3, unique=True),
                    "si.ze": st.sampled_from(SIZES),
                },
            ),
            "stock_on_hand": st.integers(0, 1),
            "status": st.sampled_from(["active", "active", "active", "draft"]),
        }
    ),
    max_size=25,
).map(lambda listed: [a_product(f"p{n}", **fields) for n, fields in enumerate(listed)])

choices: st.SearchStrategy[Choices] = st.fixed_dictionaries(
    {},
    optional={
        "brand": st.lists(st.sampled_from(["A", "B", "none"]), min_size=1, max_size=2),
        "category": st.lists(
            st.sampled_from(["home", "home/light", "garden", "attic"]), min_size=1, max_size=2
        ),
        "min_price": st.sampled_from([0, 100, 150]),
        "max_price": st.sampled_from([199, 999, 10**9]),
        "min_rating": st.sampled_from([1, 2.5, 4]),
        "in_stock": st.booleans(),
        "attr.colour": st.lists(st.sampled_from([*COLOURS, "none"]), min_size=1, max_size=2),
        "attr.si.ze": st.lists(st.sampled_from(SIZES), min_size=1, max_size=1),
    },
)


def paths(product: Product) -> set[str]:
    return {"/".join(product.category[: depth + 1]) for depth in range(len(product.category))}


def attribute(product: Product, name: str) -> list[str]:
    return product.attributes.get(name, [])


def by_hand(chosen: Choices) -> dict[str, Holds]:
    """Filter → whether a product passes it; what no facet counts is under `always`."""
    least, most = chosen.get("min_price", 0), chosen.get("max_price", 10**12)
    return {
        "always": lambda p: p.status == "active" and (p.stock_on_hand > 0 or not chosen.get("in_stock")),
        "brand": lambda p: "brand" not in chosen or p.brand in chosen["brand"],
        "category": lambda p: "category" not in chosen or not paths(p).isdisjoint(chosen["category"]),
        "price": lambda p: least <= p.price.amount <= most,
        "rating": lambda p: "min_rating" not in chosen or (p.rating or 0) >= chosen["min_rating"],
        **{
            f"attr.{name}": lambda p, name=name: (  # type: ignore[misc]
                f"attr.{name}" not in chosen or not set(attribute(p, name)).isdisjoint(chosen[f"attr.{name}"])
            )
            for name in ("colour", "si.ze")
        },
    }


def holders(facet: str) -> Callable[[Any], Holds]:
    """A facet's value → whether a product counts for it."""
    if facet == "brand":
        return lambda value: lambda p: p.brand == value
    if facet == "category":
        return lambda value: lambda p: value in paths(p)
    if facet == "rating":
        return lambda value: lambda p: (p.rating or 0) >= value
    return lambda value: lambda p: value in attribute(p, facet.removeprefix("attr."))


def ask(shop: Shop, chosen: Choices) -> SearchAnswer:
    query = {name: value for name, value in chosen.items() if not name.startswith("attr.")}
    attributes = {name.removeprefix("attr."): value for name, value in chosen.items() if name not in query}
    return shop.search(attributes, **query, limit=100)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(catalogue=catalogues, chosen=choices)
def test_hits_total_and_every_count_are_as_counted_by_hand(
    shop: Shop, catalogue: list[Product], chosen: Choices
) -> None:
    if chosen.get("min_price", 0) > chosen.get("max_price", 10**12):
        return
    shop.clear()
    if catalogue:
        shop.put(*catalogue)

    answer = ask(shop, chosen)

    filters = by_hand(chosen)

    def passing(*ignored: str) -> list[Product]:
        return [
            p for p in catalogue if all(holds(p) for name, holds in filters.items() if name not in ignored)
        ]

    assert {item.product.product_id for item in answer.items} == {p.product_id for p in passing()}
    assert answer.total == len(passing())
    for facet, values in answer.facets.items():
        for value in values:
            if isinstance(value, PriceRange):
                most = 10**13 if value.max is None else value.max
                in_range = [p for p in passing("price") if value.min <= p.price.amount <= most]
                assert value.count == len(in_range)
            else:
                assert value.count == sum(map(holders(facet)(value.value), passing(facet)))
                assert value.selected == (value.value in picked(chosen, facet))
    assert all_values(answer, "brand") >= {p.brand for p in passing("brand") if p.brand}
    assert all_values(answer, "category") >= {path for p in passing("category") for path in paths(p)}
    assert sum(v.count for v in answer.facets["price"]) == len(passing("price"))


def picked(chosen: Choices, facet: str) -> list[Any]:
    return [chosen.get("min_rating")] if facet == "rating" else chosen.get(facet, [])


def all_values(answer: SearchAnswer, facet: str) -> set[Any]:
    return {each.value for each in answer.facets[facet] if isinstance(each, FacetValue)}
