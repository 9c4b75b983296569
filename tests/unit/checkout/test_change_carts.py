"""Carts: what goes in, what is refused, and what is told when the shop changes meanwhile."""

from dataclasses import replace
from typing import Any

import pytest

from omnilife.catalogue import OutOfStock
from omnilife.checkout import (
    BusyCart,
    CartLimits,
    CartOwner,
    InvalidQuantity,
    NotInCart,
    TooManyLines,
    TooManyUnits,
    TotalTooLarge,
    UnknownProduct,
)
from omnilife.core.errors import IdempotencyConflict
from omnilife.core.table import ConditionFailed
from tests.unit.catalogue.shop import Shop, once
from tests.unit.checkout.buying import ADA, BOB, SOMEBODY, Buying

pytestmark = pytest.mark.usefixtures("in_memory")


def codes(view: Any) -> list[tuple[str, str]]:
    return [(change.product_id, change.code) for change in view.changes]


def test_a_cart_that_nobody_wrote_is_empty_and_has_no_name(buying: Buying):
    view = buying.look(SOMEBODY)

    assert (view.cart_id, view.cart_token, view.version, view.lines) == (None, None, 0, [])
    assert view.subtotal.amount == 0


def test_what_is_added_is_there_at_the_next_look_at_todays_price(buying: Buying, shop: Shop):
    lamp = shop.create(price={"amount": 1999, "currency": "USD"})

    buying.add(lamp.product_id, 2)

    (line,) = buying.look().lines
    assert (line.quantity, line.unit_price.amount, line.subtotal.amount) == (2, 1999, 3998)
    assert buying.look().subtotal.amount == 3998


def test_units_of_one_product_add_up_in_one_line(buying: Buying, shop: Shop):
    lamp = shop.create()

    buying.add(lamp.product_id, 2)
    view = buying.add(lamp.product_id, 3)

    assert [(line.product_id, line.quantity) for line in view.lines] == [(lamp.product_id, 5)]
    assert view.version == 2


def test_carts_of_two_users_have_nothing_to_do_with_each_other(buying: Buying, shop: Shop):
    lamp = shop.create()

    buying.add(lamp.product_id)

    assert buying.units(BOB) == {}


def test_an_anonymous_cart_tells_its_token_and_a_users_cart_has_none(buying: Buying, shop: Shop):
    lamp = shop.create()

    anonymous = buying.add(lamp.product_id, owner=SOMEBODY)

    assert anonymous.cart_token is not None
    assert buying.desk.tokens.read(anonymous.cart_token) == SOMEBODY.cart_id
    assert buying.add(lamp.product_id).cart_token is None


@pytest.mark.parametrize("quantity", [0, -1, 1.5, 2.0, "2", True, None, [1]], ids=repr)
def test_a_quantity_that_is_none_is_refused_and_nothing_changes(buying: Buying, shop: Shop, quantity: Any):
    lamp = shop.create()

    with pytest.raises(InvalidQuantity):
        buying.add(lamp.product_id, quantity)

    assert buying.units() == {}


@pytest.mark.parametrize("quantity", [1000, 10**9, 10**30], ids=repr)
def test_more_units_than_the_limit_are_refused(buying: Buying, shop: Shop, quantity: int):
    lamp = shop.create(stock_on_hand=10**8)

    with pytest.raises(TooManyUnits) as refused:
        buying.add(lamp.product_id, quantity)

    assert refused.value.extensions["limit"] == 999
    assert buying.units() == {}


def test_the_limit_counts_what_is_in_the_cart_already(buying: Buying, shop: Shop):
    buying.limits = CartLimits(max_units_per_product=3)
    lamp = shop.create()
    buying.add(lamp.product_id, 2)

    with pytest.raises(TooManyUnits):
        buying.add(lamp.product_id, 2)

    assert buying.units() == {lamp.product_id: 2}


def test_more_units_than_there_are_cannot_be_added(buying: Buying, shop: Shop):
    lamp = shop.create(stock_on_hand=3)
    buying.add(lamp.product_id, 2)

    with pytest.raises(OutOfStock) as refused:
        buying.add(lamp.product_id, 2)

    assert refused.value.extensions == {"product_id": lamp.product_id, "wanted": 4, "available": 3}
    assert buying.units() == {lamp.product_id: 2}


@pytest.mark.parametrize("status", ["draft", "archived"])
def test_what_is_not_on_sale_cannot_be_added(buying: Buying, shop: Shop, status: str):
    lamp = shop.create(status=status)

    with pytest.raises(UnknownProduct):
        buying.add(lamp.product_id)


