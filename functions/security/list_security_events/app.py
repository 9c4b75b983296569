"""GET /api/security/events: what happened, newest first."""

from typing import Annotated

from omnilife.core.cursors import BadCursor, CursorCodec
from omnilife.core.http import Query, endpoint
from omnilife.security import EventFilters, SecurityEventPage, SecurityEventStore, list_security_events

api = endpoint(
    "GET", "/api/security/events", auth="admin", tags=["security"], limit="read", problems=[BadCursor]
)


@api.route
def list_events(filters: Annotated[EventFilters, Query()]) -> SecurityEventPage:
    return list_security_events(
        SecurityEventStore.from_environment(), filters, cursors=CursorCodec.from_environment()
    )


handler = api.handler
