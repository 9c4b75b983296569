"""Placing an order: from a quote, in one transaction that takes stock, coupons and points with it.

Then its payment is opened at the gateway. Whatever happens in between, or to the answer, the same request
again goes on from where the first came to: the order has one payment for its whole life, under an idempotency
key of its own.
"""

from base64 import b32encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Protocol

from pydantic import BaseModel, ConfigDict

from omnilife.checkout.claims import refused_claim, short_line
from omnilife.checkout.order_events import OrderPaid, OrderPlaced
from omnilife.checkout.order_models import Fulfilment, Order, OrderLine, Payment
from omnilife.checkout.order_problems import (
    GatewayDown,
    NoAddress,
    NoSuchOrder,
    NotInState,
    OutOfStock,
    PaymentBlocked,
    PaymentRefused,
)
from omnilife.checkout.order_states import opened, paid
from omnilife.checkout.payment_gateway import GatewayRefused, GatewayUnavailable, Intent
from omnilife.checkout.pricing_models import Quote
from omnilife.checkout.pricing_problems import QuoteExpired, UnknownQuote
from omnilife.checkout.settle_payments import Settling, settle
from omnilife.checkout.store_quotes import QuoteStore, ordered_cart
from omnilife.core.auth import Caller
from omnilife.core.events import DomainEvent
from omnilife.core.idempotency import PART as IDEMPOTENCY
from omnilife.core.idempotency import Idempotency
from omnilife.core.ids import Identifier
from omnilife.core.money import allocate
from omnilife.core.table import ConditionFailed

RESERVED_FOR = timedelta(minutes=15)
"""How long an unpaid order keeps its units from others."""


class NewOrder(BaseModel):
    """What to order: a quote; and, if it is known already, the gateway's id of a payment method."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    quote_id: Identifier
    payment_method: Identifier | None = None


class PaymentAttempt(BaseModel):
    """Another try to pay, perhaps by another method."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    payment_method: Identifier | None = None


class Risk(Protocol):
    """Asked before money is."""

    def __call__(self, order: Order, *, address: str) -> bool:
        """Whether the payment of this order may be opened, for a client of that network address."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderDesk(Settling):
    """What placing and paying an order needs."""

    quotes: QuoteStore
    risk: Risk


@dataclass(frozen=True, slots=True)
class Placed:
    """An order, and how the shopper's device goes on with its payment; None where nothing is to be paid."""

    order: Order
    intent: Intent | None


def place_order(
    desk: OrderDesk,
    wanted: NewOrder,
    *,
    caller: Caller,
    address: str,
    idempotency: Idempotency | None = None,
) -> Placed:
    """Order what a quote says, and open the payment.

    Cost: three round trips: the quote, the transaction (see `OrderStore.place`), and the payment's id.

    Raises:
        UnknownQuote: there is no such quote of the caller's, or it is used.
        QuoteExpired: it is over, or its cart has changed.
        NoAddress: the quote has no address.
        OutOfStock: names each product of which fewer can be had. Nothing was written.
        CouponUsedUp, NotEnoughPoints: others, or another order, were faster. Nothing was written.
        PaymentBlocked: too risky.
        GatewayDown: the order stands, its payment could not be opened; the same request again goes on.
        PaymentRefused: the order stands and waits for a method that the gateway takes.
        IdempotencyConflict, Unavailable: see there.
    """
    now = desk.clock.now()
    try:
        quote = desk.quotes.find(wanted.quote_id, user_id=caller.subject, now=now)
    except (UnknownQuote, QuoteExpired):
        first = desk.orders.used_before(idempotency, now)
        if first is None:
            raise
        return _again(desk, first, wanted.payment_method)
    if quote.address is None:
        raise NoAddress("Ask for a quote with an address.")
    order = order_of(quote, order_id=desk.make_id(), payment_id=desk.make_id(), now=now)
    if not desk.risk(order, address=address):
        raise PaymentBlocked("This payment cannot be accepted. Please contact the shop.")
    first = _write(desk, order, quote, caller.actor, idempotency)
    if first is not None:
        return _again(desk, first, wanted.payment_method)
    return open_payment(desk, order, wanted.payment_method)


def pay_again(desk: OrderDesk, order_id: str, attempt: PaymentAttempt, *, caller: Caller) -> Placed:
    """Try once more to pay an order that is not paid yet.

    Raises:
        NoSuchOrder: none of the caller's.
        NotInState: it is paid, or called off.
        PaymentRefused: the gateway knows no such method, or will not take it.
        GatewayDown: the gateway does not answer.
    """
    order = desk.orders.get(order_id)
    if order is None or order.user_id != caller.subject:
        raise NoSuchOrder("There is no such order of yours.")
    if order.state != "pending_payment":
        raise NotInState(order.state, "paid")
    if order.payment.gateway_id is None:
        return open_payment(desk, order, attempt.payment_method)
    intent, refusal = _tried(desk, order.payment.gateway_id, attempt.payment_method)
    placed = Placed(_settled(desk, order, intent), intent)
    if refusal is not None and intent.state == "needs_payment":
        raise PaymentRefused(refusal.code) from refusal
    return placed


