"""GET /api/marketplace/recommendations: what goes with a product, a cart, or what the caller bought."""

from typing import Annotated

from omnilife.catalogue import (
    ProductStore,
    PurchaseStore,
    RecommendationQuery,
    Recommendations,
    RecommendationStore,
    recommend_products,
)
from omnilife.core.http import Query, endpoint

api = endpoint(
    "GET", "/api/marketplace/recommendations", auth="public/user", tags=["catalogue"], limit="read"
)


@api.route
def get_recommendations(query: Annotated[RecommendationQuery, Query()]) -> Recommendations:
    return recommend_products(
        query,
        user_id=api.caller.subject if api.caller.kind == "user" else None,
        products=ProductStore.from_environment(),
        purchases=PurchaseStore.from_environment(),
        store=RecommendationStore.from_environment(),
    )


handler = api.handler
