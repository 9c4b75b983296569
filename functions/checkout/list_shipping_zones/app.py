"""GET /api/marketplace/shipping-zones: where the shop sends to, and what for."""

from typing import Annotated

from omnilife.checkout import PricingStore, ShippingZonePage, list_shipping_zones
from omnilife.core.cursors import BadCursor, CursorCodec
from omnilife.core.http import Query, endpoint

api = endpoint(
    "GET",
    "/api/marketplace/shipping-zones",
    auth="admin",
    tags=["checkout"],
    limit="read",
    problems=[
        BadCursor,
    ],
)


@api.route
def zones(
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    cursor: Annotated[str | None, Query(max_length=3000)] = None,
) -> ShippingZonePage:
    return list_shipping_zones(
        PricingStore.from_environment(),
        limit=limit,
        cursor=cursor,
        cursors=CursorCodec.from_environment(),
    )


handler = api.handler
