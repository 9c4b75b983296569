"""POST /api/marketplace/orders/{order_id}/cancel: calls an order off that was not shipped yet."""

from omnilife.checkout import BusyOrder, NoSuchOrder, NotInState, OrderBook, OrderView, cancel_order
from omnilife.core.http import endpoint

api = endpoint(
    "POST",
    "/api/marketplace/orders/{order_id}/cancel",
    auth="user",
    tags=["checkout"],
    limit="write",
    problems=[NoSuchOrder, NotInState, BusyOrder],
)


@api.route
def cancel_own_order(order_id: str) -> OrderView:
    return OrderView.of(cancel_order(OrderBook.from_environment(), order_id, caller=api.caller))


handler = api.handler
