"""GET /api/marketplace/coupons: the coupons, by their codes."""

from typing import Annotated

from omnilife.checkout import CouponPage, PricingStore, list_coupons
from omnilife.core.cursors import BadCursor, CursorCodec
from omnilife.core.http import Query, endpoint

api = endpoint(
    "GET",
    "/api/marketplace/coupons",
    auth="admin",
    tags=["checkout"],
    limit="read",
    problems=[
        BadCursor,
    ],
)


@api.route
def coupons(
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    cursor: Annotated[str | None, Query(max_length=3000)] = None,
) -> CouponPage:
    return list_coupons(
        PricingStore.from_environment(),
        limit=limit,
        cursor=cursor,
        cursors=CursorCodec.from_environment(),
    )


handler = api.handler
