"""GET /api/marketplace/imports/{import_id}: how an import is doing, and which rows were bad."""

from typing import Annotated

from omnilife.catalogue import ImportJob, ImportStore, find_import
from omnilife.core.cursors import BadCursor, CursorCodec
from omnilife.core.errors import NotFound
from omnilife.core.http import Query, endpoint

api = endpoint(
    "GET",
    "/api/marketplace/imports/{import_id}",
    auth="merchant",
    tags=["catalogue"],
    limit="read",
    problems=[BadCursor, NotFound],
)


@api.route
def get_import(
    import_id: str,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    cursor: Annotated[str | None, Query(max_length=3000)] = None,
) -> ImportJob:
    return find_import(
        ImportStore.from_environment(),
        import_id,
        caller=api.caller,
        cursors=CursorCodec.from_environment(),
        limit=limit,
        cursor=cursor,
    )


handler = api.handler
