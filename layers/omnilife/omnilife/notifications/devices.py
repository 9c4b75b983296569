"""Devices that push messages go to, as their users register them."""

import hashlib
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints

from omnilife.core.clock import Clock, system_clock
from omnilife.core.errors import NotFound
from omnilife.core.ids import Identifier
from omnilife.notifications.problems import TooManyDevices
from omnilife.notifications.recipients import Device
from omnilife.notifications.store_recipients import MAX_DEVICES, RecipientStore


class NewDevice(BaseModel):
    """A device, by the token that FCM gave it. The token is kept, and never shown."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    platform: Literal["android", "ios", "web"]
    device_token: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9:_.-]{16,4096}$")]


class RegisteredDevice(BaseModel):
    """`device_id` follows from the token: registering it again is the same device."""

    device_id: Identifier
    platform: str


def register_device(
    recipients: RecipientStore, user_id: str, wanted: NewDevice, *, clock: Clock = system_clock
) -> RegisteredDevice:
    """Send push messages to this device, too.

    Raises:
        TooManyDevices: the user has as many as one may.
    """
    device_id = hashlib.sha256(wanted.device_token.encode()).hexdigest()[:32]
    known = {each.device_id for each in recipients.recipient(user_id).devices}
    if device_id not in known and len(known) >= MAX_DEVICES:
        raise TooManyDevices(MAX_DEVICES)
    recipients.add_device(user_id, Device(device_id, wanted.platform, wanted.device_token), now=clock.now())
    return RegisteredDevice(device_id=device_id, platform=wanted.platform)


def forget_device(recipients: RecipientStore, user_id: str, device_id: str) -> None:
    """Send nothing there any more.

    Raises:
        NotFound: the user has no such device.
    """
    if not recipients.remove_device(user_id, device_id):
        raise NotFound("There is no such device.")
