"""Quotes of a cart, by the rules of the shop."""

from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import ValidationError

from omnilife.checkout import (
    AddressStore,
    CartOwner,
    CouponNotYours,
    CouponUsedUp,
    EmptyCart,
    LinesUnavailable,
    NotEnoughPoints,
    QuoteRequest,
    QuoteStore,
    RedemptionTooSmall,
    TooManyPoints,
    UnknownAddress,
    UnknownCoupon,
    UnknownShippingRate,
    Unshippable,
    create_address,
    use_coupon,
)
from omnilife.checkout.make_quotes import TaxSettings
from omnilife.checkout.offer_points import PointsOffers
from tests.unit.catalogue.shop import STRANGER, Shop, once
from tests.unit.checkout.buying import ADA, SOMEBODY, Buying
from tests.unit.checkout.pricing import ADDRESS, coupon, rate, zone

pytestmark = pytest.mark.usefixtures("in_memory")


@pytest.fixture
def ready(buying: Buying, shop: Shop) -> Buying:
    """A cart of two lamps at 49.00, a zone at 5.00 and a tax of 8.875 %."""
    buying.add(shop.create().product_id, 2)
    buying.rule(zone())
    buying.rule(rate())
    return buying


def test_a_quote_says_what_the_cart_comes_to(ready: Buying):
    quote = ready.quote()

    assert (quote.subtotal.amount, quote.shipping_total.amount) == (9800, 500)
    assert (quote.tax.amount, quote.total.amount) == (870, 11_170)  # 869.75
    assert [(each.rate_id, each.amount.amount) for each in quote.taxes] == [("t", 870)]
    assert quote.cart_version == 1


def test_a_quote_that_is_kept_is_the_one_that_was_told(ready: Buying, shop: Shop):
    told = ready.quote()

    kept = QuoteStore(ready.table).find(told.quote_id, user_id="user-1", now=shop.clock.now())
    assert (kept.total, kept.digest, kept.expires_at) == (told.total.amount, told.digest, told.expires_at)
    assert [line.total for line in kept.lines] == [line.total.amount for line in told.lines]


def test_tax_is_reckoned_as_the_shop_is_configured(ready: Buying):
    quote = ready.quote(tax=TaxSettings(prices_include_tax=True, tax_rounding="order"))

    assert quote.tax_included
    assert (quote.tax.amount, quote.total.amount) == (799, 10_300)  # 9800 - 9800 / 1.08875


def test_an_empty_cart_has_no_price(buying: Buying):
    with pytest.raises(EmptyCart):
        buying.quote()


def test_lines_that_cannot_be_had_are_all_named(ready: Buying, shop: Shop):
    mug, pot = shop.create(sku="mug-1", stock_on_hand=5), shop.create(sku="pot-1")
    ready.add(mug.product_id, 5)
    ready.add(pot.product_id)
    shop.adjust(mug.product_id, -2)
    shop.delete(pot.product_id)

    with pytest.raises(LinesUnavailable) as refused:
        ready.quote()

    assert refused.value.extensions["lines"] == [
        {"product_id": mug.product_id, "wanted": 5, "available": 3},
        {"product_id": pot.product_id, "wanted": 1, "available": 0, "gone": True},
    ]


def test_each_merchant_sends_a_parcel_of_its_own(ready: Buying, shop: Shop):
    ready.add(shop.create(STRANGER).product_id)

    quote = ready.quote()

    assert [each.merchant_id for each in quote.shipping] == ["merchant-1", "merchant-2"]
    assert quote.shipping_total.amount == 1000


def test_an_address_that_nobody_sends_to_names_the_merchants(ready: Buying):
    with pytest.raises(Unshippable) as refused:
        ready.quote(address=ADDRESS.model_copy(update={"country": "DE"}))

    assert refused.value.extensions["merchants"] == ["merchant-1"]


def test_the_cheapest_way_is_taken_unless_another_is_chosen(ready: Buying):
    rates = [
        {"rate_id": "fast", "name": "Fast", "bands": [{"price": 900}]},
        {"rate_id": "slow", "name": "Slow", "bands": [{"price": 300}]},
    ]
    ready.rule(zone(rates=rates))

    assert [each.rate_id for each in ready.quote().shipping] == ["slow"]
    chosen = ready.quote(shipping=[{"merchant_id": "merchant-1", "rate_id": "fast"}])
    assert [each.rate_id for each in chosen.shipping] == ["fast"]
    assert [(each.rate_id, each.chosen) for each in chosen.shipping_options] == [
        ("slow", False),
        ("fast", True),
    ]


@pytest.mark.parametrize(
    "choices",
    [
        [{"merchant_id": "merchant-1", "rate_id": "nothing"}],
        [{"merchant_id": "merchant-9", "rate_id": "post"}],
        [{"merchant_id": "merchant-1", "rate_id": "post"}] * 2,
    ],
    ids=["rate", "merchant", "twice"],
)
def test_a_choice_that_is_none_is_refused(ready: Buying, choices: Any):
    with pytest.raises(UnknownShippingRate):
        ready.quote(shipping=choices)


def test_shipping_is_free_over_what_the_goods_cost_after_coupons(ready: Buying):
    rates = [{"rate_id": "post", "name": "Post", "bands": [{"price": 500}], "free_over": 9800}]
    ready.rule(zone(rates=rates))
    ready.rule(coupon())

    assert ready.quote().shipping_total.amount == 0
    assert ready.quote(coupons=["TEN"]).shipping_total.amount == 500


