"""Finding products on the real engine: text, filters, order, what is not found, what is shown."""

import re
import sys
from typing import Any

import pytest

from omnilife.search import StaleCursor
from omnilife.search.models import Relaxed
from tests.integration.search.shop import Shop, ids
from tests.support.search import CREATED, a_product, deleted, indexed


@pytest.fixture
def lamps(shop: Shop) -> Shop:
    shop.put(
        a_product("desk", name="Brass desk lamp", brand="Halden", price=4900, rating=4.5, review_count=10),
        a_product("floor", name="Oak floor lamp", brand="Lumo", price=12900, rating=3.5, stock_on_hand=0),
        a_product(
            "shade", name="Linen shade", brand="Lumo", price=1900, attributes={"colour": ["red", "sand"]}
        ),
        a_product(
            "bed", name="Oak bed", brand="Nod", category=["home", "bedroom"], price=89900, review_count=99
        ),
    )
    return shop


def test_before_anything_is_indexed_nothing_is_found(shop: Shop) -> None:
    answer = shop.search(q="lamp")
    assert (answer.items, answer.total, answer.next_cursor) == ([], 0, None)


def test_words_are_found_in_any_form_case_and_field(lamps: Shop) -> None:
    assert set(lamps.found(q="LAMPS")) == {"desk", "floor"}
    assert lamps.found(q="lumo shades") == ["shade"]
    assert lamps.found(q="bedroom") == ["bed"]
    assert lamps.found(q="sand") == ["shade"]


def test_of_two_words_both_must_be_there_or_it_is_the_same_thing_at_the_end(lamps: Shop) -> None:
    assert lamps.found(q="oak lamp") == ["floor", "desk"]
    assert lamps.found(q="oak lamp", sort="price_asc") == ["floor"]


def test_of_many_words_most_must_be_there_in_orders_of_another_kind(lamps: Shop) -> None:
    assert lamps.found(q="oak floor lamp cheap", sort="price_asc") == ["floor"]
    assert lamps.found(q="oak floor lamp cheap")[0] == "floor"


def test_accents_do_not_matter(shop: Shop) -> None:
    shop.put(a_product("cafe", name="Café table"))
    assert shop.found(q="cafe") == shop.found(q="CAFÉ") == shop.found(q="cafe\u0301") == ["cafe"]


def test_an_sku_finds_its_product_first(lamps: Shop) -> None:
    lamps.put(a_product("other", name="Holder for the SKU-DESK of lamps"))
    assert lamps.found(q="SKU-desk")[0] == "desk"


def test_a_category_includes_those_below_it(lamps: Shop) -> None:
    assert lamps.search(category=["home"]).total == 4
    assert lamps.found(category=["home/bedroom"]) == ["bed"]
    assert lamps.found(category=["bedroom"]) == []


def test_values_of_one_filter_mean_either_and_filters_mean_all(lamps: Shop) -> None:
    assert set(lamps.found(brand=["Lumo", "Nod"])) == {"floor", "shade", "bed"}
    assert lamps.found(brand=["Lumo", "Nod"], q="oak", category=["home/lighting"]) == ["floor"]
    assert lamps.found({"colour": ["red", "green"]}) == ["shade"]
    assert lamps.found({"colour": ["red"], "size": ["M"]}) == []


def test_price_bounds_are_inclusive(lamps: Shop) -> None:
    assert set(lamps.found(min_price=1900, max_price=4900)) == {"desk", "shade"}
    assert lamps.found(min_price=1901, max_price=4899) == []


def test_a_least_rating_leaves_out_the_unrated(lamps: Shop) -> None:
    assert lamps.found(min_rating=3.5, sort="rating") == ["desk", "floor"]


def test_in_stock_leaves_out_what_cannot_be_bought(lamps: Shop) -> None:
    assert "floor" not in lamps.found(in_stock=True)
    assert "floor" in lamps.found(in_stock=False)


def test_each_order_is_what_it_says(lamps: Shop) -> None:
    lamps.put(a_product("new", price=100, created_at=CREATED.replace(hour=13)))
    assert lamps.found(sort="price_asc") == ["new", "shade", "desk", "floor", "bed"]
    assert lamps.found(sort="price_desc") == ["bed", "floor", "desk", "shade", "new"]
    assert lamps.found(sort="rating")[:2] == ["desk", "floor"]
    assert lamps.found(sort="newest")[0] == "new"
    assert lamps.found(sort="popularity")[:2] == ["bed", "desk"]


def test_products_that_are_not_on_sale_are_not_found(shop: Shop) -> None:
    shop.put(a_product("a"), a_product("draft", status="draft"), deleted("gone", 3))
    assert shop.found() == ["a"]
    shop.put(a_product("a", status="archived"), version=3)
    assert shop.found() == []
    assert shop.search().facets["brand"] == []


def test_an_answer_shows_the_product_as_it_was_indexed_and_its_position(lamps: Shop) -> None:
    answer = lamps.search(q="desk lamp", sort="price_desc")
    [item] = answer.items
    shown = item.product.model_dump(mode="json")
    assert shown["price"] == {"amount": 4900, "currency": "USD"}
    assert shown["stock_on_hand"] == 7
    assert "description" not in shown
    assert item.position == 1
    assert item.score is not None
    assert (answer.did_you_mean, answer.relaxed, answer.cached) == (None, None, False)


def test_without_text_there_is_no_score_and_nothing_to_highlight(lamps: Shop) -> None:
    [item, *_] = lamps.search(limit=1).items
    assert (item.score, item.highlights) == (None, {})


def test_each_search_has_an_id_of_its_own(lamps: Shop) -> None:
    assert lamps.search().search_id != lamps.search().search_id


