"""GET /api/notifications/user/{user_id}: a user's inbox, the latest first, with the number of unread ones."""

from typing import Annotated, Literal

from omnilife.core.cursors import BadCursor, CursorCodec
from omnilife.core.http import Query, endpoint
from omnilife.notifications import Category, InboxPage, NoteStore, RecipientStore
from omnilife.notifications import list_inbox as list_of

api = endpoint(
    "GET",
    "/api/notifications/user/{user_id}",
    auth="user",
    tags=["notifications"],
    limit="read",
    problems=[BadCursor],
)


@api.route
def list_inbox(
    user_id: str,
    state: Annotated[Literal["all", "unread", "archived"], Query()] = "all",
    category: Annotated[Category | None, Query()] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    cursor: Annotated[str | None, Query(max_length=3000)] = None,
) -> InboxPage:
    return list_of(
        NoteStore.from_environment(),
        RecipientStore.from_environment(),
        user_id,
        cursors=CursorCodec.from_environment(),
        limit=limit,
        cursor=cursor,
        state=state,
        category=category,
    )


handler = api.handler
