"""A recipient, as decisions see one."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from omnilife.notifications.models import Channel
from omnilife.notifications.preferences import Preferences


@dataclass(frozen=True, slots=True)
class Device:
    """Where push messages go. `token` is the provider's, and a secret of the device."""

    device_id: str
    platform: str
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Suppressed:
    """A channel on which nothing may be sent: to the address of that hash; without one, to any."""

    reason: str
    address_hash: str = ""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who is told, with what the notifications table has of them."""

    user_id: str
    preferences: Preferences = field(default_factory=Preferences)
    devices: tuple[Device, ...] = ()
    suppressed: Mapping[Channel, Suppressed] = field(default_factory=dict)

    def reachable(self, channel: Channel) -> bool:
        """Whether there is an address for the channel. Every account has a mail address."""
        if channel == "push":
            return bool(self.devices)
        return channel == "email" or self.preferences.phone is not None
