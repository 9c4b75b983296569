"""GET /api/security/ip-blacklist: the addresses and ranges that are blocked or allowed, newest first."""

from typing import Annotated

from omnilife.core.cursors import BadCursor, CursorCodec
from omnilife.core.http import Query, endpoint
from omnilife.security import BlacklistStore, EntryPage, list_blacklist

api = endpoint(
    "GET",
    "/api/security/ip-blacklist",
    auth="admin",
    tags=["security"],
    limit="read",
    problems=[BadCursor],
)


@api.route
def list_ip_blacklist(
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    cursor: Annotated[str | None, Query(max_length=3000)] = None,
) -> EntryPage:
    return list_blacklist(
        BlacklistStore.to_read(), cursors=CursorCodec.from_environment(), limit=limit, cursor=cursor
    )


handler = api.handler