def test_what_never_was_and_what_was_deleted_cannot_be_added(buying: Buying, shop: Shop):
    lamp = shop.create()
    shop.delete(lamp.product_id)

    for product_id in (lamp.product_id, "nothing"):
        with pytest.raises(UnknownProduct):
            buying.add(product_id)
    assert buying.units() == {}


def test_an_eighty_first_product_is_refused(buying: Buying, shop: Shop):
    products = shop.fill(81)
    for product in products[:80]:
        buying.add(product.product_id)

    with pytest.raises(TooManyLines):
        buying.add(products[80].product_id)

    assert len(buying.units()) == 80


def test_a_changed_price_is_told_until_the_cart_is_written_and_with_that_once_more(
    buying: Buying, shop: Shop
):
    lamp, mug = shop.create(), shop.create(sku="mug-1")
    buying.add(lamp.product_id)
    shop.edit(lamp.product_id, {"price": {"amount": 3900, "currency": "USD"}})

    for view in (buying.look(), buying.look(), buying.add(mug.product_id)):
        (change,) = view.changes
        assert (change.code, change.price_before and change.price_before.amount) == ("price_changed", 4900)
        assert view.lines[0].unit_price.amount == 3900
    assert buying.look().changes == []


def test_too_few_units_are_told_by_how_many_are_left(buying: Buying, shop: Shop):
    lamp = shop.create(stock_on_hand=5)
    buying.add(lamp.product_id, 5)
    shop.adjust(lamp.product_id, -2)
    assert codes(buying.look()) == [(lamp.product_id, "only_3_left")]
    assert buying.look().changes[0].available == 3

    shop.adjust(lamp.product_id, -3)

    assert codes(buying.look()) == [(lamp.product_id, "sold_out")]


def test_a_product_that_is_gone_is_named_and_leaves_with_the_next_change(buying: Buying, shop: Shop):
    lamp, mug = shop.create(), shop.create(sku="mug-1")
    buying.add(lamp.product_id)
    shop.delete(lamp.product_id)

    assert (codes(buying.look()), buying.look().lines) == ([(lamp.product_id, "gone")], [])
    assert buying.look().subtotal.amount == 0
    assert codes(buying.add(mug.product_id)) == [(lamp.product_id, "gone")]
    assert buying.look().changes == []


def test_an_abandoned_anonymous_cart_is_gone_after_thirty_days_to_the_second(buying: Buying, shop: Shop):
    lamp = shop.create()
    buying.add(lamp.product_id, owner=SOMEBODY)
    shop.clock.advance(seconds=30 * 86_400 - 1)
    assert buying.units(SOMEBODY) == {lamp.product_id: 1}

    shop.clock.advance(seconds=1)

    assert buying.units(SOMEBODY) == {}
    assert buying.add(lamp.product_id, owner=SOMEBODY).units == 1  # over what DynamoDB has not taken away yet


def test_a_repeated_addition_counts_once(buying: Buying, shop: Shop):
    lamp = shop.create()

    first = buying.add(lamp.product_id, 3, idem=once("add"))
    again = buying.add(lamp.product_id, 3, idem=once("add"))

    assert first == again
    assert buying.units() == {lamp.product_id: 3}


def test_a_repeat_of_what_took_the_last_units_is_answered_and_not_refused(buying: Buying, shop: Shop):
    lamp = shop.create(stock_on_hand=5)

    first = buying.add(lamp.product_id, 5, idem=once("add"))

    assert buying.add(lamp.product_id, 5, idem=once("add")) == first


def test_a_key_with_another_body_is_refused(buying: Buying, shop: Shop):
    lamp = shop.create()
    buying.add(lamp.product_id, idem=once("add", "one"))

    with pytest.raises(IdempotencyConflict):
        buying.add(lamp.product_id, 2, idem=once("add", "two"))

    assert buying.units() == {lamp.product_id: 1}


def test_a_retried_first_addition_finds_the_cart_that_the_lost_answer_spoke_of(buying: Buying, shop: Shop):
    lamp = shop.create()
    first = buying.add(lamp.product_id, owner=CartOwner("cart-1", is_new=True), idem=once("add"))

    again = buying.add(lamp.product_id, owner=CartOwner("cart-2", is_new=True), idem=once("add"))

    assert again == first
    assert buying.units(CartOwner("cart-2")) == {}


def test_one_key_serves_two_anonymous_carts_behind_one_address(buying: Buying, shop: Shop):
    lamp = shop.create()
    for cart_id in ("cart-1", "cart-2"):
        buying.add(lamp.product_id, owner=CartOwner(cart_id), idem=once("add"))

    assert buying.units(CartOwner("cart-1")) == buying.units(CartOwner("cart-2")) == {lamp.product_id: 1}


