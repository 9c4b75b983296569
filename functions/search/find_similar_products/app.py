"""GET /api/search/products/{product_id}/similar: what else somebody who looks at a product may want."""

from typing import Annotated

from omnilife.core.http import Query, endpoint
from omnilife.search import (
    RollupStore,
    SearchUnavailable,
    SimilarProducts,
    SimilarQuery,
    SuggestionIndex,
    UnknownProduct,
    similar_products,
)

api = endpoint(
    "GET",
    "/api/search/products/{product_id}/similar",
    auth="public",
    tags=["search"],
    limit="read",
    problems=[UnknownProduct, SearchUnavailable],
)


@api.route
def find_similar_products(product_id: str, query: Annotated[SimilarQuery, Query()]) -> SimilarProducts:
    return similar_products(
        product_id, query, store=RollupStore.from_environment(), index=SuggestionIndex.from_environment()
    )


handler = api.handler
