"""GET /api/marketplace/products/{product_id}/reviews: what buyers say of a product, newest first."""

from typing import Annotated

from omnilife.catalogue import ReviewPage, ReviewStore, list_reviews
from omnilife.core.cursors import BadCursor, CursorCodec
from omnilife.core.errors import NotFound
from omnilife.core.http import Query, endpoint

api = endpoint(
    "GET",
    "/api/marketplace/products/{product_id}/reviews",
    auth="public",
    tags=["catalogue"],
    limit="read",
    problems=[BadCursor, NotFound],
)


@api.route
def get_reviews(
    product_id: str,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    cursor: Annotated[str | None, Query(max_length=3000)] = None,
) -> ReviewPage:
    return list_reviews(
        ReviewStore.from_environment(),
        product_id,
        cursors=CursorCodec.from_environment(),
        limit=limit,
        cursor=cursor,
    )


handler = api.handler