def test_an_entry_of_ones_own_address_book_will_do_and_anothers_will_not(ready: Buying, shop: Shop):
    made = create_address(AddressStore(ready.table), "user-1", ADDRESS, clock=shop.clock, make_id=shop.ids)
    other = create_address(AddressStore(ready.table), "user-2", ADDRESS, clock=shop.clock, make_id=shop.ids)

    assert ready.quote(address_id=made.address_id).address == ADDRESS
    for address_id in (other.address_id, "nothing"):
        with pytest.raises(UnknownAddress):
            ready.quote(address_id=address_id)


def test_without_an_account_an_address_is_given_and_not_named(ready: Buying, shop: Shop):
    ready.add(shop.create(sku="mug-1").product_id, owner=SOMEBODY)

    assert ready.quote(owner=SOMEBODY).cart_id == SOMEBODY.cart_id
    with pytest.raises(UnknownAddress):
        ready.quote(owner=SOMEBODY, address_id="a-1")


@pytest.mark.parametrize("given", [{}, {"address": ADDRESS, "address_id": "a-1"}], ids=["none", "both"])
def test_there_is_one_address(given: Any):
    with pytest.raises(ValidationError):
        QuoteRequest.model_validate(given)


def test_a_coupon_is_taken_however_its_code_is_written(ready: Buying):
    ready.rule(coupon())

    quote = ready.quote(coupons=[" ten "])

    assert [(each.code, each.discount.amount) for each in quote.coupons] == [("TEN", 980)]
    assert quote.discount.amount == 980


def test_a_coupon_of_another_user_is_refused(ready: Buying):
    ready.rule(coupon(user_id="user-2"))

    with pytest.raises(CouponNotYours):
        ready.quote(coupons=["TEN"])


def test_a_coupon_that_never_was_is_refused(ready: Buying):
    with pytest.raises(UnknownCoupon):
        ready.quote(coupons=["NOTHING"])


def test_a_coupon_that_this_user_has_used_up_is_refused(ready: Buying, shop: Shop):
    ready.rule(coupon(limit_per_user=1))
    quote = QuoteStore(ready.table).get(ready.quote(coupons=["TEN"]).quote_id, now=shop.clock.now())
    assert quote is not None
    ready.table.transact(use_coupon(quote.coupons[0], "user-1", order_id="o-1", at=shop.clock.now()))

    with pytest.raises(CouponUsedUp):
        ready.quote(coupons=["TEN"])


def test_points_that_are_not_there_cannot_be_spent(ready: Buying, shop: Shop):
    ready.add(shop.create(sku="mug-1").product_id, owner=SOMEBODY)

    for owner in (ADA, SOMEBODY):
        with pytest.raises(NotEnoughPoints):
            ready.quote(owner=owner, points=100)


def offers(balance: int, *, smallest: int = 1) -> PointsOffers:
    """Of a programme in which 10 points are worth 3 cents."""
    program = SimpleNamespace(redeem=SimpleNamespace(points=10, amount=3), smallest_redemption=smallest)
    store: Any = SimpleNamespace(standing=lambda _: (program, SimpleNamespace(balance=balance)))
    return PointsOffers(store)


def test_points_are_worth_what_the_programme_says(ready: Buying):
    ready.offers = offers(1000)

    quote = ready.quote(points=1000)

    assert (quote.points.spent, quote.points.worth.amount) == (1000, 300)
    assert quote.lines[0].points_discount.amount == 300
    assert quote.total.amount == 9500 + 500 + 843  # 8.875 % of 9,500 is 843.125


@pytest.mark.parametrize(
    ("points", "problem"), [(1001, NotEnoughPoints), (99, RedemptionTooSmall)], ids=["over", "too-few"]
)
def test_points_beyond_the_balance_or_below_the_least_are_refused(
    ready: Buying, points: int, problem: type[Exception]
):
    ready.offers = offers(1000, smallest=100)

    with pytest.raises(problem):
        ready.quote(points=points)


def test_points_worth_more_than_the_goods_are_refused(ready: Buying):
    ready.offers = offers(10**6)

    with pytest.raises(TooManyPoints) as refused:
        ready.quote(points=10**6)

    assert refused.value.extensions["most"] == 32_666  # 9,800 cents at 3 for 10
    assert ready.quote(points=32_666).points.worth.amount == 9799


def test_a_repeated_key_gives_the_same_quote(ready: Buying):
    first = ready.quote(idem=once("quote"))

    assert ready.quote(idem=once("quote")) == first


def test_a_changed_cart_or_price_makes_another_digest(ready: Buying, shop: Shop):
    first = ready.quote()
    lamp = ready.look().lines[0].product_id
    shop.edit(lamp, {"price": {"amount": 4800, "currency": "USD"}})
    second = ready.quote()
    ready.set(lamp, 1)
    third = ready.quote()

    assert len({first.digest, second.digest, third.digest}) == 3


def test_an_anonymous_quote_belongs_to_its_cart(ready: Buying, shop: Shop):
    owner = CartOwner("cart-9")
    ready.add(shop.create(sku="mug-1").product_id, owner=owner)

    quote = ready.quote(owner=owner)

    assert (
        QuoteStore(ready.table).find(quote.quote_id, user_id=None, now=shop.clock.now()).cart_id == "cart-9"
    )
