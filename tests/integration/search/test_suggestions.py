"""Suggestions on the real engine."""

from datetime import UTC, datetime

import pytest

from omnilife.core.clock import FixedClock
from omnilife.search.popular_queries import categories
from omnilife.search.suggest import Suggestion, SuggestionQuery, suggest
from omnilife.search.suggestion_index import Suggestible, SuggestionIndex
from tests.integration.search.shop import Shop
from tests.support.search import a_product

CLOCK = FixedClock(datetime(2026, 11, 24, 12, tzinfo=UTC))


@pytest.fixture
def index(shop: Shop) -> SuggestionIndex:
    return SuggestionIndex(shop.engine, shop.alias)


@pytest.fixture
def lamps(shop: Shop, index: SuggestionIndex) -> SuggestionIndex:
    """Two lamps and a pair of headphones, their categories, and what was asked for them."""
    shop.put(
        a_product("desk", name="Brass desk lamp <b>XL</b>"),
        a_product("floor", name="Tall floor lamp", review_count=50),
        a_product("phones", name="Wireless headphones", category=["electronics", "audio"]),
        a_product("gone", name="Lampshade", stock_on_hand=0),
        a_product("draft", name="Lamp not yet on sale", status="draft"),
    )
    queries = [
        Suggestible(type="query", text="lamp shade", weight=5),
        Suggestible(type="query", text="desk lamp", weight=50),
        Suggestible(type="query", text="wireless headphones", weight=9),
    ]
    index.replace([*queries, *categories(shop.index)], run=1)
    return index


def typed(index: SuggestionIndex, text: str, limit: int = 10) -> list[Suggestion]:
    query = SuggestionQuery(q=text, limit=limit)
    return suggest(query, index=index).suggestions


def texts(found: list[Suggestion], kind: str) -> list[str]:
    return [each.text for each in found if each.type == kind]


def test_one_letter_is_enough(lamps: SuggestionIndex) -> None:
    found = typed(lamps, "l")
    assert texts(found, "query") == ["desk lamp", "lamp shade"]
    assert texts(found, "category") == ["lighting"]
    assert set(texts(found, "product")) == {"Brass desk lamp <b>XL</b>", "Tall floor lamp", "Lampshade"}


def test_each_kind_says_where_it_leads(lamps: SuggestionIndex) -> None:
    found = {each.type: each for each in typed(lamps, "light") + typed(lamps, "tall")}
    assert found["category"].category == "home/lighting"
    assert found["product"].product_id == "floor"


@pytest.mark.parametrize("slip", ["haed", "headhpo", "headphons", "hedphon", "wirless headp"])
def test_a_slip_is_forgiven_from_three_letters_on(lamps: SuggestionIndex, slip: str) -> None:
    assert texts(typed(lamps, slip), "query") == ["wireless headphones"]
    assert texts(typed(lamps, slip), "product") == ["Wireless headphones"]


def test_two_letters_are_taken_as_they_are(lamps: SuggestionIndex) -> None:
    assert typed(lamps, "lq") == []


def test_all_words_must_be_there(lamps: SuggestionIndex) -> None:
    assert texts(typed(lamps, "desk la"), "query") == ["desk lamp"]
    assert typed(lamps, "desk headphones") == []


def test_what_begins_as_typed_comes_before_what_slips_into_it(shop: Shop, index: SuggestionIndex) -> None:
    index.replace(
        [
            Suggestible(type="query", text="camp bed", weight=5),
            Suggestible(type="query", text="clamp", weight=900),
        ],
        run=1,
    )
    assert texts(typed(index, "camp"), "query") == ["camp bed", "clamp"]


def test_the_typed_part_is_marked_and_the_rest_is_escaped(lamps: SuggestionIndex) -> None:
    (product,) = [each for each in typed(lamps, "brass de") if each.type == "product"]
    assert product.highlighted == "<em>Brass</em> <em>de</em>sk lamp &lt;b&gt;XL&lt;/b&gt;"


def test_what_is_not_on_sale_is_not_suggested(lamps: SuggestionIndex) -> None:
    assert "Lamp not yet on sale" not in texts(typed(lamps, "lamp"), "product")


def test_the_list_is_shared_by_the_kinds(lamps: SuggestionIndex) -> None:
    kinds = [each.type for each in typed(lamps, "l", limit=4)]
    assert kinds == ["query", "query", "category", "product"]
    assert len(typed(lamps, "l", limit=1)) == 1


def test_what_an_earlier_run_wrote_is_gone(lamps: SuggestionIndex) -> None:
    lamps.replace([Suggestible(type="query", text="sofa", weight=1)], run=2)
    assert texts(typed(lamps, "desk"), "query") == []
    assert texts(typed(lamps, "so"), "query") == ["sofa"]
    lamps.replace([], run=3)
    assert texts(typed(lamps, "so"), "query") == []


def test_a_shop_without_any_index_suggests_nothing(index: SuggestionIndex) -> None:
    assert typed(index, "lamp") == []


@pytest.mark.parametrize("odd", ["*", '"', "a:b OR c", "\\", "💡", "<script>", "x" * 100])
def test_nothing_typed_is_syntax(lamps: SuggestionIndex, odd: str) -> None:
    assert typed(lamps, odd) == []
