"""DELETE /api/search/index/product/{product_id}: takes one product out of the index until its next change."""

from omnilife.catalogue import ProductStore
from omnilife.core.http import endpoint
from omnilife.search import IndexedState, ProductIndex, ReindexStore, SearchUnavailable, unindex_product

api = endpoint(
    "DELETE",
    "/api/search/index/product/{product_id}",
    auth="admin/service",
    scopes=["search:index"],
    outbox="SEARCH_TABLE",
    tags=["search"],
    limit="write",
    problems=[SearchUnavailable],
)


@api.route
def remove_now(product_id: str) -> IndexedState:
    return unindex_product(
        product_id,
        store=ProductStore.from_environment(),
        index=ProductIndex.from_environment(),
        jobs=ReindexStore.from_environment(),
    )


handler = api.handler