def test_facets_are_those_that_are_asked_for(lamps: Shop) -> None:
    assert lamps.search(facets=["none"]).facets == {}
    assert lamps.search(facets=["brand"]).facets.keys() == {"brand"}
    assert lamps.search().facets.keys() >= {"category", "brand", "price", "rating", "attr.colour"}


def test_a_filter_holds_whether_its_facet_is_counted_or_not(lamps: Shop) -> None:
    chosen: dict[str, Any] = {"brand": ["Lumo"], "max_price": 20000, "category": ["home/lighting"]}
    with_facets, without = lamps.search(**chosen), lamps.search(**chosen, facets=["none"])
    assert ids(with_facets) == ids(without)
    assert with_facets.total == without.total == 2


def test_the_total_is_exact_with_facets_and_bounded_without(
    lamps: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.modules["omnilife.search.asking"], "COUNTED", 2)
    bounded, exact = lamps.search(facets=["none"]), lamps.search()
    assert (bounded.total, bounded.total_relation) == (2, "at_least")
    assert (exact.total, exact.total_relation) == (4, "exact")


def test_a_cursor_of_an_index_that_was_replaced_is_stale(lamps: Shop) -> None:
    cursor = lamps.search(limit=1, sort="newest").next_cursor
    lamps.begin_generation("20261124203000")
    with pytest.raises(StaleCursor):
        lamps.search(limit=1, sort="newest", cursor=cursor)
    lamps.put(a_product("desk"), a_product("floor"))
    with pytest.raises(StaleCursor):
        lamps.search(limit=1, sort="newest", cursor=cursor)
    assert set(lamps.found()) == {"desk", "floor"}


# ---------------------------------------------------------------- text that means harm, or nothing


@pytest.mark.security
@pytest.mark.parametrize(
    "text",
    [
        "!!!???...",
        "\u200b\u200d",
        "🦊🔥",
        "مصباح مكتب",
        "\u202egnp.exe",
        'name:(lamp OR *) AND _exists_:price^9 "',
        "lamp~2 AND -brand:Lumo && !shade",
        "*",
        "?*?*?*?*?*",
        "/(a|aa)+$/",
        "((((((((a+)+)+)+)+)+)+)+$",
        "a" * 200,
        "x " * 100,
        '{"match_all": {}}',
        "\\\\\\",
        "lamp\x00\x07",
    ],
    ids=lambda text: repr(text)[:20],
)
def test_odd_text_is_words_to_look_up_and_nothing_else(lamps: Shop, text: str) -> None:
    answer = lamps.search(q=text)
    assert answer.total <= 3  # never everything
    assert answer.total == len(answer.items)


@pytest.mark.security
def test_operators_are_not_obeyed(lamps: Shop) -> None:
    answer = lamps.search(q="brand:Nod")  # two words, of which no product has the first
    assert answer.relaxed == Relaxed(kind="fewer_words", query="nod", dropped=["brand"])
    assert "desk" in lamps.found(q="NOT lamp desk")


def test_an_emoji_is_a_word(shop: Shop) -> None:
    shop.put(a_product("gift", name="Gift box 🎁"), a_product("other"))
    assert shop.found(q="🎁") == ["gift"]


def test_right_to_left_text_is_found(shop: Shop) -> None:
    shop.put(a_product("arabic", name="مصباح مكتب"), a_product("other"))
    assert shop.found(q="مصباح") == ["arabic"]


@pytest.mark.security
def test_highlights_are_html_in_which_only_our_own_marks_are_markup(shop: Shop) -> None:
    shop.put(
        a_product(
            "evil",
            name="<script>alert('gloomlamp')</script> <em onclick=x>gloomlamp</em>",
            description='A gloomlamp "quoted" & <img src=x onerror=alert(1)>',
        )
    )
    [item] = shop.search(q="gloomlamp").items
    assert item.highlights.keys() == {"name", "description"}
    html = "".join(part for parts in item.highlights.values() for part in parts)
    assert html.count("<em>gloomlamp</em>") == 3
    assert not re.search("[<>\"']", html.replace("<em>", "").replace("</em>", ""))
    assert item.product.name.startswith("<script>")  # what is no HTML stays as it is


@pytest.mark.security
@pytest.mark.parametrize(
    "name", ["a.b", "a=b", "100%", "(x+)+", ".*", "[a-z]", "col~1", '"@&<>#', "\\", "名前", "🎁"]
)
def test_an_attributes_name_may_hold_any_character(shop: Shop, name: str) -> None:
    shop.put(
        a_product("one", attributes={name: "x"}),
        a_product("two", attributes={name: "y"}),
        a_product("three", attributes={name: "y", "other": "x"}),
    )
    answer = shop.search({name: ["x"]})
    assert ids(answer) == ["one"]
    values = {facet.value: (facet.count, facet.selected) for facet in answer.facets[f"attr.{name}"]}  # type: ignore[union-attr]
    assert values == {"x": (1, True), "y": (2, False)}


@pytest.mark.security
def test_the_largest_query_that_is_let_in_is_answered(lamps: Shop) -> None:
    attributes = {f"n{n}": [f"v{v}" for v in range(50)] for n in range(10)}
    choices = [f"c{n}" for n in range(50)]
    answer = lamps.search(attributes, q="a b " * 50, category=choices, brand=choices)
    assert answer.total == 0


def test_a_state_that_comes_late_does_not_replace_a_newer_one(shop: Shop) -> None:
    shop.put(indexed(a_product("a", price=300), 7))
    shop.put(indexed(a_product("a", price=200), 6), indexed(a_product("a", price=200), 7))
    assert [item.product.price.amount for item in shop.search().items] == [300]
    shop.put(deleted("a", 8))
    shop.put(indexed(a_product("a", price=300), 7))
    assert shop.found() == []
