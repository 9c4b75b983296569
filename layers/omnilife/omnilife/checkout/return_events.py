"""What returns announce on the bus, as source `omnilife.checkout`."""

from datetime import datetime
from typing import Literal, Self

from omnilife.checkout.return_models import Return
from omnilife.core.events import DomainEvent, EventData


class ReturnEventLine(EventData):
    """Units of a product."""

    product_id: str
    quantity: int


class ReturnData(EventData):
    """Which return, of which order, whose, to whom; of a received one `lines` are the units for the shelf."""

    return_id: str
    order_id: str
    user_id: str
    merchant_id: str
    lines: list[ReturnEventLine]
    refund_id: str | None


class _ReturnEvent(DomainEvent):
    """Base of what happens to a return."""

    aggregate: Literal["return"] = "return"
    data: ReturnData

    @classmethod
    def of(cls, given: Return, *, event_id: str, actor: str, at: datetime) -> Self:
        """The event that brought the return to the state it is in."""
        shelf = given.state == "received"
        units = [(each.product_id, each.restocked if shelf else each.quantity) for each in given.lines]
        return cls.model_validate(
            {
                "id": event_id,
                "time": at,
                "aggregate_id": given.return_id,
                "version": given.version,
                "actor": actor,
                "data": {
                    "return_id": given.return_id,
                    "order_id": given.order_id,
                    "user_id": given.user_id,
                    "merchant_id": given.merchant_id,
                    "lines": [{"product_id": each, "quantity": count} for each, count in units if count],
                    "refund_id": given.refund.refund_id if given.refund else None,
                },
            }
        )


class ReturnRequested(_ReturnEvent):
    """A buyer wants to send something back."""

    type: Literal["ReturnRequested"] = "ReturnRequested"


class ReturnApproved(_ReturnEvent):
    """The merchant waits for it."""

    type: Literal["ReturnApproved"] = "ReturnApproved"


class ReturnRefused(_ReturnEvent):
    """The merchant does not take it back."""

    type: Literal["ReturnRefused"] = "ReturnRefused"


class ReturnReceived(_ReturnEvent):
    """It arrived; stock follows."""

    type: Literal["ReturnReceived"] = "ReturnReceived"


class ReturnRefundStarted(_ReturnEvent):
    """What it is worth was asked of the gateway; points were moved."""

    type: Literal["ReturnRefundStarted"] = "ReturnRefundStarted"


class ReturnRefunded(_ReturnEvent):
    """All is given back."""

    type: Literal["ReturnRefunded"] = "ReturnRefunded"


EVENT_OF_STATE: dict[str, type[_ReturnEvent]] = {
    "requested": ReturnRequested,
    "approved": ReturnApproved,
    "refused": ReturnRefused,
    "received": ReturnReceived,
    "refunding": ReturnRefundStarted,
    "refunded": ReturnRefunded,
}
