"""Calling an order off, by whom it belongs to."""

from omnilife.checkout.order_book import ATTEMPTS, OrderBook, call_off
from omnilife.checkout.order_models import Order
from omnilife.checkout.order_problems import BusyOrder
from omnilife.checkout.read_orders import find_order
from omnilife.checkout.store_orders import PART
from omnilife.core.auth import Caller
from omnilife.core.table import ConditionFailed


def cancel_order(book: OrderBook, order_id: str, *, caller: Caller) -> Order:
    """Call an order off that was not shipped yet; money that was taken goes back.

    The gateway is not asked here: a refund is announced, and `apply_payment_event` carries it out. Repeating
    it does no harm.

    Raises:
        NoSuchOrder: none of the caller's.
        NotInState: something was shipped.
        BusyOrder: others kept changing the order.
    """
    for _ in range(ATTEMPTS):
        order = find_order(book.orders, order_id, caller=caller)
        if order.state == "cancelled" or (order.state == "refunded" and order.cancel_reason):
            return order
        try:
            return call_off(book, order, "requested", actor=caller.actor)
        except ConditionFailed as failed:
            if failed.part != PART:
                raise
    raise BusyOrder("Others keep changing this order. Try again.")
