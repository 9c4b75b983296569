"""Orders as they are stored and told: lines with what became of their units, fulfilments, payment, refunds.

All amounts are whole minor units of the order's currency.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from omnilife.checkout.models import AddressFields
from omnilife.checkout.pricing_models import AppliedCoupon, Minor, PricedLine, ShippingLine, SpentPoints
from omnilife.core.cards import free_of_cards
from omnilife.core.clock import Timestamp
from omnilife.core.money import Currency

type OrderState = Literal[
    "pending_payment",
    "paid",
    "packed",
    "shipped",
    "delivered",
    "cancelled",
    "partly_refunded",
    "refunded",
]
type FulfilmentState = Literal["open", "packed", "shipped", "delivered", "cancelled"]
type PaymentState = Literal["unopened", "open", "capturing", "captured", "void"]
type CancelReason = Literal["expired", "requested", "not_payable"]
type RefundState = Literal["requested", "completed", "failed"]


class OrderLine(PricedLine):
    """A line of an order. Amounts refunded never exceed `total`, units returned never `quantity`.

    `points_spent` are the points behind `points_discount`.
    """

    returned: Minor = 0
    refunded: Minor = 0
    points_spent: Minor = 0


class Tracking(BaseModel):
    """Where a parcel is: the carrier's name and number for it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    carrier: Annotated[
        str,
        StringConstraints(strict=True, pattern=r"^[A-Za-z0-9 ._&-]{1,60}$"),
        BeforeValidator(free_of_cards),
    ]
    number: Annotated[str, StringConstraints(strict=True, pattern=r"^[A-Za-z0-9 -]{1,60}$")]


class Fulfilment(BaseModel):
    """The part of an order that one merchant packs and ships."""

    model_config = ConfigDict(frozen=True)

    merchant_id: str
    state: FulfilmentState = "open"
    line_ids: list[str]
    tracking: Tracking | None = None
    packed_at: Timestamp | None = None
    shipped_at: Timestamp | None = None
    delivered_at: Timestamp | None = None


class Payment(BaseModel):
    """The one payment of an order, for its whole life: an order cannot be paid twice.

    Attributes:
        payment_id: ours; the gateway's idempotency keys are made of it.
        gateway_id: the gateway's, as soon as it is known.
        captured: what was taken.
        refunded: what of it went back.
        problem: why the last attempt to pay was declined, in the gateway's word.
    """

    model_config = ConfigDict(frozen=True)

    payment_id: str
    gateway_id: str | None = None
    state: PaymentState = "unopened"
    captured: Minor = 0
    refunded: Minor = 0
    problem: str | None = None


class Refund(BaseModel):
    """Money on its way back. `refund_id` is the gateway's idempotency key, so none is paid out twice."""

    model_config = ConfigDict(frozen=True)

    refund_id: str
    amount: Annotated[int, Field(strict=True, gt=0)]
    reason: str
    state: RefundState = "requested"
    return_id: str | None = None
    requested_at: Timestamp


class Order(BaseModel):
    """An order, with its reservations inside: until it ships, each line's units are reserved for it.

    Attributes:
        forgotten: its buyer was erased. The address goes as soon as nothing is to be sent any more.
    """

    model_config = ConfigDict(frozen=True)

    order_id: str
    number: str
    user_id: str
    state: OrderState = "pending_payment"
    cancel_reason: CancelReason | None = None
    currency: Currency
    lines: list[OrderLine]
    shipping: list[ShippingLine]
    coupons: list[AppliedCoupon]
    points: SpentPoints
    subtotal: Minor
    discount: Minor
    shipping_total: Minor
    tax: Minor
    tax_included: bool
    total: Minor
    address: AddressFields | None = None
    forgotten: bool = False
    fulfilments: list[Fulfilment]
    payment: Payment
    refunds: list[Refund] = []
    reserved_until: Timestamp
    placed_at: Timestamp
    updated_at: Timestamp
    version: int = 1

    def line(self, line_id: str) -> OrderLine:
        """The line of that id.

        Raises:
            KeyError: there is none.
        """
        for line in self.lines:
            if line.line_id == line_id:
                return line
        raise KeyError(line_id)

    def units(self, merchant_id: str | None = None) -> dict[str, int]:
        """Product → units of all lines, or of one merchant's. A product stands once, whatever its lines."""
        found: dict[str, int] = {}
        for line in self.lines:
            if merchant_id in {None, line.merchant_id}:
                found[line.product_id] = found.get(line.product_id, 0) + line.quantity
        return found

    @property
    def promised(self) -> int:
        """What goes back or went back: refunds that were requested or completed."""
        return sum(refund.amount for refund in self.refunds if refund.state != "failed")

    @property
    def refundable(self) -> int:
        """What of the captured money is not promised back yet."""
        return self.payment.captured - self.promised
