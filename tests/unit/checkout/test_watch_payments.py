"""The jobs that come back to orders by themselves, and the events that make somebody look."""

from datetime import timedelta

import pytest

from omnilife.catalogue.store.items import stock_key
from omnilife.checkout.payment_gateway import GatewayUnavailable
from omnilife.checkout.watch_payments import apply_payment_event, release_expired_reservations
from omnilife.core.events import ReceivedEvent
from omnilife.core.table import ConditionFailed
from tests.support.gateway import down
from tests.unit.checkout.ordering import Ordering

pytestmark = pytest.mark.usefixtures("in_memory")


def told(ordering: Ordering, order_id: str, kind: str = "PaymentEventReceived") -> ReceivedEvent:
    return ReceivedEvent(
        id=ordering.shop.ids(),
        type=kind,
        time=ordering.shop.clock.now(),
        aggregate="payment",
        aggregate_id=order_id,
        version=0,
        actor="system:payment_gateway",
        data={"order_id": order_id},
    )


def test_a_reservation_that_is_over_is_given_back_once(ordering: Ordering):
    lamp = ordering.product("lamp", 5)
    order = ordering.order(lamp, 3)
    ordering.wait(minutes=15)
    assert ordering.release() == {"looked": 1, "left": 0}
    assert ordering.get(order).state == "cancelled"
    assert ordering.stock(lamp) == (5, 0)
    ordering.release()
    assert ordering.stock(lamp) == (5, 0)


def test_one_that_is_not_over_is_left_alone(ordering: Ordering):
    lamp = ordering.product("lamp", 5)
    order = ordering.order(lamp, 3)
    ordering.wait(minutes=14, seconds=59)
    assert ordering.release() == {"looked": 0, "left": 0}
    assert ordering.get(order).state == "pending_payment"


def test_a_payment_whose_webhook_was_lost_is_found_before_the_reservation_ends(ordering: Ordering):
    order = ordering.order(ordering.product("lamp", 5), 1)
    ordering.gateway.try_method(str(ordering.get(order).payment.gateway_id), "pm_ok")
    ordering.wait(minutes=1)
    assert ordering.reconcile()["looked"] == 0
    ordering.wait(minutes=1)
    assert ordering.reconcile() == {"looked": 1, "left": 0}
    assert ordering.get(order).state == "paid"


def test_an_order_that_cannot_be_finished_holds_up_no_other(ordering: Ordering):
    lamp = ordering.product("lamp", 5)
    orders = [ordering.order(lamp, 1), ordering.order(lamp, 1)]
    for order in orders:
        ordering.gateway.try_method(str(ordering.get(order).payment.gateway_id), "pm_ok")
    failing = iter([True])

    def first_fails(name: str) -> None:
        if name == "capture" and next(failing, False):
            raise GatewayUnavailable(name)

    ordering.gateway.before = first_fails
    ordering.wait(minutes=3)
    assert ordering.reconcile() == {"looked": 2, "left": 1}
    assert sorted(ordering.get(order).state for order in orders) == ["paid", "pending_payment"]
    ordering.wait(minutes=3)
    ordering.reconcile()
    assert [ordering.get(order).state for order in orders] == ["paid", "paid"]


def test_a_reservation_ends_though_the_gateway_is_silent_and_a_late_payment_is_honoured(ordering: Ordering):
    lamp = ordering.product("lamp", 5)
    order = ordering.order(lamp, 5)
    ordering.gateway.try_method(str(ordering.get(order).payment.gateway_id), "pm_ok")
    ordering.gateway.before = down("read", "capture", "void", "open")
    ordering.wait(minutes=15)
    ordering.release()
    assert ordering.get(order).state == "cancelled"
    assert ordering.stock(lamp) == (5, 0)
    ordering.gateway.before = lambda _: None
    apply_payment_event(ordering.desk, told(ordering, order.order_id))
    assert ordering.get(order).state == "paid"
    assert ordering.stock(lamp) == (5, 5)


def test_events_may_come_twice_late_and_of_orders_that_are_none(ordering: Ordering):
    order = ordering.order(ordering.product("lamp", 5), 1)
    ordering.gateway.try_method(str(ordering.get(order).payment.gateway_id), "pm_ok")
    for kind in ("PaymentEventReceived", "RefundRequested", "PaymentEventReceived"):
        apply_payment_event(ordering.desk, told(ordering, order.order_id, kind))
    apply_payment_event(ordering.desk, told(ordering, "no-such-order"))
    assert ordering.get(order).state == "paid"
    assert ordering.events(order).count("OrderPaid") == 1
    assert ordering.gateway.held == order.total


def test_an_event_is_brought_again_when_the_gateway_is_silent(ordering: Ordering):
    order = ordering.order(ordering.product("lamp", 5), 1)
    ordering.gateway.before = down("read")
    with pytest.raises(GatewayUnavailable):
        apply_payment_event(ordering.desk, told(ordering, order.order_id))


def test_what_a_called_off_order_was_paid_goes_back_by_the_next_event(ordering: Ordering):
    lamp = ordering.product("lamp", 5)
    order = ordering.order(lamp, 2, "pm_ok")
    ordering.call_off(order)
    assert ordering.gateway.held == order.total
    apply_payment_event(ordering.desk, told(ordering, order.order_id, "OrderCancelled"))
    assert ordering.gateway.held == 0
    assert ordering.get(order).payment.refunded == order.total
    ordering.wait(seconds=timedelta(minutes=10).total_seconds())
    assert ordering.reconcile() == {"looked": 0, "left": 0}


def test_a_job_stops_in_time_and_the_next_run_goes_on(ordering: Ordering):
    lamp = ordering.product("lamp", 5)
    for _ in range(3):
        ordering.order(lamp, 1)
    ordering.wait(minutes=15)
    time = iter([True, True, False])

    assert release_expired_reservations(ordering.desk, may_go_on=lambda: next(time)) == {
        "looked": 2,
        "left": 0,
    }
    assert ordering.stock(lamp) == (5, 1)
    assert ordering.release() == {"looked": 1, "left": 0}
    assert ordering.stock(lamp) == (5, 0)


def test_runs_that_have_no_time_for_all_do_not_always_leave_the_same_orders(ordering: Ordering):
    lamp = ordering.product("lamp", 9)
    orders = [ordering.order(lamp, 1) for _ in range(6)]
    rows = [ordering.table.get(f"ORDER#{each.order_id}", "ORDER", consistent=True) for each in orders]
    shards = {row["i2pk"] for row in rows if row}
    ordering.wait(minutes=15)
    now = ordering.shop.clock.now()

    first = {next(ordering.desk.orders.due(now + timedelta(minutes=minute))) for minute in range(16)}

    assert len(shards) > 1
    assert len(first) == len(shards)


def test_an_order_that_is_stored_wrongly_holds_up_no_other_and_is_told(ordering: Ordering):
    lamp, mug = ordering.product("lamp", 5), ordering.product("mug", 5)
    for product in (lamp, mug, mug):
        ordering.order(product, 1)
    ordering.shop.table.update(stock_key(lamp.product_id), set={"reserved": 0, "available": 5})
    ordering.wait(minutes=15)

    with pytest.raises(ConditionFailed):
        ordering.release()

    assert ordering.stock(mug) == (5, 0)
