"""GET /api/notifications/{notification_id}: what it says, what was decided and why, and what became of it."""

from omnilife.core.http import endpoint
from omnilife.notifications import DeliveryStore, NoteStore, NotificationDetails, find_notification

api = endpoint(
    "GET", "/api/notifications/{notification_id}", auth="user/admin", tags=["notifications"], limit="read"
)


@api.route
def get_notification(notification_id: str) -> NotificationDetails:
    return find_notification(
        NoteStore.from_environment(),
        DeliveryStore.from_environment(),
        notification_id,
        caller=api.caller,
    )


handler = api.handler
