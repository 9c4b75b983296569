"""What shoppers mean, on the real engine: spellings, measures, codes, misspelt words, nothing found."""

import pytest

from omnilife.search.models import Relaxed
from tests.integration.search.shop import Shop, ids
from tests.support.search import a_product


@pytest.fixture
def tools(shop: Shop) -> Shop:
    shop.put(
        a_product("drill", name="Cordless Drill 12-Volt DCD771C2, 1/2 in. chuck", sku="DRL-001-12V"),
        a_product("valve", name='Brass ball valve 3/4"', attributes={"thread": "3/4 in"}),
        a_product("small", name="Brass ball valve 1/2 in"),
        a_product("pack", name="Commuter laptop backpack", brand="Tarn"),
        a_product("stud", name="Pine stud 2 in. x 4 in. x 8 ft."),
        a_product("lamp", name="Paper floor lamp"),
        a_product("shade", name="Shade for floor lamp"),
    )
    return shop


@pytest.mark.parametrize("text", ["backpack", "back pack", "back-pack", "laptop back pack", "backpacks"])
def test_a_compound_is_found_in_each_of_its_spellings(tools: Shop, text: str) -> None:
    assert tools.found(q=text) == ["pack"]


@pytest.mark.parametrize("text", ['valve 3/4"', "3/4 in valve", "3/4-inch valve", "¾ inch valve"])
def test_a_measure_is_found_in_each_of_its_spellings(tools: Shop, text: str) -> None:
    assert tools.found(q=text)[0] == "valve"


@pytest.mark.parametrize("text", ["2x4", "2 x 4 stud", "2 in x 4 in", "2x4x8 stud"])
def test_a_board_is_found_by_its_sides(tools: Shop, text: str) -> None:
    assert tools.found(q=text)[0] == "stud"


@pytest.mark.parametrize("text", ["DCD771C2", "dcd771", "dcd-771", "12v drill", "DRL-001-12V", "drl-001"])
def test_a_code_is_found_whole_or_by_its_beginning(tools: Shop, text: str) -> None:
    assert tools.found(q=text)[0] == "drill"


def test_a_shade_for_a_lamp_is_no_lamp(tools: Shop) -> None:
    assert tools.found(q="floor lamp")[:2] == ["lamp", "shade"]
    assert tools.found(q="lamp shade")[0] == "shade"


def test_a_misspelt_query_is_corrected_and_says_so(tools: Shop) -> None:
    answer = tools.search(q="cordles dril")
    assert ids(answer) == ["drill"]
    assert answer.did_you_mean == "cordless drill"
    assert answer.relaxed == Relaxed(kind="correction", query="cordless drill")
    assert answer.facets["brand"]


def test_one_misspelt_word_among_found_ones_is_only_asked_about(tools: Shop) -> None:
    answer = tools.search(q="brass ball vavle")
    assert (answer.did_you_mean, answer.relaxed) == ("brass ball valve", None)
    assert set(ids(answer)[:2]) == {"valve", "small"}


def test_an_unfinished_word_is_finished(tools: Shop) -> None:
    answer = tools.search(q="commut")
    assert ids(answer) == ["pack"]
    assert answer.relaxed == Relaxed(kind="correction", query="commuter")


def test_words_that_nothing_has_are_left_out_and_named(tools: Shop) -> None:
    answer = tools.search(q="xyzzyq backpack")
    assert ids(answer) == ["pack"]
    assert answer.relaxed == Relaxed(kind="fewer_words", query="backpack", dropped=["xyzzyq"])


def test_words_that_only_a_filter_keeps_from_being_found_are_not_corrected(tools: Shop) -> None:
    answer = tools.search(q="backpacks", max_price=1)
    assert (answer.items, answer.did_you_mean, answer.relaxed) == ([], None, None)


def test_of_right_words_one_may_be_enough_within_a_filter(tools: Shop) -> None:
    tools.put(a_product("rug", name="Paper rug", brand="Tarn"))
    answer = tools.search(q="paper lamp", brand=["Tarn"])
    assert (ids(answer), answer.did_you_mean) == (["rug"], None)
    assert answer.relaxed == Relaxed(kind="fewer_words", query="paper", dropped=["lamp"])


def test_misspelt_words_are_corrected_within_a_filter_too(tools: Shop) -> None:
    answer = tools.search(q="bakcpack", brand=["Tarn"], in_stock=True)
    assert (ids(answer), answer.relaxed) == (["pack"], Relaxed(kind="correction", query="backpack"))


def test_what_resembles_nothing_is_not_found(tools: Shop) -> None:
    answer = tools.search(q="xyzzyq")
    assert (answer.items, answer.relaxed, answer.did_you_mean) == ([], None, None)


def test_pages_of_what_was_searched_instead_follow_each_other(tools: Shop) -> None:
    first = tools.search(q="vavle", limit=1)
    second = tools.search(q="vavle", limit=1, cursor=first.next_cursor)
    assert {*ids(first), *ids(second)} == {"valve", "small"}
    assert first.relaxed == second.relaxed
    assert second.items[0].position == 2
    assert second.next_cursor is None


def test_liking_lifts_what_matches_as_well_and_no_more(shop: Shop) -> None:
    shop.put(
        a_product("a", name="Oak desk", stock_on_hand=0),
        a_product("b", name="Oak desk", rating=4.9, review_count=900),
        a_product("c", name="Pine desk", rating=5, review_count=100_000),
    )
    assert shop.found(q="oak desk") == ["b", "a", "c"]


def test_the_largest_text_stays_within_what_the_engine_takes(tools: Shop) -> None:
    text = " ".join(f"wordy{letter}ing" for letter in "abcdefghijklmnopqrst")[:200]
    assert tools.search(q=text).total == 0
