"""POST /api/notifications/user/{user_id}/read-all: marks as read all that has arrived, in one write."""

from omnilife.core.http import endpoint
from omnilife.notifications import RecipientStore, Unread, read_all

api = endpoint(
    "POST",
    "/api/notifications/user/{user_id}/read-all",
    auth="user",
    tags=["notifications"],
    limit="write",
)


@api.route
def read_all_notifications(user_id: str) -> Unread:
    return read_all(RecipientStore.from_environment(), user_id)


handler = api.handler
