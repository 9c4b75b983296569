import pytest

from omnilife.checkout.loyalty_problems import NotEnoughPoints
from omnilife.checkout.order_problems import (
    GatewayDown,
    NoAddress,
    NoSuchOrder,
    NotInState,
    OutOfStock,
    PaymentBlocked,
)
from omnilife.checkout.place_orders import PaymentAttempt, number_of, pay_again
from omnilife.checkout.pricing_models import AppliedCoupon, SpentPoints
from omnilife.checkout.pricing_problems import CouponUsedUp, QuoteExpired, UnknownQuote
from omnilife.checkout.store_loyalty import account_key
from omnilife.checkout.store_pricing import coupon_key
from omnilife.core.idempotency import Idempotency
from omnilife.core.money import Money
from tests.support.gateway import down
from tests.unit.catalogue.shop import CURRENCY, STRANGER
from tests.unit.checkout.ordering import ADA, BOB, line_of

pytestmark = pytest.mark.unit

KEY = Idempotency(key="k", caller="user:user-1", route="POST /orders", body_hash="b")


POINTS = SpentPoints(spent=4900, worth=Money(amount=4900, currency=CURRENCY))
COUPON = AppliedCoupon(code="ONCE", discount=0, limit=1, limit_per_user=None)


def give_points(ordering, points):
    ordering.table.update(account_key("user-1"), set={"balance": points, "used": 0, "version": 1})


def balance(ordering):
    key = account_key("user-1")
    return ordering.table.get(key["pk"], key["sk"], consistent=True)["balance"]


def uses(ordering):
    key = coupon_key("ONCE")
    return ordering.table.get(key["pk"], key["sk"], consistent=True)["uses"]


def nothing_happened(ordering, product, units):
    return ordering.stock(product) == (units, 0) and ordering.gateway.intents == {}


def test_an_order_reserves_its_units_and_opens_its_payment(ordering):
    product = ordering.product("a", 5)
    placed = ordering.place(ordering.quote([(product, 2)]))
    order = ordering.get(placed.order)
    assert order.state == "pending_payment"
    assert order.payment.gateway_id == placed.intent.gateway_id
    assert placed.intent.amount == order.total == 9800
    assert ordering.stock(product) == (5, 2)
    assert ordering.events(order) == ["OrderPlaced"]


def test_a_client_secret_is_told_and_not_kept(ordering, checkout_table):
    placed = ordering.place(ordering.quote([(ordering.product("a", 5), 2)]))
    stored = checkout_table.get(f"ORDER#{placed.order.order_id}", "ORDER")
    assert placed.intent.client_secret == "pi_1_secret"
    assert "secret" not in str(stored)


def test_a_method_that_pays_at_once_makes_it_paid(ordering):
    order = ordering.order(ordering.product("a", 5), 1, "pm_ok")
    assert order.state == "paid"
    assert order.payment.captured == order.total
    assert ordering.events(order) == ["OrderPlaced", "OrderPaid"]


def test_two_lines_of_one_product_are_one_condition(ordering):
    product = ordering.product("a", 3)
    quote = ordering.quote([(product, 2), (product, 2)])
    with pytest.raises(OutOfStock) as refused:
        ordering.place(quote)
    assert refused.value.lines == [(product.product_id, 4, 3)]
    assert nothing_happened(ordering, product, 3)


def test_every_short_product_is_named(ordering):
    products = [ordering.product(sku, units) for sku, units in (("a", 1), ("b", 9), ("c", 0))]
    with pytest.raises(OutOfStock) as refused:
        ordering.place(ordering.quote([(each, 2) for each in products]))
    assert refused.value.lines == [(products[0].product_id, 2, 1), (products[2].product_id, 2, 0)]
    assert ordering.stock(products[1]) == (9, 0)


def test_a_refused_order_leaves_its_quote_usable(ordering):
    product = ordering.product("a", 1)
    quote = ordering.quote([(product, 2)])
    with pytest.raises(OutOfStock):
        ordering.place(quote)
    ordering.shop.adjust(product.product_id, 1)
    assert ordering.place(quote).order.state == "pending_payment"


@pytest.mark.parametrize("caller", [BOB, STRANGER], ids=["another", "merchant"])
def test_a_quote_of_another_user_is_none(ordering, caller):
    product = ordering.product("a", 5)
    quote = ordering.quote([(product, 1)])
    with pytest.raises(UnknownQuote):
        ordering.place(quote, caller=caller)
    assert nothing_happened(ordering, product, 5)


def test_a_quote_is_used_once(ordering):
    product = ordering.product("a", 5)
    quote = ordering.quote([(product, 1)])
    ordering.place(quote)
    with pytest.raises(UnknownQuote):
        ordering.place(quote)
    assert ordering.stock(product) == (5, 1)


