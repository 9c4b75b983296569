"""Devices that push messages go to."""

import pytest

from omnilife.core.errors import NotFound
from omnilife.notifications.devices import NewDevice, forget_device, register_device
from omnilife.notifications.problems import TooManyDevices
from omnilife.notifications.store_recipients import MAX_DEVICES


def device(number: int = 1) -> NewDevice:
    return NewDevice(platform="android", device_token=f"token:{number:020}")


def test_a_device_is_registered_once_however_often(house, clock):
    first = register_device(house.recipients, "user-1", device(), clock=clock)
    assert register_device(house.recipients, "user-1", device(), clock=clock) == first
    [found] = house.recipients.recipient("user-1").devices
    assert (found.device_id, found.token) == (first.device_id, device().device_token)


def test_a_user_has_so_many_devices_and_no_more(house, clock):
    for number in range(MAX_DEVICES):
        register_device(house.recipients, "user-1", device(number), clock=clock)
    register_device(house.recipients, "user-1", device(0), clock=clock)
    with pytest.raises(TooManyDevices):
        register_device(house.recipients, "user-1", device(99), clock=clock)
    assert len(house.recipients.recipient("user-1").devices) == MAX_DEVICES


def test_a_device_can_be_forgotten_by_its_user_alone(house, clock):
    made = register_device(house.recipients, "user-1", device(), clock=clock)
    with pytest.raises(NotFound):
        forget_device(house.recipients, "user-2", made.device_id)
    forget_device(house.recipients, "user-1", made.device_id)
    assert house.recipients.recipient("user-1").devices == ()


def test_a_token_that_is_none_is_refused():
    with pytest.raises(ValueError, match="device_token"):
        NewDevice(platform="ios", device_token="two words, and more of them")
