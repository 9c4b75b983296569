"""A search's normal form."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from omnilife.core.errors import Invalid
from omnilife.search.criteria import MAX_ATTRIBUTES, Criteria
from omnilife.search.models import MAX_CHOICES, SearchQuery


def criteria(parameters: dict[str, list[str]] | None = None, **query: Any) -> Criteria:
    return Criteria.of(SearchQuery(**query), parameters or {})


def pointers(refused: pytest.ExceptionInfo[Invalid]) -> list[str]:
    return [error.pointer for error in refused.value.errors]


def test_queries_that_mean_the_same_have_one_fingerprint() -> None:
    one = criteria(
        {"attr.colour": ["red", "blue"], "attr.size": ["M"]}, q=" desk\tlamp ", brand=["B", "A", "B"]
    )
    other = criteria({"attr.size": ["M"], "attr.colour": ["blue", "red"]}, q="desk lamp", brand=["A", "B"])
    assert one.fingerprint == other.fingerprint


@pytest.mark.parametrize(
    "changes",
    [
        {"q": "lamps"},
        {"category": ["home"]},
        {"brand": ["A", "B"]},
        {"min_price": 1},
        {"max_price": 1},
        {"min_rating": 1},
        {"in_stock": True},
        {"sort": "newest"},
    ],
)
def test_a_query_that_asks_for_something_else_has_another_fingerprint(changes: dict[str, Any]) -> None:
    asked: dict[str, Any] = {"q": "lamp", "brand": ["A"], "sort": "price_asc"}
    assert criteria(**asked).fingerprint != criteria(**(asked | changes)).fingerprint


@given(st.lists(st.text(min_size=1, max_size=5), min_size=1, max_size=4, unique=True))
def test_values_never_move_from_one_filter_to_another(values: list[str]) -> None:
    first, second = Criteria(brands=tuple(values)), Criteria(categories=tuple(values))
    assert first.fingerprint != second.fingerprint


def test_page_size_cursor_and_facets_are_no_criteria() -> None:
    assert criteria(limit=5, cursor="x", facets=["brand"]) == criteria()


def test_without_text_relevance_means_popularity() -> None:
    assert criteria().sort == "popularity"
    assert criteria(q="   ").sort == "popularity"
    assert criteria(q="lamp").sort == "relevance"


def test_a_rating_of_zero_or_more_filters_nothing() -> None:
    assert criteria(min_rating=0).filters == {}


def test_text_is_compared_as_products_are_written() -> None:
    assert criteria(q="cafe\u0301").text == "caf\u00e9"
    assert criteria({"attr.cafe\u0301": ["re\u0301"]}).attributes == (("caf\u00e9", ("r\u00e9",)),)


@pytest.mark.parametrize("text", ["\x00lamp\x1f", "lamp\r\n", "\u2028lamp\u2029"])
def test_control_characters_and_line_breaks_count_as_spaces(text: str) -> None:
    assert criteria(q=text).text == "lamp"


def test_text_of_more_than_200_characters_is_refused_after_trimming() -> None:
    assert len(criteria(q=" " * 50 + "x" * 200).text) == 200
    with pytest.raises(ValidationError):
        criteria(q="x" * 201)


def test_prices_that_exclude_each_other_are_refused() -> None:
    with pytest.raises(Invalid) as refused:
        criteria(min_price=2, max_price=1)
    assert pointers(refused) == ["/query/max_price"]


def test_more_attributes_than_the_limit_are_refused() -> None:
    allowed = {f"attr.{n}": ["x"] for n in range(MAX_ATTRIBUTES)}
    assert len(criteria(allowed).attributes) == MAX_ATTRIBUTES
    with pytest.raises(Invalid) as refused:
        criteria({**allowed, "attr.more": ["x"]})
    assert pointers(refused) == ["/query"]


@pytest.mark.parametrize(
    ("name", "values", "pointer"),
    [
        ("attr." + "n" * 65, ["x"], "/query/attr." + "n" * 64),
        ("attr.a/b~", ["x" * 257], "/query/attr.a~1b~0"),
        ("attr.many", [str(n) for n in range(MAX_CHOICES + 1)], "/query/attr.many"),
    ],
    ids=["a long name", "a long value", "many values"],
)
def test_an_attribute_over_its_limits_is_pointed_at(name: str, values: list[str], pointer: str) -> None:
    with pytest.raises(Invalid) as refused:
        criteria({name: values})
    assert pointers(refused) == [pointer]


def test_other_parameters_are_no_attributes() -> None:
    assert criteria({"brand": ["A"], "q": ["x"]}).attributes == ()
