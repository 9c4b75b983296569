"""GET /api/marketplace/loyalty/transactions: the ledger of one's points, newest first."""

from typing import Annotated

from omnilife.checkout import LoyaltyStore, PointsPage, list_points
from omnilife.core.cursors import BadCursor, CursorCodec
from omnilife.core.http import Query, endpoint

api = endpoint(
    "GET",
    "/api/marketplace/loyalty/transactions",
    auth="user",
    tags=["checkout"],
    limit="read",
    problems=[BadCursor],
)


@api.route
def list_transactions(
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    cursor: Annotated[str | None, Query(max_length=3000)] = None,
) -> PointsPage:
    return list_points(
        LoyaltyStore.from_environment(),
        caller=api.caller,
        cursors=CursorCodec.from_environment(),
        limit=limit,
        cursor=cursor,
    )


handler = api.handler
