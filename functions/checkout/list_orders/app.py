"""GET /api/marketplace/orders: one's own orders, newest first."""

from typing import Annotated

from omnilife.checkout import OrderStore, OrderSummaryPage, list_orders
from omnilife.core.cursors import BadCursor, CursorCodec
from omnilife.core.http import Query, endpoint

api = endpoint(
    "GET",
    "/api/marketplace/orders",
    auth="user",
    tags=["checkout"],
    limit="read",
    problems=[BadCursor],
)


@api.route
def list_own_orders(
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    cursor: Annotated[str | None, Query(max_length=3000)] = None,
) -> OrderSummaryPage:
    return list_orders(
        OrderStore.from_environment(),
        caller=api.caller,
        cursors=CursorCodec.from_environment(),
        limit=limit,
        cursor=cursor,
    )


handler = api.handler
