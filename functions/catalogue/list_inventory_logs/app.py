"""GET /api/marketplace/inventory/{product_id}/logs: every change of a product's stock, newest first."""

from typing import Annotated

from omnilife.catalogue import ProductStore, StockEntryPage, list_stock_changes
from omnilife.core.cursors import BadCursor, CursorCodec
from omnilife.core.errors import NotFound
from omnilife.core.http import Query, endpoint

api = endpoint(
    "GET",
    "/api/marketplace/inventory/{product_id}/logs",
    auth="merchant",
    tags=["catalogue"],
    limit="read",
    problems=[BadCursor, NotFound],
)


@api.route
def list_inventory_logs(
    product_id: str,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    cursor: Annotated[str | None, Query(max_length=3000)] = None,
) -> StockEntryPage:
    return list_stock_changes(
        ProductStore.from_environment(),
        product_id,
        caller=api.caller,
        cursors=CursorCodec.from_environment(),
        limit=limit,
        cursor=cursor,
    )


handler = api.handler
