"""GET /api/marketplace/products: lists products by filters, straight from the store."""

from typing import Annotated

from omnilife.catalogue import ProductFilters, ProductPage, ProductStore, list_products
from omnilife.core.cursors import BadCursor, CursorCodec
from omnilife.core.http import Query, endpoint

api = endpoint(
    "GET",
    "/api/marketplace/products",
    auth="public/user",
    tags=["catalogue"],
    limit="read",
    problems=[BadCursor],
)


@api.route
def browse_products(filters: Annotated[ProductFilters, Query()]) -> ProductPage:
    return list_products(
        ProductStore.from_environment(),
        filters,
        caller=api.caller,
        cursors=CursorCodec.from_environment(),
    )


handler = api.handler
