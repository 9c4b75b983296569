"""Settling a payment: the gateway is asked how it stands, and the order follows.

Webhooks, the shopper's own request and `reconcile_payments` all end here. None of them is believed: each is
a hint to look, so that a webhook which comes late, twice or out of order changes nothing by itself.

| the payment is | the order is | what follows |
|---|---|---|
| declined | unpaid | the reason is noted |
| authorized | unpaid | held against expiry, then taken, then paid |
| authorized or taken | expired | its units are reserved anew and it is paid, or else the money goes back |
| authorized or taken | called off | the money goes back |
| void | unpaid | called off, its units are given back |

Money is taken only after the order is held (`capturing`), and a held order does not expire: whoever dies in
between leaves a state from which the next one goes on.
"""

from dataclasses import dataclass
from datetime import datetime

from omnilife.checkout.claims import refused_claim, short_line
from omnilife.checkout.order_book import ATTEMPTS, OrderBook, call_off
from omnilife.checkout.order_events import (
    OrderCancelled,
    OrderPaid,
    OrderReserved,
    PaymentDeclined,
    RefundCompleted,
    RefundFailed,
    RefundRequested,
)
from omnilife.checkout.order_models import Order, Refund
from omnilife.checkout.order_problems import BusyOrder
from omnilife.checkout.order_states import (
    cancelled,
    capturing,
    changed,
    declined,
    opened,
    paid,
    payment_to,
    refund_ended,
    request_refund,
)
from omnilife.checkout.payment_gateway import GatewayRefused, GatewayUnavailable, Intent, PaymentGateway
from omnilife.checkout.store_orders import LATE_PAYMENT, PART
from omnilife.core.logging import logger
from omnilife.core.metrics import count
from omnilife.core.table import ConditionFailed

ACTOR = "system:settle_payment"
LATE = "paid after the order was called off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settling(OrderBook):
    """What settling a payment needs."""

    gateway: PaymentGateway


def settle(desk: Settling, order_id: str) -> Order | None:
    """Bring an order to where its payment and refunds are at the gateway; None if there is no such order.

    Raises:
        GatewayUnavailable: the gateway does not answer; nothing is lost, ask again.
        BusyOrder: others kept changing the order.
    """
    for _ in range(ATTEMPTS):
        order = desk.orders.get(order_id)
        if order is None:
            return None
        try:
            following = _step(desk, order)
        except ConditionFailed as failed:
            if failed.part != PART:
                raise
            continue  # somebody else went on with it: look again
        if following is order:
            return order
    raise BusyOrder("Others keep changing this order. Try again.")


def expire(desk: Settling, order_id: str) -> Order | None:
    """Call an unpaid order off whose reservation is over, unless it has been paid meanwhile.

    The payment stays open for `LATE_PAYMENT` more: who pays then gets the goods if they are there. So
    a silent gateway does not keep units from other buyers.

    Raises:
        BusyOrder: as `settle`.
    """
    order = _asked_about(desk, order_id)
    while order is not None and _over(order, desk.clock.now()):
        try:
            return call_off(desk, order, "expired", actor=ACTOR)
        except ConditionFailed as failed:
            if failed.part != PART:
                raise
            order = _asked_about(desk, order_id)
    return order


def _asked_about(desk: Settling, order_id: str) -> Order | None:
    """The order, settled if the gateway answers."""
    try:
        return settle(desk, order_id)
    except (GatewayUnavailable, GatewayRefused):
        return desk.orders.get(order_id)


def _step(desk: Settling, order: Order) -> Order:
    """One step; the same order when there is none to take."""
    open_refund = next((each for each in order.refunds if each.state == "requested"), None)
    if open_refund is not None:
        return _refund(desk, order, open_refund)
    if order.payment.state in {"captured", "void"}:
        return order
    if order.payment.gateway_id is None:
        return _never_opened(desk, order)
    intent = desk.gateway.read(order.payment.gateway_id)
    follow = {"captured": _captured, "authorized": _authorized, "void": _void}.get(intent.state, _unpaid)
    return follow(desk, order, intent)


def _never_opened(desk: Settling, order: Order) -> Order:
    """Of an order that is over, whether the gateway knows a payment is not known: an answer may be lost."""
    if order.state != "cancelled":
        return order
    intent = desk.gateway.open(
        payment_id=order.payment.payment_id,
        order_id=order.order_id,
        amount=order.total,
        currency=order.currency,
        method=None,
    )
    return desk.save(opened(order, intent.gateway_id, desk.clock.now()), order, [])


