"""GET /api/security/audit: who changed what, newest first."""

from typing import Annotated

from omnilife.core.cursors import BadCursor, CursorCodec
from omnilife.core.http import Query, endpoint
from omnilife.security import AuditFilters, AuditPage, AuditStore, list_audit

api = endpoint(
    "GET", "/api/security/audit", auth="admin", tags=["security"], limit="read", problems=[BadCursor]
)


@api.route
def list_records(filters: Annotated[AuditFilters, Query()]) -> AuditPage:
    return list_audit(AuditStore.from_environment(), filters, cursors=CursorCodec.from_environment())


handler = api.handler
