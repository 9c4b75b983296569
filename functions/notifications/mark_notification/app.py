"""PATCH /api/notifications/{notification_id}: marks one's own notification as read, unread or archived."""

from omnilife.core.http import endpoint
from omnilife.notifications import InboxItem, NoteStore, RecipientStore, Seen, change_seen

api = endpoint(
    "PATCH",
    "/api/notifications/{notification_id}",
    auth="user",
    tags=["notifications"],
    limit="write",
    accepts=["application/json", "application/merge-patch+json"],
)


@api.route
def mark_notification(notification_id: str, seen: Seen) -> InboxItem:
    return change_seen(
        NoteStore.from_environment(),
        RecipientStore.from_environment(),
        notification_id,
        seen,
        user_id=api.caller.subject,
    )


handler = api.handler
