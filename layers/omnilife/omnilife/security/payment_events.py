"""What security announces of payments."""

from datetime import datetime
from typing import Literal, Self

from omnilife.core.events import DomainEvent, EventData


class PaymentEventData(EventData):
    """Which order's payment, and the gateway's name for what happened: a hint to ask it, and no more."""

    order_id: str
    gateway_id: str | None
    kind: str


class PaymentEventReceived(DomainEvent):
    """The payment gateway's webhook told of a payment. Versions are not known; 0."""

    type: Literal["PaymentEventReceived"] = "PaymentEventReceived"
    aggregate: Literal["payment"] = "payment"
    data: PaymentEventData

    @classmethod
    def of(
        cls, *, order_id: str, gateway_id: str | None, kind: str, event_id: str, actor: str, at: datetime
    ) -> Self:
        return cls(
            id=event_id,
            time=at,
            aggregate_id=order_id,
            version=0,
            actor=actor,
            data=PaymentEventData(order_id=order_id, gateway_id=gateway_id, kind=kind),
        )
