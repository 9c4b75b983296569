"""POST /api/notifications/devices: a device of one's own that push messages go to."""

from omnilife.core.http import endpoint
from omnilife.notifications import NewDevice, RecipientStore, RegisteredDevice, TooManyDevices
from omnilife.notifications import register_device as register

api = endpoint(
    "POST",
    "/api/notifications/devices",
    auth="user",
    tags=["notifications"],
    limit="write",
    status=201,
    problems=[TooManyDevices],
)


@api.route
def register_device(device: NewDevice) -> RegisteredDevice:
    return register(RecipientStore.from_environment(), api.caller.subject, device)


handler = api.handler
