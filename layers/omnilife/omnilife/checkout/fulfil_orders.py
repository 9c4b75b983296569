"""Packing, shipping and delivering a merchant's part of an order."""

from typing import Literal

from omnilife.checkout.order_book import ATTEMPTS, OrderBook
from omnilife.checkout.order_events import FulfilmentDelivered, FulfilmentPacked, FulfilmentShipped
from omnilife.checkout.order_models import Order, Tracking
from omnilife.checkout.order_problems import ChangedMeanwhile, NoSuchOrder
from omnilife.checkout.order_states import fulfilment_to
from omnilife.checkout.store_orders import PART
from omnilife.core.auth import Caller
from omnilife.core.table import ConditionFailed

EVENTS = {
    "packed": FulfilmentPacked,
    "shipped": FulfilmentShipped,
    "delivered": FulfilmentDelivered,
}

type Step = Literal["packed", "shipped", "delivered"]


def advance_fulfilment(
    book: OrderBook,
    order_id: str,
    step: Step,
    *,
    caller: Caller,
    merchant_id: str | None = None,
    tracking: Tracking | None = None,
) -> Order:
    """Take the caller's part of an order a step further; administrators name the merchant.

    What is shipped leaves the stock in the same transaction. A step that was taken already is no error, so
    that a repeat after a lost answer does no harm.

    Raises:
        NoSuchOrder, NoSuchFulfilment: nothing of this merchant's.
        NotInState: the order is not paid, or the part is not where this step begins.
        ChangedMeanwhile: others kept changing the order.
    """
    merchant = merchant_id if caller.is_admin and merchant_id is not None else caller.merchant_id
    for _ in range(ATTEMPTS):
        order, now = book.orders.get(order_id), book.clock.now()
        if order is None:
            raise NoSuchOrder("There is no such order.")
        part = next((each for each in order.fulfilments if each.merchant_id == merchant), None)
        if part is not None and part.state == step:
            return order
        after = fulfilment_to(order, merchant, step, now, tracking)
        event = EVENTS[step].of(after, merchant, **book.stamp(caller.actor))
        parts = book.claims.sell(order, merchant, at=now, actor=caller.actor) if step == "shipped" else []
        try:
            return book.save(after, order, [event], parts)
        except ConditionFailed as failed:
            if failed.part != PART:
                raise
    raise ChangedMeanwhile("Others keep changing this order. Try again.")
