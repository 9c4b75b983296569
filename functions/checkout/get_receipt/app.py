"""GET /api/marketplace/orders/{order_id}/receipt: an order's receipt, as a page to print."""

from omnilife.checkout import NoSuchOrder, OrderStore, find_order, receipt_page
from omnilife.core.http import Reply, endpoint

api = endpoint(
    "GET",
    "/api/marketplace/orders/{order_id}/receipt",
    auth="user",
    tags=["checkout"],
    limit="read",
    produces="text/html; charset=utf-8",
    problems=[NoSuchOrder],
)
POLICY = "default-src 'none'; style-src 'unsafe-inline'"


@api.route
def get_receipt(order_id: str) -> Reply[str]:
    order = find_order(OrderStore.from_environment(), order_id, caller=api.caller)
    return Reply(receipt_page(order), headers={"Content-Security-Policy": POLICY})


handler = api.handler
