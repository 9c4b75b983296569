from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnilife.checkout import order_states as states
from omnilife.checkout.order_models import Fulfilment, Order, OrderLine, Payment
from omnilife.checkout.order_problems import NotInState, RefundTooHigh
from omnilife.checkout.pricing_models import SpentPoints
from omnilife.core.money import Money

pytestmark = pytest.mark.unit

NOW = datetime(2026, 11, 24, 20, 29, tzinfo=UTC)


def an_order(**changes):
    line = {
        "line_id": "1",
        "product_id": "p",
        "merchant_id": "m",
        "sku": "s",
        "name": "n",
        "category": [],
        "tax_class": "standard",
        "quantity": 2,
        "unit_price": Money(amount=500, currency="USD"),
        "subtotal": 1000,
        "total": 1000,
    }
    return Order(
        **{
            "order_id": "o",
            "number": "1",
            "user_id": "u",
            "currency": "USD",
            "lines": [OrderLine(**line)],
            "shipping": [],
            "coupons": [],
            "points": SpentPoints(worth=Money.zero("USD")),
            "subtotal": 1000,
            "discount": 0,
            "shipping_total": 0,
            "tax": 0,
            "tax_included": False,
            "total": 1000,
            "address": None,
            "fulfilments": [Fulfilment(merchant_id="m", line_ids=["1"])],
            "payment": Payment(payment_id="pay"),
            "reserved_until": NOW + timedelta(minutes=15),
            "placed_at": NOW,
            "updated_at": NOW,
        }
        | changes
    )


def a_paid_order():
    return states.paid(states.capturing(states.opened(an_order(), "pi", NOW), NOW), 1000, NOW)


@pytest.mark.parametrize("before", sorted(states.ORDER))
@pytest.mark.parametrize("after", sorted(states.ORDER))
def test_only_listed_ways_lead_from_state_to_state(before, after):
    order = an_order(state=before)
    if after in states.ORDER[before]:
        assert states.to_state(order, after, NOW).state == after
    else:
        with pytest.raises(NotInState):
            states.to_state(order, after, NOW)


def test_every_change_counts_a_version():
    assert [an_order().version, a_paid_order().version] == [1, 4]


def test_only_an_expired_order_is_taken_up_again():
    for reason in ("requested", "not_payable"):
        off = states.cancelled(states.opened(an_order(), "pi", NOW), reason, NOW)
        with pytest.raises(NotInState):
            states.capturing(off, NOW, reserved_until=NOW)


def test_a_paid_order_is_not_taken_again():
    with pytest.raises(NotInState):
        states.capturing(a_paid_order(), NOW)


@given(st.lists(st.tuples(st.integers(1, 600), st.sampled_from(["completed", "failed", "requested"]))))
def test_never_more_is_promised_back_than_was_taken(refunds):
    order = a_paid_order()
    for number, (amount, ending) in enumerate(refunds):
        try:
            order = states.request_refund(order, refund_id=f"r{number}", amount=amount, reason="x", at=NOW)
        except RefundTooHigh:
            assert amount > order.refundable
            continue
        if ending != "requested":
            order = states.refund_ended(order, f"r{number}", ending, NOW)
        assert 0 <= order.payment.refunded <= order.promised <= order.payment.captured
    whole = order.payment.refunded == order.payment.captured
    assert (order.state == "refunded") == whole
    assert (order.state == "partly_refunded") == (0 < order.payment.refunded < order.payment.captured)


def test_the_same_refund_is_requested_and_ended_once():
    ask = {"refund_id": "r", "amount": 400, "reason": "x", "at": NOW}
    order = states.request_refund(a_paid_order(), **ask)
    assert states.request_refund(order, **ask) is order
    ended = states.refund_ended(order, "r", "completed", NOW)
    assert states.refund_ended(ended, "r", "completed", NOW) is ended
    assert ended.payment.refunded == 400


def test_a_refund_that_nobody_asked_for_does_not_end():
    with pytest.raises(KeyError):
        states.refund_ended(a_paid_order(), "r", "completed", NOW)


def test_of_a_partly_refunded_order_the_fulfilments_go_on():
    order = states.request_refund(a_paid_order(), refund_id="r", amount=1, reason="x", at=NOW)
    order = states.refund_ended(order, "r", "completed", NOW)
    for step in ("packed", "shipped", "delivered"):
        order = states.fulfilment_to(order, "m", step, NOW)
    assert (order.state, order.fulfilments[0].state) == ("partly_refunded", "delivered")


def test_a_line_is_found_by_its_id():
    assert an_order().line("1").sku == "s"
    with pytest.raises(KeyError):
        an_order().line("2")
