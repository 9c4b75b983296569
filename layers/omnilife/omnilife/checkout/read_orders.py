"""Orders as their buyers see them, and what merchants see of their own part."""

from typing import Any, Self

from pydantic import BaseModel

from omnilife.checkout.models import AddressFields
from omnilife.checkout.order_models import (
    CancelReason,
    Fulfilment,
    FulfilmentState,
    Order,
    OrderLine,
    OrderState,
    Payment,
    Refund,
)
from omnilife.checkout.order_problems import NoSuchOrder
from omnilife.checkout.payment_gateway import Intent
from omnilife.checkout.pricing_models import AppliedCoupon, ShippingLine, SpentPoints
from omnilife.checkout.store_orders import OrderStore
from omnilife.core.auth import Caller
from omnilife.core.clock import Timestamp
from omnilife.core.cursors import CursorCodec
from omnilife.core.money import Money

_CURSOR = "orders of a user"


class PaymentView(BaseModel):
    """How the payment of an order stands.

    `client_secret` and `next_action` are the gateway's, for the shopper's device to go on with; they are told
    by the requests that open or try a payment, and by no other.
    """

    id: str
    state: str
    captured: int
    refunded: int
    problem: str | None = None
    client_secret: str | None = None
    next_action: dict[str, Any] | None = None

    @classmethod
    def of(cls, payment: Payment, intent: Intent | None = None) -> Self:
        open_now = payment.state in {"unopened", "open"} and intent is not None
        return cls(
            id=payment.payment_id,
            state=payment.state,
            captured=payment.captured,
            refunded=payment.refunded,
            problem=payment.problem,
            client_secret=intent.client_secret if open_now and intent else None,
            next_action=intent.next_action if open_now and intent else None,
        )


class OrderView(BaseModel):
    """An order as its buyer sees it. Amounts are minor units of `currency`."""

    order_id: str
    number: str
    state: OrderState
    cancel_reason: CancelReason | None
    currency: str
    lines: list[OrderLine]
    shipping: list[ShippingLine]
    coupons: list[AppliedCoupon]
    points: SpentPoints
    subtotal: int
    discount: int
    shipping_total: int
    tax: int
    tax_included: bool
    total: int
    address: AddressFields | None
    fulfilments: list[Fulfilment]
    payment: PaymentView
    refunds: list[Refund]
    reserved_until: Timestamp
    placed_at: Timestamp
    updated_at: Timestamp
    version: int

    @classmethod
    def of(cls, order: Order, intent: Intent | None = None) -> Self:
        members = order.model_dump(exclude={"user_id", "payment"})
        return cls(**members, payment=PaymentView.of(order.payment, intent))


class OrderSummary(BaseModel):
    """An order in a list."""

    order_id: str
    number: str
    state: OrderState
    total: Money
    units: int
    placed_at: Timestamp

    @classmethod
    def of(cls, order: Order) -> Self:
        return cls(
            order_id=order.order_id,
            number=order.number,
            state=order.state,
            total=Money(amount=order.total, currency=order.currency),
            units=sum(line.quantity for line in order.lines),
            placed_at=order.placed_at,
        )


class OrderSummaryPage(BaseModel):
    """Some of a user's orders, newest first."""

    items: list[OrderSummary]
    next_cursor: str | None = None


class MerchantOrder(BaseModel):
    """One merchant's part of an order: what to send, and where. Nothing of other merchants' parts."""

    order_id: str
    number: str
    state: FulfilmentState
    order_state: OrderState
    lines: list[OrderLine]
    shipping: list[ShippingLine]
    currency: str
    address: AddressFields | None
    fulfilment: Fulfilment
    placed_at: Timestamp

    @classmethod
    def of(cls, order: Order, merchant_id: str) -> Self:
        """The part.

        Raises:
            NoSuchOrder: the merchant has none in it.
        """
        part = next((each for each in order.fulfilments if each.merchant_id == merchant_id), None)
        if part is None:
            raise NoSuchOrder("There is no such order.")
        return cls(
            order_id=order.order_id,
            number=order.number,
            state=part.state,
            order_state=order.state,
            lines=[line for line in order.lines if line.merchant_id == merchant_id],
            shipping=[line for line in order.shipping if line.merchant_id == merchant_id],
            currency=order.currency,
            address=order.address,
            fulfilment=part,
            placed_at=order.placed_at,
        )


def find_order(orders: OrderStore, order_id: str, *, caller: Caller) -> Order:
    """An order of the caller's; administrators see all. Cost: one consistent read.

    Raises:
        NoSuchOrder: there is none, or it is somebody else's.
    """
    order = orders.get(order_id)
    if order is None or (order.user_id != caller.subject and not caller.is_admin):
        raise NoSuchOrder("There is no such order of yours.")
    return order


def list_orders(
    orders: OrderStore,
    *,
    caller: Caller,
    cursors: CursorCodec,
    limit: int = 20,
    cursor: str | None = None,
) -> OrderSummaryPage:
    """The caller's orders, newest first; one that was placed this moment may be missing.

    Raises:
        BadCursor: see there.
    """
    bound = f"{_CURSOR} {caller.subject}"
    after = cursors.read(cursor, bound_to=bound) if cursor else None
    page = orders.of_user(caller.subject, limit=limit, after=after)
    return OrderSummaryPage(
        items=[OrderSummary.of(order) for order in page.orders],
        next_cursor=cursors.issue(page.after, bound_to=bound) if page.after else None,
    )
