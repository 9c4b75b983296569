"""GET /api/search/rules: query rules, in the order of their ids."""

from typing import Annotated

from omnilife.core.cursors import BadCursor, CursorCodec
from omnilife.core.http import Query, endpoint
from omnilife.search import ConfigurationStore, RulePage, list_rules

api = endpoint("GET", "/api/search/rules", auth="admin", tags=["search"], limit="read", problems=[BadCursor])


@api.route
def rules(limit: Annotated[int, Query(ge=1, le=100)] = 20, cursor: str | None = None) -> RulePage:
    return list_rules(
        ConfigurationStore.from_environment(),
        limit=limit,
        cursor=cursor,
        cursors=CursorCodec.from_environment(),
    )


handler = api.handler
