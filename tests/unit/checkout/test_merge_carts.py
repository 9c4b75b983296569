"""Merging at sign-in: units add up to what can be had, once, and nothing is lost on the way."""

from typing import Any

import pytest

from omnilife.checkout import BadCartToken, BusyCart, CartLimits, CartOwner, TooManyLines, merge_cart
from omnilife.core.table import ConditionFailed
from tests.unit.catalogue.shop import Shop
from tests.unit.checkout.buying import ADA, SOMEBODY, Buying

pytestmark = pytest.mark.usefixtures("in_memory")


def codes(view: Any) -> list[tuple[str, str]]:
    return [(change.product_id, change.code) for change in view.changes]


def test_units_of_both_carts_add_up_and_the_anonymous_one_is_gone(buying: Buying, shop: Shop):
    lamp, mug = shop.create(), shop.create(sku="mug-1")
    buying.add(lamp.product_id, 1)
    buying.add(lamp.product_id, 2, owner=SOMEBODY)
    buying.add(mug.product_id, 1, owner=SOMEBODY)

    view = buying.merge()

    assert buying.units() == {lamp.product_id: 3, mug.product_id: 1}
    assert (view.changes, view.cart_token, view.cart_id) == ([], None, "user-1")
    assert buying.units(SOMEBODY) == {}


def test_a_merge_that_is_repeated_adds_nothing(buying: Buying, shop: Shop):
    lamp = shop.create()
    buying.add(lamp.product_id, 2, owner=SOMEBODY)

    first, again = buying.merge(), buying.merge()

    assert first == again
    assert buying.units() == {lamp.product_id: 2}


def test_units_are_capped_at_what_there_is_and_it_is_told(buying: Buying, shop: Shop):
    lamp = shop.create(stock_on_hand=5)
    buying.add(lamp.product_id, 4)
    buying.add(lamp.product_id, 3, owner=SOMEBODY)

    view = buying.merge()

    assert buying.units() == {lamp.product_id: 5}
    assert codes(view) == [(lamp.product_id, "only_5_left")]
    assert buying.look().changes == []


def test_units_are_capped_at_the_limit_of_a_product_and_it_is_told(buying: Buying, shop: Shop):
    buying.limits = CartLimits(max_units_per_product=4)
    lamp = shop.create(stock_on_hand=100)
    buying.add(lamp.product_id, 3)
    buying.add(lamp.product_id, 3, owner=SOMEBODY)

    assert codes(buying.merge()) == [(lamp.product_id, "at_most_4")]
    assert buying.units() == {lamp.product_id: 4}


def test_what_is_sold_out_stays_wanted_and_is_told(buying: Buying, shop: Shop):
    lamp = shop.create(stock_on_hand=5)
    buying.add(lamp.product_id, 2)
    buying.add(lamp.product_id, 3, owner=SOMEBODY)
    shop.adjust(lamp.product_id, -5)

    assert codes(buying.merge()) == [(lamp.product_id, "sold_out")]
    assert buying.units() == {lamp.product_id: 3}


def test_what_is_gone_from_the_shop_does_not_come_along(buying: Buying, shop: Shop):
    lamp, mug = shop.create(), shop.create(sku="mug-1")
    buying.add(lamp.product_id, owner=SOMEBODY)
    buying.add(mug.product_id, owner=SOMEBODY)
    shop.delete(lamp.product_id)

    buying.merge()

    assert buying.units() == {mug.product_id: 1}


def test_carts_of_more_than_eighty_products_together_stay_as_they_are(buying: Buying, shop: Shop):
    buying_limit = shop.fill(3)
    for product in buying_limit[:2]:
        buying.add(product.product_id)
    buying.add(buying_limit[2].product_id, owner=SOMEBODY)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("omnilife.checkout.merge_carts.MAX_LINES", 2)
        with pytest.raises(TooManyLines):
            buying.merge()

    assert len(buying.units()) == 2
    assert len(buying.units(SOMEBODY)) == 1


def test_a_forged_token_merges_nothing(buying: Buying, shop: Shop):
    lamp = shop.create()
    buying.add(lamp.product_id, owner=SOMEBODY)

    with pytest.raises(BadCartToken):
        merge_cart(buying.desk, ADA, "cart-1.forged")

    assert buying.units(SOMEBODY) == {lamp.product_id: 1}


def test_what_is_added_to_either_cart_meanwhile_is_not_lost(
    buying: Buying, shop: Shop, monkeypatch: pytest.MonkeyPatch
):
    lamp = shop.create()
    buying.add(lamp.product_id, 1, owner=SOMEBODY)
    merge, owners = type(buying.desk.carts).merge, [ADA, SOMEBODY]

    def merge_after_somebody(self: Any, *carts: Any, **more: Any) -> None:
        if owners:
            buying.add(lamp.product_id, owner=owners.pop())
        merge(self, *carts, **more)

    monkeypatch.setattr(type(buying.desk.carts), "merge", merge_after_somebody)
    buying.merge()

    assert buying.units() == {lamp.product_id: 3}
    assert buying.units(SOMEBODY) == {}


def test_carts_that_others_change_each_time_are_given_up(
    buying: Buying, shop: Shop, monkeypatch: pytest.MonkeyPatch
):
    buying.add(shop.create().product_id, owner=SOMEBODY)

    def beaten(*_: Any, **__: Any) -> None:
        raise ConditionFailed("cart", None)

    monkeypatch.setattr(type(buying.desk.carts), "merge", beaten)
    with pytest.raises(BusyCart):
        buying.merge()


def test_an_anonymous_cart_that_never_was_changes_nothing(buying: Buying):
    assert buying.merge(CartOwner("nothing")).version == 0