def open_payment(desk: OrderDesk, order: Order, method: str | None) -> Placed:
    """Open an order's payment, which happens once however often it is asked; and settle it if it is made.

    Raises:
        GatewayDown: the gateway does not answer.
        PaymentRefused: it knows no such method, or will not take it.
    """
    if order.payment.state in {"captured", "void"}:
        return Placed(order, None)
    refusal = None
    try:
        try:
            intent = _open(desk, order, method)
        except GatewayRefused as refused:
            if method is None:
                raise
            # The method, most likely: the payment itself is open, and waits for another one.
            intent, refusal = _open(desk, order, None), refused
    except (GatewayUnavailable, GatewayRefused) as failure:
        raise _down() from failure
    if order.payment.gateway_id is None:
        known = opened(order, intent.gateway_id, desk.clock.now())
        try:
            desk.orders.save(known, order.version)
        except ConditionFailed:
            known = desk.orders.get(order.order_id) or known  # somebody else went on with it
        order = known
    if refusal is not None and intent.state == "needs_payment":
        raise PaymentRefused(refusal.code) from refusal
    return Placed(_settled(desk, order, intent), intent)


def order_of(quote: Quote, *, order_id: str, payment_id: str, now: datetime) -> Order:
    """The order that a quote leads to. One with nothing to pay is paid."""
    shares = [line.points_discount for line in quote.lines]
    points = allocate(quote.points.spent, shares if any(shares) else [1] * len(shares))
    lines = [
        OrderLine(**line.model_dump(), points_spent=spent)
        for line, spent in zip(quote.lines, points, strict=True)
    ]
    merchants = dict.fromkeys(line.merchant_id for line in lines)
    order = Order(
        order_id=order_id,
        number=number_of(order_id, now),
        user_id=quote.user_id or "",
        currency=quote.currency,
        lines=lines,
        shipping=quote.shipping,
        coupons=quote.coupons,
        points=quote.points,
        subtotal=quote.subtotal,
        discount=quote.discount,
        shipping_total=quote.shipping_total,
        tax=quote.tax,
        tax_included=quote.tax_included,
        total=quote.total,
        address=quote.address,
        fulfilments=[
            Fulfilment(
                merchant_id=merchant,
                line_ids=[line.line_id for line in lines if line.merchant_id == merchant],
            )
            for merchant in merchants
        ],
        payment=Payment(payment_id=payment_id),
        reserved_until=now + RESERVED_FOR,
        placed_at=now,
        updated_at=now,
    )
    return paid(order, 0, now).model_copy(update={"version": 1}) if order.total == 0 else order


def number_of(order_id: str, now: datetime) -> str:
    """What people call an order: its day, and eight characters that no one guesses or confuses."""
    text = b32encode(sha256(order_id.encode()).digest()).decode()[:8]
    return f"{now:%y%m%d}-{text}"


def _write(
    desk: OrderDesk,
    order: Order,
    quote: Quote,
    actor: str,
    idempotency: Idempotency | None,
) -> str | None:
    now = order.placed_at
    parts = [
        *desk.claims.take(order, at=now, actor=actor),
        desk.quotes.used(quote),
        ordered_cart(quote),
    ]
    events: list[DomainEvent] = [OrderPlaced.of(order, **desk.stamp(actor))]
    if order.state == "paid":
        events.append(OrderPaid.of(order, **desk.stamp(actor)))
    try:
        return desk.orders.place(order, events, parts, idempotency=idempotency, now=now)
    except ConditionFailed as failed:
        first = desk.orders.used_before(idempotency, now)
        if first is not None:  # the same request at the same time: it was faster
            return first
        raise _refusal(desk, order, failed) from failed


def _refusal(desk: OrderDesk, order: Order, failed: ConditionFailed) -> Exception:
    units = order.units()
    short = short_line(failed, units)
    if short is not None:
        return OutOfStock(desk.claims.short_lines(units) or [short])
    if failed.part == IDEMPOTENCY:
        return failed
    if failed.part == "quote":
        return UnknownQuote("This quote has been ordered already.")
    return refused_claim(failed, order) or QuoteExpired("The cart has changed since. Ask for another quote.")


def _again(desk: OrderDesk, order_id: str, method: str | None) -> Placed:
    order = desk.orders.get(order_id)
    if order is None:
        raise NoSuchOrder("There is no such order of yours.")
    return open_payment(desk, order, method) if order.state == "pending_payment" else Placed(order, None)


def _settled(desk: OrderDesk, order: Order, intent: Intent) -> Order:
    """The order after what the gateway said: nothing follows from a payment that is still to be made."""
    if intent.state in {"needs_payment", "needs_action", "processing"} and intent.problem is None:
        return order
    try:
        return settle(desk, order.order_id) or order
    except (GatewayUnavailable, GatewayRefused):
        return order  # `reconcile_payments` and the gateway's webhook come back to it


def _open(desk: OrderDesk, order: Order, method: str | None) -> Intent:
    return desk.gateway.open(
        payment_id=order.payment.payment_id,
        order_id=order.order_id,
        amount=order.total,
        currency=order.currency,
        method=method,
    )


def _tried(desk: OrderDesk, gateway_id: str, method: str | None) -> tuple[Intent, GatewayRefused | None]:
    """The payment after a try; and the refusal, if that is what became of it.

    The gateway refuses to try what is paid already, too: then an answer was lost, and all is well.
    """
    try:
        if method is None:
            return desk.gateway.read(gateway_id), None
        try:
            return desk.gateway.authorize(gateway_id, method=method, attempt=desk.make_id()), None
        except GatewayRefused as refused:
            return desk.gateway.read(gateway_id), refused
    except (GatewayUnavailable, GatewayRefused) as failure:
        raise _down() from failure


def _down() -> GatewayDown:
    return GatewayDown("The payment service does not answer. Your order is kept: try again shortly.")
