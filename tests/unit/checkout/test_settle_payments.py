from datetime import timedelta

import pytest

from omnilife.checkout.order_problems import BusyOrder, NotInState
from omnilife.checkout.payment_gateway import GatewayRefused
from omnilife.checkout.settle_payments import settle
from omnilife.checkout.store_orders import LATE_PAYMENT, due_at
from tests.support.gateway import down

pytestmark = pytest.mark.usefixtures("in_memory")

pytestmark = pytest.mark.unit


def due(ordering):
    return list(ordering.desk.orders.due(ordering.shop.clock.now()))


def test_no_order_is_nothing_to_settle(ordering):
    assert settle(ordering.desk, "order-9") is None


def test_a_payment_made_on_the_shoppers_device_is_taken(ordering):
    product = ordering.product("a", 5)
    order = ordering.order(product, 2, "pm_3ds")
    ordering.gateway.confirm("pi_1")
    after = ordering.settle(order)
    assert (after.state, after.payment.captured) == ("paid", order.total)
    assert ordering.stock(product) == (5, 2)


def test_settling_twice_takes_and_announces_once(ordering):
    order = ordering.order(ordering.product("a", 5), 2, "pm_ok")
    assert ordering.settle(order) == ordering.settle(order)
    assert ordering.events(order).count("OrderPaid") == 1
    assert ordering.gateway.held == order.total


def test_an_unpaid_order_expires_and_its_units_return_once(ordering):
    product = ordering.product("a", 5)
    order = ordering.order(product, 2)
    ordering.wait(minutes=15)
    assert ordering.expire(order).cancel_reason == "expired"
    assert ordering.expire(order).state == "cancelled"
    assert ordering.stock(product) == (5, 0)
    assert ordering.events(order) == ["OrderPlaced", "OrderCancelled"]


def test_before_its_time_an_order_does_not_expire(ordering):
    product = ordering.product("a", 5)
    order = ordering.order(product, 2)
    ordering.wait(minutes=14, seconds=59)
    assert ordering.expire(order).state == "pending_payment"
    assert ordering.stock(product) == (5, 2)


def test_an_order_paid_in_its_last_moment_does_not_expire(ordering):
    order = ordering.order(ordering.product("a", 5), 2, "pm_3ds")
    ordering.wait(minutes=16)
    ordering.gateway.confirm("pi_1")
    assert ordering.expire(order).state == "paid"


def test_an_order_whose_money_is_being_taken_does_not_expire(ordering):
    product = ordering.product("a", 5)
    ordering.gateway.before = down("capture")
    order = ordering.order(product, 2, "pm_ok")
    ordering.wait(minutes=16)
    ordering.gateway.before = down()
    assert ordering.expire(order).state == "paid"
    assert ordering.stock(product) == (5, 2)


def test_a_late_payment_is_honoured_when_the_units_are_there(ordering):
    product = ordering.product("a", 5)
    order = ordering.order(product, 2, "pm_3ds")
    ordering.wait(minutes=16)
    ordering.expire(order)
    ordering.gateway.confirm("pi_1")
    after = ordering.settle(order)
    assert (after.state, after.cancel_reason) == ("paid", None)
    assert [each.state for each in after.fulfilments] == ["open"]
    assert ordering.stock(product) == (5, 2)
    assert ordering.events(order) == ["OrderPlaced", "OrderCancelled", "OrderReserved", "OrderPaid"]


def test_a_late_payment_for_units_that_are_gone_is_let_go_untaken(ordering):
    product = ordering.product("a", 2)
    order = ordering.order(product, 2, "pm_3ds")
    ordering.wait(minutes=16)
    ordering.expire(order)
    ordering.order(product, 1, "pm_ok")
    ordering.gateway.confirm("pi_1")
    after = ordering.settle(order)
    assert (after.state, after.payment.state) == ("cancelled", "void")
    assert ordering.gateway.intents["pi_1"].captured == 0
    assert ordering.stock(product) == (2, 1)


def test_money_that_was_taken_elsewhere_for_units_that_are_gone_goes_back(ordering):
    product = ordering.product("a", 2)
    order = ordering.order(product, 2, "pm_3ds")
    ordering.wait(minutes=16)
    ordering.expire(order)
    ordering.order(product, 1)
    ordering.gateway.confirm("pi_1")
    ordering.gateway.capture("pi_1", payment_id="p")
    after = ordering.settle(order)
    assert after.state == "refunded"
    assert ordering.gateway.held == 0
    assert ordering.events(order)[-2:] == ["RefundRequested", "RefundCompleted"]


def test_an_order_that_its_owner_called_off_is_not_revived_by_a_payment(ordering):
    product = ordering.product("a", 5)
    order = ordering.order(product, 2, "pm_3ds")
    ordering.call_off(order)
    ordering.gateway.confirm("pi_1")
    assert ordering.settle(order).payment.state == "void"
    assert ordering.stock(product) == (5, 0)


def test_a_paid_order_that_is_called_off_gives_money_and_units_back(ordering):
    product = ordering.product("a", 5)
    order = ordering.order(product, 2, "pm_ok")
    ordering.call_off(order)
    after = ordering.settle(order)
    assert (after.state, after.payment.refunded) == ("refunded", order.total)
    assert ordering.gateway.held == 0
    assert ordering.stock(product) == (5, 0)


