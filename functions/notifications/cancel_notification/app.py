"""DELETE /api/notifications/{notification_id}: cancels what is scheduled, and it is certainly not sent."""

from omnilife.core.http import endpoint
from omnilife.notifications import NoteStore, Scheduled, TooLate
from omnilife.notifications import cancel_notification as cancel

api = endpoint(
    "DELETE",
    "/api/notifications/{notification_id}",
    auth="service/admin",
    tags=["notifications"],
    limit="write",
    scopes=["notifications"],
    outbox="NOTIFICATIONS_TABLE",
    problems=[TooLate],
)


@api.route
def cancel_notification(notification_id: str) -> Scheduled:
    return cancel(NoteStore.from_environment(), notification_id)


handler = api.handler
