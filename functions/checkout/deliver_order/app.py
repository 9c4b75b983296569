"""POST /api/marketplace/orders/{order_id}/deliver: a merchant's part of an order has arrived."""

from omnilife.checkout import (
    BusyOrder,
    FulfilmentStep,
    MerchantOrder,
    NoSuchOrder,
    NotInState,
    OrderBook,
    advance_fulfilment,
)
from omnilife.core.http import endpoint

api = endpoint(
    "POST",
    "/api/marketplace/orders/{order_id}/deliver",
    auth="merchant",
    tags=["checkout"],
    limit="write",
    problems=[NoSuchOrder, NotInState, BusyOrder],
)


@api.route
def deliver_own_part(order_id: str, step: FulfilmentStep) -> MerchantOrder:
    return advance_fulfilment(OrderBook.from_environment(), order_id, "delivered", step, caller=api.caller)


handler = api.handler