def test_what_was_shipped_cannot_be_called_off(ordering):
    product = ordering.product("a", 5)
    order = ordering.order(product, 2, "pm_ok")
    ordering.advance(order, "packed")
    ordering.advance(order, "shipped")
    with pytest.raises(NotInState):
        ordering.call_off(order)
    assert ordering.stock(product) == (3, 0)
    assert ordering.gateway.held == order.total


def test_an_authorization_that_is_gone_calls_the_order_off(ordering):
    product = ordering.product("a", 5)
    order = ordering.order(product, 2, "pm_3ds")
    ordering.gateway.confirm("pi_1")
    ordering.gateway.refuse_capture = True
    after = ordering.settle(order)
    assert (after.state, after.cancel_reason, after.payment.state) == ("cancelled", "not_payable", "void")
    assert ordering.stock(product) == (5, 0)


def test_a_payment_that_the_gateway_closed_calls_the_order_off(ordering):
    product = ordering.product("a", 5)
    order = ordering.order(product, 2)
    ordering.gateway.void("pi_1", payment_id="p")
    assert ordering.settle(order).state == "cancelled"
    assert ordering.stock(product) == (5, 0)


def test_the_open_payment_of_an_expired_order_is_closed_an_hour_later(ordering):
    order = ordering.order(ordering.product("a", 5), 2)
    ordering.wait(minutes=16)
    ordering.expire(order)
    assert ordering.settle(order).payment.state == "open"
    assert order.order_id not in due(ordering)
    ordering.wait(hours=1)
    assert due(ordering) == [order.order_id]
    assert ordering.settle(order).payment.state == "void"
    assert due(ordering) == []


def test_a_payment_in_processing_is_waited_for(ordering):
    order = ordering.order(ordering.product("a", 5), 2, "pm_slow")
    ordering.wait(hours=3)
    assert ordering.expire(order).payment.state == "open"
    assert ordering.gateway.intents["pi_1"].state == "processing"


def test_a_payment_whose_opening_was_lost_is_found_and_closed(ordering):
    product = ordering.product("a", 5)
    ordering.gateway.after = down("open")
    with pytest.raises(Exception, match="not answer"):
        ordering.order(product, 2)
    (order_id,) = list(ordering.desk.orders.due(ordering.shop.clock.now() + timedelta(minutes=16)))
    ordering.gateway.after = down()
    order = ordering.desk.orders.get(order_id)
    ordering.wait(minutes=16)
    ordering.expire(order)
    ordering.wait(hours=2)
    assert ordering.settle(order).payment.state == "void"
    assert [each.state for each in ordering.gateway.intents.values()] == ["void"]


def test_a_refund_that_was_refused_is_announced_and_not_tried_again(ordering):
    order = ordering.order(ordering.product("a", 5), 2, "pm_ok")
    ordering.call_off(order)
    ordering.gateway.refuse_refunds = True
    after = ordering.settle(order)
    assert [each.state for each in after.refunds] == ["failed"]
    assert ordering.events(order)[-1] == "RefundFailed"
    assert ordering.gateway.held == order.total


def test_a_refund_that_takes_its_time_is_asked_about_again(ordering):
    order = ordering.order(ordering.product("a", 5), 2, "pm_ok")
    ordering.call_off(order)
    ordering.gateway.pending_refunds = True
    assert ordering.settle(order).refunds[0].state == "requested"
    ordering.wait(minutes=3)
    assert due(ordering) == [order.order_id]
    ordering.gateway.pending_refunds = False
    assert ordering.settle(order).state == "refunded"


def test_an_order_that_others_keep_changing_is_left_to_another_time(ordering):
    order = ordering.order(ordering.product("a", 5), 2, "pm_3ds")
    ordering.gateway.confirm("pi_1")

    def touch(name):
        if name == "read":
            now = ordering.get(order)
            ordering.desk.orders.save(now.model_copy(update={"version": now.version + 1}), now.version)

    ordering.gateway.before = touch
    with pytest.raises(BusyOrder):
        ordering.settle(order)
    assert ordering.gateway.held == 0


def test_a_payment_made_while_it_was_being_closed_goes_back(ordering):
    product = ordering.product("a", 5)
    order = ordering.order(product, 2)
    ordering.call_off(order)

    def pay(name):
        if name == "void":
            ordering.gateway.confirm("pi_1")
            ordering.gateway.capture("pi_1", payment_id="p")
            ordering.gateway.before = down()

    ordering.gateway.before = pay
    assert ordering.settle(order).state == "refunded"
    assert ordering.gateway.held == 0
    assert ordering.stock(product) == (5, 0)


def test_a_payment_that_cannot_be_closed_is_told(ordering):
    order = ordering.order(ordering.product("a", 5), 2)
    ordering.call_off(order)

    def refuse(name):
        if name == "void":
            raise GatewayRefused("locked")

    ordering.gateway.before = refuse
    with pytest.raises(GatewayRefused):
        ordering.settle(order)


def test_what_is_open_says_when_to_come_back(ordering):
    order = ordering.order(ordering.product("a", 5), 2, "pm_3ds")
    assert due_at(order) == order.reserved_until
    ordering.wait(minutes=15)
    assert due_at(ordering.expire(order)) == order.reserved_until + LATE_PAYMENT
    ordering.gateway.confirm("pi_1")
    assert due_at(ordering.settle(order)) is None