def _unpaid(desk: Settling, order: Order, intent: Intent) -> Order:
    now = desk.clock.now()
    if order.state == "cancelled":
        still_open = order.cancel_reason == "expired" and now < order.reserved_until + LATE_PAYMENT
        return order if still_open or intent.state == "processing" else _let_go(desk, order, intent)
    if intent.problem is None or intent.problem == order.payment.problem:
        return order
    after = declined(order, intent.problem, now)
    return desk.save(after, order, [PaymentDeclined.of(after, **desk.stamp(ACTOR))])


def _authorized(desk: Settling, order: Order, intent: Intent) -> Order:
    if order.state == "cancelled":
        held = _reserve_again(desk, order)
        if held is None:
            return _let_go(desk, order, intent)
    elif order.payment.state == "capturing":
        held = order
    else:
        held = desk.save(capturing(order, desk.clock.now()), order, [])
    try:
        taken = desk.gateway.capture(intent.gateway_id, payment_id=held.payment.payment_id)
    except GatewayRefused as refusal:
        logger.warning("a payment could not be taken", extra={"order": order.order_id, "code": refusal.code})
        taken = desk.gateway.read(intent.gateway_id)
        if taken.state != "captured":
            return _void(desk, held, taken)
    return _captured(desk, held, taken)


def _captured(desk: Settling, order: Order, intent: Intent) -> Order:
    held: Order | None = order
    if order.state == "cancelled":
        held = _reserve_again(desk, order)
    now = desk.clock.now()
    if held is not None:
        after = paid(held, intent.captured, now)
        return desk.save(after, held, [OrderPaid.of(after, **desk.stamp(ACTOR))])
    payment = payment_to(order.payment, "captured", captured=intent.captured)
    off = changed(order, now, payment=payment)
    back = request_refund(off, refund_id=desk.make_id(), amount=intent.captured, reason=LATE, at=now)
    after = back.model_copy(update={"version": off.version})
    return desk.save(after, order, [RefundRequested.of(after, after.refunds[-1], **desk.stamp(ACTOR))])


def _void(desk: Settling, order: Order, intent: Intent) -> Order:  # noqa: ARG001 (as its siblings)
    now = desk.clock.now()
    if order.state == "cancelled":
        return desk.save(changed(order, now, payment=payment_to(order.payment, "void")), order, [])
    off = cancelled(order, "not_payable", now)
    off = off.model_copy(update={"payment": payment_to(order.payment, "void")})
    parts = desk.claims.give_back(order, at=now, actor=ACTOR)
    return desk.save(off, order, [OrderCancelled.of(off, **desk.stamp(ACTOR))], parts)


def _let_go(desk: Settling, order: Order, intent: Intent) -> Order:
    """Close a payment that nothing will be sent for; if it was made this moment, that is settled instead."""
    try:
        closed = desk.gateway.void(intent.gateway_id, payment_id=order.payment.payment_id)
    except GatewayRefused:
        closed = desk.gateway.read(intent.gateway_id)
        if closed.state != "captured":
            raise
    return _captured(desk, order, closed) if closed.state == "captured" else _void(desk, order, closed)


def _reserve_again(desk: Settling, order: Order) -> Order | None:
    """The order with its units reserved anew and held.

    None if it was called off, or its units are gone, or its buyer was erased: there is no address any more.
    """
    if order.cancel_reason != "expired" or order.forgotten:
        return None
    now = desk.clock.now()
    held = capturing(order, now, reserved_until=now)
    parts = desk.claims.take(order, at=now, actor=ACTOR)
    try:
        return desk.save(held, order, [OrderReserved.of(held, **desk.stamp(ACTOR))], parts)
    except ConditionFailed as failed:
        if failed.part == PART:
            raise
        if short_line(failed, order.units()) is None and refused_claim(failed, order) is None:
            raise
        return None


def _refund(desk: Settling, order: Order, refund: Refund) -> Order:
    if order.payment.gateway_id is None:
        raise ValueError("money without a payment")
    try:
        answer = desk.gateway.refund(
            order.payment.gateway_id, refund_id=refund.refund_id, amount=refund.amount
        )
    except GatewayRefused as refusal:
        logger.error("a refund was refused", extra={"order": order.order_id, "code": refusal.code})
        answer = "failed"
    if answer == "pending":
        return order
    after = refund_ended(order, refund.refund_id, answer, desk.clock.now())
    ended = next(each for each in after.refunds if each.refund_id == refund.refund_id)
    if answer == "failed":
        count("RefundsFailed")
        return desk.save(after, order, [RefundFailed.of(after, ended, **desk.stamp(ACTOR))])
    return desk.save(after, order, [RefundCompleted.of(after, ended, **desk.stamp(ACTOR))])


def _over(order: Order, now: datetime) -> bool:
    held = order.payment.state == "capturing"
    return order.state == "pending_payment" and not held and order.reserved_until <= now
