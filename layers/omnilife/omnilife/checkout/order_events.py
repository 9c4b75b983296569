"""What becomes of orders, as the bus hears it (source `omnilife.checkout`)."""

from datetime import datetime
from typing import Literal, Self

from omnilife.checkout.order_models import CancelReason, Order, Refund
from omnilife.core.events import DomainEvent, EventData
from omnilife.core.money import Money


class OrderedUnits(EventData):
    """Units of one product, over all lines that have it."""

    product_id: str
    quantity: int


class OrderData(EventData):
    """An order, without who gets it or where."""

    order_id: str
    number: str
    user_id: str
    lines: list[OrderedUnits]
    total: Money


class CancelledData(OrderData):
    """Why it was called off. Its units can be sold again."""

    reason: CancelReason


class FulfilmentData(EventData):
    """One merchant's part of an order."""

    order_id: str
    user_id: str
    merchant_id: str
    lines: list[OrderedUnits]


class DeclinedData(EventData):
    """An attempt to pay that failed, in the gateway's word."""

    order_id: str
    user_id: str
    problem: str


class RefundData(EventData):
    """Money that goes back."""

    order_id: str
    user_id: str
    refund_id: str
    return_id: str | None
    amount: Money


def units_of(order: Order, merchant_id: str | None = None) -> list[OrderedUnits]:
    """What was ordered, of all merchants or of one."""
    return [OrderedUnits(product_id=each, quantity=units) for each, units in order.units(merchant_id).items()]


class _Event(DomainEvent):
    type: str = "OrderChanged"
    aggregate: Literal["order"] = "order"

    @classmethod
    def _about(cls, order: Order, data: EventData, *, event_id: str, actor: str, at: datetime) -> Self:
        return cls(
            id=event_id,
            time=at,
            aggregate_id=order.order_id,
            version=order.version,
            actor=actor,
            data=data,
        )


class _OrderEvent(_Event):
    data: OrderData

    @classmethod
    def of(cls, order: Order, *, event_id: str, actor: str, at: datetime) -> Self:
        """The event of the change that led to `order`."""
        return cls._about(order, _data(order), event_id=event_id, actor=actor, at=at)


class OrderPlaced(_OrderEvent):
    """An order was placed, and its units are reserved: one event for all of its stock changes."""

    type: Literal["OrderPlaced"] = "OrderPlaced"


class OrderPaid(_OrderEvent):
    """The money of an order was taken."""

    type: Literal["OrderPaid"] = "OrderPaid"


class OrderReserved(_OrderEvent):
    """An order whose reservation had expired got its units again: it is being paid after all."""

    type: Literal["OrderReserved"] = "OrderReserved"


class OrderCancelled(_Event):
    """An order was called off, and its units were given back."""

    type: Literal["OrderCancelled"] = "OrderCancelled"
    data: CancelledData

    @classmethod
    def of(cls, order: Order, *, event_id: str, actor: str, at: datetime) -> Self:
        """The event of the change that led to `order`.

        Raises:
            ValueError: the order is not cancelled.
        """
        if order.cancel_reason is None:
            raise ValueError("not a cancelled order")
        data = CancelledData(**_data(order).model_dump(), reason=order.cancel_reason)
        return cls._about(order, data, event_id=event_id, actor=actor, at=at)


class PaymentDeclined(_Event):
    """An attempt to pay failed. The order waits for another one until its reservation ends."""

    type: Literal["PaymentDeclined"] = "PaymentDeclined"
    data: DeclinedData

    @classmethod
    def of(cls, order: Order, *, event_id: str, actor: str, at: datetime) -> Self:
        """The event of the change that led to `order`."""
        problem = order.payment.problem or "declined"
        data = DeclinedData(order_id=order.order_id, user_id=order.user_id, problem=problem)
        return cls._about(order, data, event_id=event_id, actor=actor, at=at)


class _FulfilmentEvent(_Event):
    data: FulfilmentData

    @classmethod
    def of(cls, order: Order, merchant_id: str, *, event_id: str, actor: str, at: datetime) -> Self:
        """The event of the step of one merchant's part that led to `order`."""
        data = FulfilmentData(
            order_id=order.order_id,
            user_id=order.user_id,
            merchant_id=merchant_id,
            lines=units_of(order, merchant_id),
        )
        return cls._about(order, data, event_id=event_id, actor=actor, at=at)


class FulfilmentPacked(_FulfilmentEvent):
    """A merchant packed its part."""

    type: Literal["FulfilmentPacked"] = "FulfilmentPacked"


class FulfilmentShipped(_FulfilmentEvent):
    """A merchant's part left the house."""

    type: Literal["FulfilmentShipped"] = "FulfilmentShipped"


class FulfilmentDelivered(_FulfilmentEvent):
    """A merchant's part arrived."""

    type: Literal["FulfilmentDelivered"] = "FulfilmentDelivered"


class _RefundEvent(_Event):
    data: RefundData

    @classmethod
    def of(cls, order: Order, refund: Refund, *, event_id: str, actor: str, at: datetime) -> Self:
        """The event of the change of `refund` that led to `order`."""
        data = RefundData(
            order_id=order.order_id,
            user_id=order.user_id,
            refund_id=refund.refund_id,
            return_id=refund.return_id,
            amount=Money(amount=refund.amount, currency=order.currency),
        )
        return cls._about(order, data, event_id=event_id, actor=actor, at=at)


class RefundRequested(_RefundEvent):
    """Money is to go back: the gateway will be asked."""

    type: Literal["RefundRequested"] = "RefundRequested"


class RefundCompleted(_RefundEvent):
    """Money went back."""

    type: Literal["RefundCompleted"] = "RefundCompleted"


class RefundFailed(_RefundEvent):
    """The gateway would not give money back: somebody has to look."""

    type: Literal["RefundFailed"] = "RefundFailed"


def _data(order: Order) -> OrderData:
    return OrderData(
        order_id=order.order_id,
        number=order.number,
        user_id=order.user_id,
        lines=units_of(order),
        total=Money(amount=order.total, currency=order.currency),
    )
