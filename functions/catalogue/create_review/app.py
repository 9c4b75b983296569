"""POST /api/marketplace/products/{product_id}/reviews: a buyer's one review of what they received."""

from omnilife.catalogue import (
    AlreadyReviewed,
    BusyProduct,
    NewReview,
    NotReceived,
    PurchaseStore,
    Review,
    ReviewStore,
    review_product,
)
from omnilife.core.errors import IdempotencyConflict, NotFound
from omnilife.core.http import endpoint

api = endpoint(
    "POST",
    "/api/marketplace/products/{product_id}/reviews",
    auth="user",
    tags=["catalogue"],
    limit="write",
    status=201,
    problems=[AlreadyReviewed, BusyProduct, IdempotencyConflict, NotFound, NotReceived],
)


@api.route
def create_review(product_id: str, review: NewReview) -> Review:
    return review_product(
        ReviewStore.from_environment(),
        product_id,
        review,
        user_id=api.caller.subject,
        has_received=PurchaseStore.from_environment().received,
        idempotency=api.idempotency,
    )


handler = api.handler
