"""Packing, shipping and delivering a merchant's part of an order."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from omnilife.checkout.order_book import ATTEMPTS, OrderBook
from omnilife.checkout.order_events import FulfilmentDelivered, FulfilmentPacked, FulfilmentShipped
from omnilife.checkout.order_models import Tracking
from omnilife.checkout.order_problems import BusyOrder, NoSuchOrder
from omnilife.checkout.order_states import fulfilment_to
from omnilife.checkout.read_orders import MerchantOrder
from omnilife.checkout.store_orders import PART
from omnilife.core.auth import Caller
from omnilife.core.ids import Identifier
from omnilife.core.table import ConditionFailed

EVENTS = {
    "packed": FulfilmentPacked,
    "shipped": FulfilmentShipped,
    "delivered": FulfilmentDelivered,
}

type Step = Literal["packed", "shipped", "delivered"]


class FulfilmentStep(BaseModel):
    """A step of one merchant's part; administrators say whose."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    merchant_id: Identifier | None = None


class Shipment(FulfilmentStep):
    """A part that has left the house, and how it can be followed."""

    tracking: Tracking | None = None


def advance_fulfilment(
    book: OrderBook, order_id: str, state: Step, step: FulfilmentStep, *, caller: Caller
) -> MerchantOrder:
    """Take the caller's part of an order a step further.

    What is shipped leaves the stock in the same transaction. A step that was taken already is no error, so
    that a repeat after a lost answer does no harm.

    Raises:
        NoSuchOrder: nothing of this merchant's.
        NotInState: the order is not paid, or the part is not where this step begins.
        BusyOrder: others kept changing the order.
    """
    named = step.merchant_id if caller.is_admin else None
    merchant = named or caller.merchant_id
    tracking = step.tracking if isinstance(step, Shipment) else None
    for _ in range(ATTEMPTS):
        order, now = book.orders.get(order_id), book.clock.now()
        if order is None:
            raise NoSuchOrder("There is no such order.")
        before = MerchantOrder.of(order, merchant)
        if before.state == state:
            return before
        after = fulfilment_to(order, merchant, state, now, tracking)
        event = EVENTS[state].of(after, merchant, **book.stamp(caller.actor))
        parts = book.claims.sell(order, merchant, at=now, actor=caller.actor) if state == "shipped" else []
        try:
            return MerchantOrder.of(book.save(after, order, [event], parts), merchant)
        except ConditionFailed as failed:
            if failed.part != PART:
                raise
    raise BusyOrder("Others keep changing this order. Try again.")
