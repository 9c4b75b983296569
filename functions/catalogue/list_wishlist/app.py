"""GET /api/marketplace/wishlist: what a shopper keeps for later, newest first."""

from typing import Annotated

from omnilife.catalogue import ProductStore, WishPage, WishStore, list_wishes
from omnilife.core.cursors import BadCursor, CursorCodec
from omnilife.core.http import Query, endpoint

api = endpoint(
    "GET",
    "/api/marketplace/wishlist",
    auth="user",
    tags=["catalogue"],
    limit="read",
    problems=[BadCursor],
)


@api.route
def list_wishlist(
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    cursor: Annotated[str | None, Query(max_length=3000)] = None,
) -> WishPage:
    return list_wishes(
        WishStore.from_environment(),
        ProductStore.from_environment(),
        user_id=api.caller.subject,
        cursors=CursorCodec.from_environment(),
        limit=limit,
        cursor=cursor,
    )


handler = api.handler
