"""Wishlists."""

from collections.abc import Sequence

import pytest

from omnilife.catalogue import ListFull, Wish, WishPage, WishStore, add_wish, list_wishes, remove_wish
from omnilife.catalogue.store.people import held_by_catalogue
from omnilife.core.cursors import BadCursor
from omnilife.core.errors import NotFound
from omnilife.core.personal_data import Person
from tests.unit.catalogue.shop import Shop


def wish(shop: Shop, product_id: str, user: str = "user-1") -> Wish:
    return add_wish(WishStore(shop.table), shop.store, user_id=user, product_id=product_id, clock=shop.clock)


def wishes(shop: Shop, user: str = "user-1", **more: object) -> WishPage:
    return list_wishes(WishStore(shop.table), shop.store, user_id=user, cursors=shop.cursors, **more)  # type: ignore[arg-type]


def ids(page: WishPage) -> Sequence[str]:
    return [each.product_id for each in page.items]


def test_a_wishlist_is_newest_first_with_the_products_as_they_are_now(shop: Shop):
    lamps = shop.fill(2)
    for lamp in lamps:
        shop.clock.advance(seconds=1)
        wish(shop, lamp.product_id)
    shop.edit(lamps[0].product_id, {"price": {"amount": 77}})
    page = wishes(shop)
    assert ids(page) == [lamps[1].product_id, lamps[0].product_id]
    assert (page.items[1].price_when_added.amount, page.items[1].product.price.amount) == (100, 77)
    assert page.next_cursor is None


def test_wishing_again_keeps_the_first_wish_and_counts_once(shop: Shop):
    lamp = shop.create()
    first = wish(shop, lamp.product_id)
    shop.clock.advance(seconds=60)
    assert wish(shop, lamp.product_id) == first
    assert [row["count"] for row in shop.items("wishlists")] == [1]


def test_what_is_not_on_sale_cannot_be_wished_for(shop: Shop):
    draft = shop.create(status="draft")
    for product_id in (draft.product_id, "unknown"):
        with pytest.raises(NotFound):
            wish(shop, product_id)
    assert wishes(shop).items == []


def test_a_product_that_goes_off_sale_stays_on_the_list_without_its_product(shop: Shop):
    gone, archived = shop.fill(2)
    wish(shop, gone.product_id)
    wish(shop, archived.product_id)
    shop.delete(gone.product_id)
    shop.edit(archived.product_id, {"status": "archived"})
    assert [each.product for each in wishes(shop).items] == [None, None]


def test_a_wish_can_be_taken_back_and_taking_back_nothing_changes_nothing(shop: Shop):
    lamp = shop.create()
    wish(shop, lamp.product_id)
    for _ in range(2):
        remove_wish(WishStore(shop.table), user_id="user-1", product_id=lamp.product_id)
    assert wishes(shop).items == []
    assert [row["count"] for row in shop.items("wishlists")] == [0]


def test_a_wishlist_is_ones_own(shop: Shop):
    lamp = shop.create()
    wish(shop, lamp.product_id)
    assert wishes(shop, "user-2").items == []
    remove_wish(WishStore(shop.table), user_id="user-2", product_id=lamp.product_id)
    assert ids(wishes(shop)) == [lamp.product_id]


def test_a_full_list_takes_no_more_until_something_goes(shop: Shop, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("omnilife.catalogue.keep_wishlist.MOST_WISHES", 2)
    lamps = shop.fill(3)
    for lamp in lamps[:2]:
        wish(shop, lamp.product_id)
    with pytest.raises(ListFull):
        wish(shop, lamps[2].product_id)
    assert len(wishes(shop).items) == 2
    assert wish(shop, lamps[0].product_id).product_id == lamps[0].product_id
    remove_wish(WishStore(shop.table), user_id="user-1", product_id=lamps[0].product_id)
    wish(shop, lamps[2].product_id)
    assert len(wishes(shop).items) == 2


def test_pages_neither_repeat_nor_skip(shop: Shop):
    lamps = shop.fill(5)
    for lamp in lamps:
        wish(shop, lamp.product_id)  # two at one instant are told apart by their ids
    pages = [wishes(shop, limit=2)]
    while cursor := pages[-1].next_cursor:
        pages.append(wishes(shop, limit=2, cursor=cursor))
    assert [len(page.items) for page in pages] == [2, 2, 1]
    assert sorted(each for page in pages for each in ids(page)) == sorted(lamp.product_id for lamp in lamps)


def test_a_cursor_of_anothers_list_is_refused(shop: Shop):
    lamps = shop.fill(2)
    for lamp in lamps:
        wish(shop, lamp.product_id)
    cursor = wishes(shop, limit=1).next_cursor
    with pytest.raises(BadCursor):
        wishes(shop, "user-2", cursor=cursor)


def test_an_erasure_leaves_nothing_of_a_wishlist_and_an_export_tells_it(shop: Shop):
    lamp = shop.create()
    wish(shop, lamp.product_id)
    wish(shop, lamp.product_id, "user-2")
    held = held_by_catalogue(shop.table)
    told = held.export(Person("user-1"), None).records
    assert {"entity": "wishes", "product_id": lamp.product_id}.items() <= told[0].items()
    assert held.erase(Person("user-1")).finished
    assert wishes(shop).items == []
    assert ids(wishes(shop, "user-2")) == [lamp.product_id]
    assert {row["pk"] for row in shop.items("wishlists")} == {"WISHLIST#user-2"}
