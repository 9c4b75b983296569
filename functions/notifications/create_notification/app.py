"""POST /api/notifications/create: tells one user, up to 1,000, or a list something, now or later."""

from omnilife.core.errors import IdempotencyConflict
from omnilife.core.http import endpoint
from omnilife.notifications import (
    AcceptedNotification,
    BadSendTime,
    Creating,
    ExpiresTooSoon,
    HeaderInjection,
    ListNotUploaded,
    MissingVariables,
    NewNotification,
    TooManyRecipients,
    UnknownTemplate,
    UnknownZone,
    UnsafeLink,
    create_notification,
)

api = endpoint(
    "POST",
    "/api/notifications/create",
    auth="service/admin",
    tags=["notifications"],
    limit="write",
    scopes=["notifications"],
    outbox="NOTIFICATIONS_TABLE",
    status=202,
    problems=[
        BadSendTime,
        ExpiresTooSoon,
        HeaderInjection,
        IdempotencyConflict,
        ListNotUploaded,
        MissingVariables,
        TooManyRecipients,
        UnknownTemplate,
        UnknownZone,
        UnsafeLink,
    ],
)


@api.route
def create(notification: NewNotification) -> AcceptedNotification:
    return create_notification(
        notification,
        Creating.from_environment(),
        created_by=api.caller.actor,
        idempotency=api.idempotency,
    )


handler = api.handler
