"""Pages on the real engine, while products are written between them."""

from collections.abc import Iterable
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from omnilife.catalogue import Product
from omnilife.search import SearchAnswer
from tests.integration.search.shop import Shop, ids
from tests.support.search import CREATED, a_product, deleted

few = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
fresh_versions = count(10)

# Few values, so that pages end among equals.
prices = st.sampled_from([0, 100, 100, 2000, 10**12])
ratings = st.sampled_from([None, None, 1.0, 3.3, 4.7])
hours = st.integers(0, 3)


def products(names: str, size: int) -> st.SearchStrategy[list[Product]]:
    one = st.builds(
        lambda price, rating, hour, reviews: {
            "price": price,
            "rating": rating,
            "created_at": CREATED.replace(hour=hour),
            "review_count": reviews,
        },
        prices,
        ratings,
        hours,
        st.integers(0, 3),
    )
    listed = st.lists(one, min_size=1, max_size=size)
    return listed.map(lambda each: [a_product(f"{names}{n}", **fields) for n, fields in enumerate(each)])


def walk(shop: Shop, between: Iterable[Any] = (), **query: Any) -> list[SearchAnswer]:
    """All pages; after each of them, the next of `between` is written."""
    writes = iter(between)
    pages = [shop.search(**query)]
    while cursor := pages[-1].next_cursor:
        for write in next(writes, ()):
            shop.put(write, version=next(fresh_versions))
        pages.append(shop.search(**query, cursor=cursor))
    return pages


def shown(pages: Iterable[SearchAnswer]) -> list[str]:
    return [product_id for page in pages for product_id in ids(page)]


@few
@given(
    steady=products("steady", 12),
    others=products("other", 6),
    sort=st.sampled_from(["price_asc", "price_desc", "rating", "newest"]),
    limit=st.integers(1, 4),
    writes=st.lists(st.lists(st.integers(0, 5), max_size=3), max_size=6),
    moved=prices,
)
def test_a_product_that_did_not_change_is_shown_exactly_once_while_others_are_written(
    *,
    shop: Shop,
    steady: list[Product],
    others: list[Product],
    sort: str,
    limit: int,
    writes: list[list[int]],
    moved: int,
) -> None:
    shop.clear()
    shop.put(*steady, *others)
    between = [
        [
            deleted(f"other{n}", next(fresh_versions))
            if n % 3 == 0
            else a_product(f"other{n}", price=moved, rating=4.9, created_at=CREATED.replace(hour=n))
            for n in write
        ]
        for write in writes
    ]
    seen = shown(walk(shop, between, sort=sort, limit=limit, facets=["none"]))
    assert sorted(each for each in seen if each.startswith("steady")) == sorted(p.product_id for p in steady)


@few
@given(
    listed=products("p", 15),
    sort=st.sampled_from(["relevance", "popularity", "price_asc", "price_desc", "rating", "newest"]),
    limit=st.integers(1, 6),
    text=st.sampled_from(["", "lamp"]),
)
def test_pages_of_an_unchanged_index_add_up_to_the_whole_in_one_order(
    shop: Shop, listed: list[Product], sort: str, limit: int, text: str
) -> None:
    shop.clear()
    shop.put(*listed)
    pages = walk(shop, sort=sort, limit=limit, q=text)
    whole = shop.search(sort=sort, limit=100, q=text)
    assert shown(pages) == ids(whole)
    assert [item.position for page in pages for item in page.items] == list(range(1, len(listed) + 1))
    assert all(page.total == len(listed) for page in pages)
    assert all(page.facets == whole.facets for page in pages)


@few
@given(
    listed=products("p", 15),
    sort=st.sampled_from(["relevance", "popularity"]),
    limit=st.integers(1, 4),
    moves=st.lists(st.lists(st.integers(0, 14), max_size=3), max_size=8),
)
def test_nothing_is_shown_twice_however_popularity_and_scores_move(
    shop: Shop, listed: list[Product], sort: str, limit: int, moves: list[list[int]]
) -> None:
    shop.clear()
    shop.put(*listed)
    # Later names rank lower in relevance and higher or lower in popularity: products move behind the cursor.
    between = [
        [
            a_product(f"p{n}", review_count=n % 4, name="Brass desk lamp" + " of all lamps" * (n % 3))
            for n in move
        ]
        for move in moves
    ]
    seen = shown(walk(shop, between, q="lamp", sort=sort, limit=limit, facets=["none"]))
    assert len(seen) == len(set(seen))


def test_among_the_first_200_nothing_is_shown_twice_when_all_of_it_falls_behind(shop: Shop) -> None:
    shop.put(*(a_product(f"p{n:03}", review_count=1000 - n) for n in range(230)))
    first = shop.search(sort="popularity", limit=100)
    second = shop.search(sort="popularity", limit=100, cursor=first.next_cursor)
    shop.put(*(a_product(f"p{n:03}", review_count=0) for n in range(200)), version=3)
    third = shop.search(sort="popularity", limit=100, cursor=second.next_cursor)
    assert ids(third) == [f"p{n:03}" for n in range(200, 230)]
    assert third.next_cursor is None
    assert third.total == 230


def test_the_last_page_has_no_cursor_even_when_it_is_full(shop: Shop) -> None:
    shop.put(a_product("a"), a_product("b"))
    assert shop.search(limit=2).next_cursor is None
    assert shop.search(limit=1).next_cursor is not None


def test_a_list_whose_rest_is_deleted_ends(shop: Shop) -> None:
    shop.put(a_product("a", price=1), a_product("b", price=2))
    cursor = shop.search(sort="price_asc", limit=1).next_cursor
    shop.put(deleted("b", 3))
    page = shop.search(sort="price_asc", limit=1, cursor=cursor)
    assert (page.items, page.next_cursor, page.total) == ([], None, 1)


def test_page_size_and_facets_may_change_from_page_to_page(shop: Shop) -> None:
    shop.put(*(a_product(f"p{n}", price=n) for n in range(5)))
    first = shop.search(sort="price_asc", limit=2)
    second = shop.search(sort="price_asc", limit=3, facets=["brand"], cursor=first.next_cursor)
    assert ids(first) + ids(second) == ["p0", "p1", "p2", "p3", "p4"]


@pytest.mark.parametrize("rating", [0.1, 3.3, 4.0, 4.7, 5.0])
def test_pages_may_end_at_any_rating(shop: Shop, rating: float) -> None:
    shop.put(*(a_product(f"p{n}", rating=rating) for n in range(3)))
    assert shown(walk(shop, sort="rating", limit=1)) == ["p0", "p1", "p2"]
