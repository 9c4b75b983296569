"""PUT /api/notifications/{notification_id}/schedule: moves what is scheduled to another time."""

from omnilife.core.http import endpoint
from omnilife.notifications import (
    BadSendTime,
    ExpiresTooSoon,
    NoteStore,
    Scheduled,
    TooLate,
    UnknownZone,
    When,
)
from omnilife.notifications import move_notification as move

api = endpoint(
    "PUT",
    "/api/notifications/{notification_id}/schedule",
    auth="service/admin",
    tags=["notifications"],
    limit="write",
    scopes=["notifications"],
    outbox="NOTIFICATIONS_TABLE",
    problems=[BadSendTime, ExpiresTooSoon, TooLate, UnknownZone],
)


@api.route
def move_notification(notification_id: str, when: When) -> Scheduled:
    return move(NoteStore.from_environment(), notification_id, when)


handler = api.handler
