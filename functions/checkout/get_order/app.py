"""GET /api/marketplace/orders/{order_id}: an order as it stands."""

from omnilife.checkout import NoSuchOrder, OrderStore, OrderView, find_order
from omnilife.core.http import endpoint

api = endpoint(
    "GET",
    "/api/marketplace/orders/{order_id}",
    auth="user",
    tags=["checkout"],
    limit="read",
    problems=[NoSuchOrder],
)


@api.route
def get_order(order_id: str) -> OrderView:
    return OrderView.of(find_order(OrderStore.from_environment(), order_id, caller=api.caller))


handler = api.handler
