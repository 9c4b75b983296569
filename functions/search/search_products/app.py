"""GET /api/search/products: products found by text and filters, with what there is to narrow them by."""

from typing import Annotated

from omnilife.core.cursors import BadCursor, CursorCodec
from omnilife.core.http import Query, endpoint
from omnilife.search import (
    ProductIndex,
    SearchAnswer,
    SearchQuery,
    SearchUnavailable,
    StaleCursor,
    search_products,
)

api = endpoint(
    "GET",
    "/api/search/products",
    auth="public",
    tags=["search"],
    limit="search",
    query_prefixes=["attr."],
    problems=[BadCursor, StaleCursor, SearchUnavailable],
)


@api.route
def search(query: Annotated[SearchQuery, Query()]) -> SearchAnswer:
    return search_products(
        query, api.query, index=ProductIndex.from_environment(), cursors=CursorCodec.from_environment()
    )


handler = api.handler