def test_of_two_additions_at_once_both_count(buying: Buying, shop: Shop, monkeypatch: pytest.MonkeyPatch):
    lamp = shop.create()
    save, others = type(buying.desk.carts).save, [1, 1]

    def save_after_somebody(self: Any, cart: Any, **more: Any) -> Any:
        if others and others.pop():
            buying.add(lamp.product_id)
        return save(self, cart, **more)

    monkeypatch.setattr(type(buying.desk.carts), "save", save_after_somebody)
    view = buying.add(lamp.product_id, 2)

    assert view.units == 4
    assert buying.units() == {lamp.product_id: 4}


def test_a_cart_that_others_change_each_time_is_given_up(
    buying: Buying, shop: Shop, monkeypatch: pytest.MonkeyPatch
):
    lamp = shop.create()

    def beaten(*_: Any, **__: Any) -> None:
        raise ConditionFailed("cart", None)

    monkeypatch.setattr(type(buying.desk.carts), "save", beaten)
    with pytest.raises(BusyCart):
        buying.add(lamp.product_id)


def test_a_failure_of_another_part_is_not_taken_for_a_busy_cart(
    buying: Buying, shop: Shop, monkeypatch: pytest.MonkeyPatch
):
    lamp = shop.create()

    def fails(*_: Any, **__: Any) -> None:
        raise ConditionFailed("something else", None)

    monkeypatch.setattr(type(buying.desk.carts), "save", fails)
    with pytest.raises(ConditionFailed):
        buying.add(lamp.product_id)


def test_a_user_with_the_id_of_an_anonymous_cart_does_not_get_it(buying: Buying, shop: Shop):
    lamp = shop.create()
    buying.add(lamp.product_id, owner=replace(SOMEBODY))

    assert buying.units(CartOwner(SOMEBODY.cart_id, SOMEBODY.cart_id)) == {}
    assert buying.units(ADA) == {}


# -- changing and taking out


def test_a_line_is_set_to_so_many_units(buying: Buying, shop: Shop):
    lamp = shop.create()
    buying.add(lamp.product_id, 2)

    assert buying.set(lamp.product_id, 5).units == 5
    assert buying.set(lamp.product_id, 1).units == 1
    assert buying.units() == {lamp.product_id: 1}


@pytest.mark.parametrize(
    ("quantity", "problem"),
    [
        (0, InvalidQuantity),
        (-1, InvalidQuantity),
        (1.5, InvalidQuantity),
        (10**9, TooManyUnits),
        (6, OutOfStock),
    ],
    ids=repr,
)
def test_a_line_is_not_set_to_what_cannot_be(
    buying: Buying, shop: Shop, quantity: Any, problem: type[Exception]
):
    lamp = shop.create(stock_on_hand=5)
    buying.add(lamp.product_id, 2)

    with pytest.raises(problem):
        buying.set(lamp.product_id, quantity)

    assert buying.units() == {lamp.product_id: 2}


def test_a_line_that_is_not_there_cannot_be_set(buying: Buying, shop: Shop):
    lamp = shop.create()

    with pytest.raises(NotInCart):
        buying.set(lamp.product_id, 1)


def test_a_line_of_a_product_that_is_gone_cannot_be_set(buying: Buying, shop: Shop):
    lamp = shop.create()
    buying.add(lamp.product_id)
    shop.delete(lamp.product_id)

    with pytest.raises(UnknownProduct):
        buying.set(lamp.product_id, 2)


def test_a_line_is_taken_out_and_once_more_changes_nothing(buying: Buying, shop: Shop):
    lamp, mug = shop.create(), shop.create(sku="mug-1")
    buying.add(lamp.product_id)
    buying.add(mug.product_id)

    assert [each.product_id for each in buying.remove(lamp.product_id).lines] == [mug.product_id]
    assert buying.remove(lamp.product_id).version == 3
    assert buying.units() == {mug.product_id: 1}


def test_a_cart_beyond_all_money_is_a_problem_and_no_failure(buying: Buying, shop: Shop):
    dear = {"amount": 10**12, "currency": "USD"}
    gold, more = (shop.create(sku=sku, price=dear, stock_on_hand=999) for sku in ("gold", "more"))
    buying.add(gold.product_id, 999)

    with pytest.raises(TotalTooLarge):
        buying.add(more.product_id, 999)

    assert buying.units() == {gold.product_id: 999}
