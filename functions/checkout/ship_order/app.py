"""POST /api/marketplace/orders/{order_id}/ship: a merchant's part of an order has left the house."""

from omnilife.checkout import (
    BusyOrder,
    MerchantOrder,
    NoSuchOrder,
    NotInState,
    OrderBook,
    Shipment,
    advance_fulfilment,
)
from omnilife.core.http import endpoint

api = endpoint(
    "POST",
    "/api/marketplace/orders/{order_id}/ship",
    auth="merchant",
    tags=["checkout"],
    limit="write",
    problems=[NoSuchOrder, NotInState, BusyOrder],
)


@api.route
def ship_own_part(order_id: str, shipment: Shipment) -> MerchantOrder:
    return advance_fulfilment(OrderBook.from_environment(), order_id, "shipped", shipment, caller=api.caller)


handler = api.handler
