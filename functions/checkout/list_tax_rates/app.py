"""GET /api/marketplace/tax-rates: which taxes are charged where."""

from typing import Annotated

from omnilife.checkout import PricingStore, TaxRatePage, list_tax_rates
from omnilife.core.cursors import BadCursor, CursorCodec
from omnilife.core.http import Query, endpoint

api = endpoint(
    "GET",
    "/api/marketplace/tax-rates",
    auth="admin",
    tags=["checkout"],
    limit="read",
    problems=[
        BadCursor,
    ],
)


@api.route
def rates(
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    cursor: Annotated[str | None, Query(max_length=3000)] = None,
) -> TaxRatePage:
    return list_tax_rates(
        PricingStore.from_environment(),
        limit=limit,
        cursor=cursor,
        cursors=CursorCodec.from_environment(),
    )


handler = api.handler
