"""POST /api/marketplace/orders/{order_id}/pack: a merchant has packed its part of an order."""

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
    "/api/marketplace/orders/{order_id}/pack",
    auth="merchant",
    tags=["checkout"],
    limit="write",
    problems=[NoSuchOrder, NotInState, BusyOrder],
)


@api.route
def pack_own_part(order_id: str, step: FulfilmentStep) -> MerchantOrder:
    return advance_fulfilment(OrderBook.from_environment(), order_id, "packed", step, caller=api.caller)


handler = api.handler
