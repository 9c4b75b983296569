"""Preferences: what can be wished for, and what is wished for when nobody says."""

import pytest
from pydantic import ValidationError

from omnilife.notifications.preferences import Preferences, StoredPreferences
from omnilife.notifications.problems import BadPhoneNumber, CannotMute, UnknownZone
from omnilife.notifications.recipients import Device


def test_without_a_wish_it_is_as_the_shop_has_it(house):
    assert house.recipients.preferences("user-1") == StoredPreferences()
    assert Preferences().wants("order", "email")
    assert not Preferences().wants("marketing", "sms")
    assert Preferences.model_validate({"categories": {"marketing": {"sms": True}}}).wants("marketing", "sms")


def test_what_is_put_is_what_is_read_and_counts_its_versions(house):
    wishes = Preferences.model_validate(
        {
            "categories": {"marketing": {"email": False}},
            "time_zone": "Europe/Berlin",
            "quiet_hours": {"start": "22:00", "end": "07:00"},
            "phone": "+491711234567",
        }
    )

    assert house.recipients.prefer("user-1", wishes, now=house.clock.now()) == 1
    assert house.recipients.prefer("user-1", wishes, now=house.clock.now()) == 2

    stored = house.recipients.preferences("user-1")
    assert (stored.version, stored.updated_at) == (2, house.clock.now())
    assert Preferences.model_validate(stored.model_dump(include=set(Preferences.model_fields))) == wishes
    assert house.recipients.recipient("user-1").preferences == wishes


@pytest.mark.parametrize(
    ("wishes", "problem"),
    [
        ({"time_zone": "Europe/Atlantis"}, UnknownZone),
        ({"phone": "0171 1234567"}, BadPhoneNumber),
        ({"phone": "+0171123456"}, BadPhoneNumber),
        ({"phone": "+49171123456\n"}, BadPhoneNumber),
        ({"phone": "+4917112345678901"}, BadPhoneNumber),
        ({"categories": {"security": {"email": False}}}, CannotMute),
    ],
)
def test_what_cannot_be_followed_has_its_own_problem(wishes, problem):
    with pytest.raises(problem):
        Preferences.model_validate(wishes).checked()


@pytest.mark.parametrize(
    "wishes",
    [
        {"quiet_hours": {"start": "22:00", "end": "22:00"}},
        {"quiet_hours": {"start": "24:00", "end": "07:00"}},
        {"categories": {"gossip": {"email": True}}},
        {"categories": {"order": {"pigeon": True}}},
        {"digest": "hourly"},
        {"language": "en_GB!"},
        {"unknown": 1},
    ],
)
def test_what_makes_no_sense_is_invalid(wishes):
    with pytest.raises(ValidationError):
        Preferences.model_validate(wishes)


def test_security_may_be_switched_on_where_it_is_on_anyhow():
    wishes = Preferences.model_validate({"categories": {"security": {"email": True}}})

    assert wishes.checked() == wishes


def test_a_suppressed_channel_is_told_of_and_can_be_lifted(house):
    house.recipients.suppress("user-1", "email", "bounced", now=house.clock.now(), address_hash="abc")
    assert house.recipients.preferences("user-1").suppressed == {"email": "bounced"}
    assert house.recipients.recipient("user-1").suppressed["email"].address_hash == "abc"

    house.recipients.lift("user-1", "email")

    assert house.recipients.recipient("user-1").suppressed == {}


def test_a_device_makes_push_reachable_until_it_is_removed(house):
    house.recipients.add_device("user-1", Device("d1", "ios", "secret"), now=house.clock.now())
    assert house.recipients.recipient("user-1").reachable("push")
    assert "secret" not in repr(house.recipients.recipient("user-1"))

    assert house.recipients.remove_device("user-1", "d1")
    assert not house.recipients.remove_device("user-1", "d1")
    assert not house.recipients.recipient("user-1").reachable("push")