def test_a_cart_that_changed_since_makes_the_quote_worthless(ordering, checkout_table):
    product = ordering.product("a", 5)
    quote = ordering.quote([(product, 1)])
    checkout_table.delete({"pk": "CART#USER#user-1", "sk": "CART"})
    with pytest.raises(QuoteExpired):
        ordering.place(quote)
    assert nothing_happened(ordering, product, 5)


def test_without_an_address_nothing_is_ordered(ordering):
    product = ordering.product("a", 5)
    with pytest.raises(NoAddress):
        ordering.place(ordering.quote([(product, 1)], address=None))
    assert nothing_happened(ordering, product, 5)


def test_a_payment_that_is_too_risky_reserves_nothing(ordering):
    product = ordering.product("a", 5)
    ordering.accepted = False
    with pytest.raises(PaymentBlocked):
        ordering.place(ordering.quote([(product, 1)]))
    assert nothing_happened(ordering, product, 5)


def test_the_same_request_again_is_the_same_order_and_payment(ordering):
    product = ordering.product("a", 5)
    quote = ordering.quote([(product, 1)])
    first = ordering.place(quote, idem=KEY)
    again = ordering.place(quote, idem=KEY)
    assert again.order.order_id == first.order.order_id
    assert again.intent == first.intent
    assert ordering.stock(product) == (5, 1)


def test_of_two_requests_with_one_key_at_once_the_slower_learns_of_the_first(ordering):
    product = ordering.product("a", 5)
    quote = ordering.quote([(product, 1)])
    first = {}

    def risk(order, *, address):
        if not first:
            first["begun"] = True
            first["placed"] = ordering.place(quote, idem=KEY)
        return True

    ordering.risk = risk
    slower = ordering.place(quote, idem=KEY)
    assert slower.order.order_id == first["placed"].order.order_id
    assert ordering.stock(product) == (5, 1)


def test_with_the_gateway_down_the_order_is_kept_and_a_repeat_opens_its_payment(ordering):
    product = ordering.product("a", 5)
    quote = ordering.quote([(product, 1)])
    ordering.gateway.before = down("open")
    with pytest.raises(GatewayDown):
        ordering.place(quote, idem=KEY)
    assert ordering.stock(product) == (5, 1)
    ordering.gateway.before = down()
    placed = ordering.place(quote, "pm_ok", idem=KEY)
    assert placed.order.state == "paid"
    assert len(ordering.gateway.intents) == 1


def test_an_order_of_nothing_to_pay_is_paid_without_the_gateway(ordering):
    product = ordering.product("a", 5)
    give_points(ordering, 5000)
    free = line_of("1", product, 1).model_copy(update={"points_discount": 4900, "total": 0})
    placed = ordering.place(ordering.quote([(product, 1)], lines=[free], total=0, points=POINTS))
    assert placed.order.state == "paid"
    assert placed.order.version == 1
    assert placed.order.lines[0].points_spent == 4900
    assert balance(ordering) == 100
    assert placed.intent is None
    assert ordering.gateway.intents == {}
    assert ordering.events(placed.order) == ["OrderPlaced", "OrderPaid"]


def test_points_that_are_gone_refuse_the_order(ordering):
    product = ordering.product("a", 5)
    give_points(ordering, 4899)
    with pytest.raises(NotEnoughPoints):
        ordering.place(ordering.quote([(product, 1)], points=POINTS))
    assert nothing_happened(ordering, product, 5)
    assert balance(ordering) == 4899


def test_a_coupon_that_others_used_up_refuses_the_order(ordering):
    product = ordering.product("a", 5)
    ordering.table.put({**coupon_key("ONCE"), "entity": "coupons", "limit": 1, "uses": 1})
    with pytest.raises(CouponUsedUp):
        ordering.place(ordering.quote([(product, 1)], coupons=[COUPON]))
    assert nothing_happened(ordering, product, 5)


def test_an_order_that_is_called_off_gives_points_and_coupons_back(ordering):
    product = ordering.product("a", 5)
    give_points(ordering, 5000)
    ordering.table.put({**coupon_key("ONCE"), "entity": "coupons", "limit": 1, "uses": 0})
    placed = ordering.place(ordering.quote([(product, 1)], coupons=[COUPON], points=POINTS))
    assert (balance(ordering), uses(ordering)) == (100, 1)
    ordering.call_off(placed.order)
    assert (balance(ordering), uses(ordering)) == (5000, 0)


