"""GET /api/marketplace/merchant/orders: a merchant's parts of paid orders, newest first."""

from typing import Annotated

from omnilife.checkout import FulfilmentState, MerchantOrderPage, OrderViewStore, list_merchant_orders
from omnilife.core.cursors import BadCursor, CursorCodec
from omnilife.core.http import Query, endpoint

api = endpoint(
    "GET",
    "/api/marketplace/merchant/orders",
    auth="merchant",
    tags=["checkout"],
    limit="read",
    problems=[BadCursor],
)


@api.route
def list_own_parts(
    state: FulfilmentState | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    cursor: Annotated[str | None, Query(max_length=3000)] = None,
) -> MerchantOrderPage:
    return list_merchant_orders(
        OrderViewStore.from_environment(),
        caller=api.caller,
        cursors=CursorCodec.from_environment(),
        limit=limit,
        cursor=cursor,
        state=state,
    )


handler = api.handler
