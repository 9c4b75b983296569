"""What rules and synonyms ask for, on the real engine: pinned, hidden, boosted, filtered, meant otherwise."""

from typing import Any

import pytest

from omnilife.search import SearchAnswer, SearchQuery, search_products
from omnilife.search.interpretation import Boost, Interpretation, plain
from tests.integration.search.shop import Shop, ids
from tests.support.search import a_product

OAK = {"term": {"attributes": "material=oak"}}


@pytest.fixture
def lamps(shop: Shop) -> Shop:
    shop.put(
        a_product("desk", name="Desk lamp lamp"),
        a_product("floor", name="Floor lamp for rooms of every kind", attributes={"material": "oak"}),
        a_product("wall", name="Wall lamp", price=900),
        a_product("bed", name="Bed", attributes={"material": "oak"}),
    )
    return shop


def search(shop: Shop, query: dict[str, Any], **understood: Any) -> SearchAnswer:
    return search_products(
        SearchQuery(**query),
        {},
        index=shop.index,
        cursors=shop.cursors,
        interpret=lambda text: Interpretation(**{"text": text} | understood),
    )


def test_pinned_products_come_first_in_their_order_whether_the_words_match_or_not(lamps: Shop) -> None:
    answer = search(lamps, {"q": "lamp"}, pinned=("bed", "floor"))
    assert ids(answer)[:2] == ["bed", "floor"]
    assert sorted(ids(answer)) == ["bed", "desk", "floor", "wall"]
    assert answer.total == 4


def test_pins_stay_on_top_when_a_page_holds_one(lamps: Shop) -> None:
    seen, cursor = [], None
    while True:
        answer = search(lamps, {"q": "lamp", "limit": 1, "cursor": cursor}, pinned=("bed", "wall"))
        seen += ids(answer)
        if not (cursor := answer.next_cursor):
            break
    assert seen[:2] == ["bed", "wall"]
    assert len(seen) == len(set(seen)) == 4


def test_a_pin_must_still_pass_the_shoppers_filters(lamps: Shop) -> None:
    assert ids(search(lamps, {"q": "lamp", "max_price": 1000}, pinned=("bed",))) == ["wall"]


def test_what_is_hidden_is_not_found_even_when_it_is_pinned(lamps: Shop) -> None:
    answer = search(lamps, {"q": "lamp"}, pinned=("bed",), hidden=frozenset({"bed", "desk"}))
    assert set(ids(answer)) == {"floor", "wall"}


def test_a_boost_lifts_and_one_below_1_buries(lamps: Shop) -> None:
    assert ids(search(lamps, {"q": "lamp"}))[-1] == "floor"
    assert ids(search(lamps, {"q": "lamp"}, boosts=(Boost(OAK, 10.0),)))[0] == "floor"
    cheap = {"range": {"price": {"lt": 1000}}}
    assert ids(search(lamps, {"q": "lamp"}, boosts=(Boost(cheap, 0.1),)))[-1] == "wall"


def test_a_filter_narrows_what_is_found_and_counted(lamps: Shop) -> None:
    answer = search(lamps, {"q": "lamp"}, filters=(OAK,))
    assert (ids(answer), answer.total) == (["floor"], 1)


def test_a_variant_finds_what_the_text_does_not(lamps: Shop) -> None:
    assert set(ids(search(lamps, {"q": "lamp"}, variants=("bed",)))) == {"desk", "floor", "wall", "bed"}
    assert ids(search(lamps, {"q": "cot"}, variants=("bed",))) == ["bed"]


def test_a_corrected_text_has_the_synonyms_and_rules_of_its_words(lamps: Shop) -> None:
    shop_says = {
        "lamp": Interpretation(text="lamp", variants=("bed",), pinned=("wall",), rules=("lamps",)),
        "lmap": plain("lmap"),
    }

    def answer(**more: Any) -> SearchAnswer:
        query = SearchQuery(q="lmap", **more)
        return search_products(
            query, {}, index=lamps.index, cursors=lamps.cursors, interpret=shop_says.__getitem__
        )

    found = answer()
    assert ids(found)[0] == "wall"
    assert "bed" in ids(found)
    assert (found.rules, found.did_you_mean) == (["lamps"], "lamp")
    first = answer(limit=2)
    assert ids(first) + ids(answer(limit=2, cursor=first.next_cursor)) == ids(found)
