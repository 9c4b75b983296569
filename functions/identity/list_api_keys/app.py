"""GET /api/auth/api-keys: the keys of server-side callers, newest first, without their texts."""

from typing import Annotated

from omnilife.core.cursors import BadCursor, CursorCodec
from omnilife.core.http import Query, endpoint
from omnilife.identity import ApiKeyPage, ApiKeyStore, list_api_keys

api = endpoint(
    "GET", "/api/auth/api-keys", auth="admin", tags=["identity"], limit="read", problems=[BadCursor]
)


@api.route
def show_api_keys(
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    cursor: Annotated[str | None, Query(max_length=3000)] = None,
) -> ApiKeyPage:
    return list_api_keys(
        ApiKeyStore.from_environment(), cursors=CursorCodec.from_environment(), limit=limit, cursor=cursor
    )


handler = api.handler