def test_a_late_payment_of_an_order_with_points_spends_them_again(ordering):
    product = ordering.product("a", 5)
    give_points(ordering, 5000)
    placed = ordering.place(ordering.quote([(product, 2)], points=POINTS), "pm_3ds")
    ordering.wait(minutes=16)
    ordering.expire(placed.order)
    ordering.gateway.confirm("pi_1")
    assert balance(ordering) == 5000
    assert ordering.settle(placed.order).state == "paid"
    assert balance(ordering) == 100
    assert ordering.stock(product) == (5, 2)


def test_a_late_payment_of_an_order_whose_points_are_gone_is_let_go(ordering):
    product = ordering.product("a", 5)
    give_points(ordering, 5000)
    placed = ordering.place(ordering.quote([(product, 2)], points=POINTS), "pm_3ds")
    ordering.wait(minutes=16)
    ordering.expire(placed.order)
    ordering.place(ordering.quote([(product, 1)], points=POINTS))
    ordering.gateway.confirm("pi_1")
    assert ordering.settle(placed.order).payment.state == "void"
    assert balance(ordering) == 100
    assert ordering.stock(product) == (5, 1)


def test_an_order_has_one_fulfilment_a_merchant(ordering):
    products = [
        ordering.product("a", 5),
        ordering.product("b", 5, merchant=STRANGER),
        ordering.product("c", 5),
    ]
    order = ordering.place(ordering.quote([(each, 1) for each in products])).order
    assert [(each.merchant_id, each.line_ids) for each in order.fulfilments] == [
        ("merchant-1", ["1", "3"]),
        ("merchant-2", ["2"]),
    ]


def test_a_decline_is_told_and_another_method_pays(ordering):
    order = ordering.order(ordering.product("a", 5), 1, "pm_declined")
    assert order.state == "pending_payment"
    assert order.payment.problem == "card_declined"
    paid = pay_again(ordering.desk, order.order_id, PaymentAttempt(payment_method="pm_ok"), caller=ADA)
    assert paid.order.state == "paid"
    assert paid.order.payment.problem is None
    assert ordering.events(order) == ["OrderPlaced", "PaymentDeclined", "OrderPaid"]


def test_paying_again_without_a_method_tells_how_the_payment_stands(ordering):
    order = ordering.order(ordering.product("a", 5), 1, "pm_3ds")
    again = pay_again(ordering.desk, order.order_id, PaymentAttempt(), caller=ADA)
    assert again.intent.next_action == {"type": "redirect_to_url"}
    ordering.gateway.confirm(again.intent.gateway_id)
    assert pay_again(ordering.desk, order.order_id, PaymentAttempt(), caller=ADA).order.state == "paid"


def test_paying_again_opens_a_payment_that_was_never_opened(ordering):
    ordering.gateway.before = down("open")
    with pytest.raises(GatewayDown):
        ordering.order(ordering.product("a", 5), 1, idem=KEY)
    ordering.gateway.before = down()
    order_id = ordering.desk.orders.used_before(KEY, ordering.shop.clock.now())
    assert pay_again(ordering.desk, order_id, PaymentAttempt(), caller=ADA).intent.state == "needs_payment"


def test_a_paid_order_is_not_paid_again(ordering):
    order = ordering.order(ordering.product("a", 5), 1, "pm_ok")
    with pytest.raises(NotInState):
        pay_again(ordering.desk, order.order_id, PaymentAttempt(payment_method="pm_ok"), caller=ADA)
    assert ordering.gateway.held == order.total


def test_an_order_of_another_user_cannot_be_paid(ordering):
    order = ordering.order(ordering.product("a", 5), 1)
    with pytest.raises(NoSuchOrder):
        pay_again(ordering.desk, order.order_id, PaymentAttempt(), caller=BOB)


def test_paying_again_with_the_gateway_down_says_so(ordering):
    order = ordering.order(ordering.product("a", 5), 1)
    ordering.gateway.before = down("read")
    with pytest.raises(GatewayDown):
        pay_again(ordering.desk, order.order_id, PaymentAttempt(), caller=ADA)


def test_with_the_answer_to_the_capture_lost_the_order_is_told_unpaid_and_settled_later(ordering):
    ordering.gateway.after = down("capture")
    order = ordering.order(ordering.product("a", 5), 1, "pm_ok")
    assert ordering.get(order).payment.state == "capturing"
    ordering.gateway.after = down()
    assert ordering.settle(order).state == "paid"
    assert ordering.gateway.held == order.total


def test_numbers_begin_with_the_day_and_differ(clock):
    numbers = {number_of(f"order-{each}", clock.now()) for each in range(500)}
    assert len(numbers) == 500
    assert all(len(each) == 15 and each.startswith(f"{clock.now():%y%m%d}-") for each in numbers)
