"""Cursors of searches."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnilife.core.cursors import MAX_CHARS, BadCursor, CursorCodec
from omnilife.search.criteria import Criteria
from omnilife.search.paging import MAX_SHOWN, Place, key

CODEC = CursorCodec(b"s" * 32)
STEADY = Criteria(sort="price_asc")
UNSTEADY = Criteria(text="lamp")


def hits(*product_ids: str, value: Any = 1.5) -> list[dict[str, Any]]:
    return [{"_index": "products-1", "_id": each, "sort": [value, each]} for each in product_ids]


places = st.builds(
    Place,
    generation=st.from_regex(r"[a-z]{1,20}-[0-9]{14}", fullmatch=True),
    after=st.tuples(
        st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False),
        st.from_regex(r"[A-Za-z0-9._-]{1,64}", fullmatch=True),
    ),
    shown=st.integers(0, 10**6),
    remembered=st.lists(st.integers(0, 2**48 - 1), max_size=MAX_SHOWN).map(tuple),
)


@given(places)
def test_a_cursor_leads_to_the_place_that_it_was_made_for(place: Place) -> None:
    assert Place.read(place.cursor(UNSTEADY, CODEC), UNSTEADY, CODEC) == place


def test_the_longest_cursor_fits_its_limit_and_so_a_query_string() -> None:
    place = Place("a" * 64 + "-20261124203000", (0.12345678, "p" * 64), 10**6, (2**48 - 1,) * MAX_SHOWN)
    assert len(place.cursor(UNSTEADY, CODEC)) <= MAX_CHARS


def test_a_cursor_of_another_search_is_refused() -> None:
    cursor = Place.behind(hits("a"), UNSTEADY, None).cursor(UNSTEADY, CODEC)
    with pytest.raises(BadCursor):
        Place.read(cursor, Criteria(text="lamps"), CODEC)


def test_a_place_counts_what_was_shown_on_all_pages() -> None:
    first = Place.behind(hits("a", "b"), STEADY, None)
    assert Place.behind(hits("c"), STEADY, first).shown == 3


def test_products_are_remembered_only_where_their_order_may_change() -> None:
    assert Place.behind(hits("a", "b"), STEADY, None).remembered == ()
    assert Place.behind(hits("a", "b"), UNSTEADY, None).remembered == (key("a"), key("b"))
    assert Place.behind(hits("a"), Criteria(sort="popularity"), None).remembered == (key("a"),)


def test_the_first_200_are_remembered_and_later_ones_are_not() -> None:
    ids = [f"p{n}" for n in range(MAX_SHOWN + 50)]
    before = Place.behind(hits(*ids[:150]), UNSTEADY, None)
    after = Place.behind(hits(*ids[150:]), UNSTEADY, before)
    assert after.remembered == tuple(key(each) for each in ids[:MAX_SHOWN])
    assert after.shown == MAX_SHOWN + 50


@given(st.text(max_size=64))
def test_a_key_fits_six_bytes(product_id: str) -> None:
    assert 0 <= key(product_id) < 2**48


def test_a_key_stays_the_same_over_versions_of_the_code_since_indexes_hold_it() -> None:
    assert key("0199b2c4-1111-7000-8000-000000000001") == 243180329355035
