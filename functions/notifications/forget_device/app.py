"""DELETE /api/notifications/devices/{device_id}: no more push messages to a device of one's own."""

from omnilife.core.http import endpoint
from omnilife.notifications import RecipientStore
from omnilife.notifications import forget_device as forget

api = endpoint(
    "DELETE",
    "/api/notifications/devices/{device_id}",
    auth="user",
    tags=["notifications"],
    limit="write",
    status=204,
)


@api.route
def forget_device(device_id: str) -> None:
    forget(RecipientStore.from_environment(), api.caller.subject, device_id)


handler = api.handler
