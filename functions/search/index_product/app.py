"""POST /api/search/index/product: brings one product's document up to what the catalogue holds, now."""

from omnilife.catalogue import ProductStore
from omnilife.core.errors import NotFound
from omnilife.core.http import endpoint
from omnilife.search import (
    IndexedState,
    PopularityStore,
    ProductIndex,
    ProductToIndex,
    ReindexStore,
    SearchUnavailable,
    index_product,
)

api = endpoint(
    "POST",
    "/api/search/index/product",
    auth="admin/service",
    scopes=["search:index"],
    outbox="SEARCH_TABLE",
    tags=["search"],
    limit="write",
    problems=[NotFound, SearchUnavailable],
)


@api.route
def index_now(wanted: ProductToIndex) -> IndexedState:
    return index_product(
        wanted.product_id,
        store=ProductStore.from_environment(),
        index=ProductIndex.from_environment(),
        jobs=ReindexStore.from_environment(),
        learned=PopularityStore.from_environment().scores,
    )


handler = api.handler
