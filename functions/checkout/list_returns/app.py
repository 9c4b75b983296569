"""GET /api/marketplace/returns: returns that one asked for, or that one is to receive."""

from typing import Annotated

from omnilife.checkout import ReturnPage, ReturnSide, ReturnStore, list_returns
from omnilife.core.cursors import BadCursor, CursorCodec
from omnilife.core.http import Query, endpoint

api = endpoint(
    "GET",
    "/api/marketplace/returns",
    auth="user/merchant",
    tags=["checkout"],
    limit="read",
    problems=[BadCursor],
)


@api.route
def get_returns(
    side: Annotated[ReturnSide | None, Query()] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    cursor: Annotated[str | None, Query(max_length=3000)] = None,
) -> ReturnPage:
    return list_returns(
        ReturnStore.from_environment(),
        caller=api.caller,
        cursors=CursorCodec.from_environment(),
        side=side,
        limit=limit,
        cursor=cursor,
    )


handler = api.handler
