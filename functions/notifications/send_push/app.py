"""POST /api/notifications/send/push: one push message to one user, now."""

from omnilife.core.errors import IdempotencyConflict
from omnilife.core.http import endpoint
from omnilife.notifications import (
    AcceptedNotification,
    Creating,
    DirectMessage,
    ExpiresTooSoon,
    HeaderInjection,
    MissingVariables,
    UnknownTemplate,
    UnsafeLink,
    send_now,
)

api = endpoint(
    "POST",
    "/api/notifications/send/push",
    auth="service/admin",
    tags=["notifications"],
    limit="write",
    scopes=["notifications"],
    outbox="NOTIFICATIONS_TABLE",
    status=202,
    problems=[
        ExpiresTooSoon,
        HeaderInjection,
        IdempotencyConflict,
        MissingVariables,
        UnknownTemplate,
        UnsafeLink,
    ],
)


@api.route
def send_push(message: DirectMessage) -> AcceptedNotification:
    return send_now(
        message,
        "push",
        Creating.from_environment(),
        created_by=api.caller.actor,
        idempotency=api.idempotency,
    )


handler = api.handler
