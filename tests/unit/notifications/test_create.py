"""Asking for notifications: what is taken, what is refused, and what is made of it."""

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from omnilife.core.errors import IdempotencyConflict, Invalid
from omnilife.core.idempotency import Idempotency
from omnilife.notifications.create import When
from omnilife.notifications.fan_out import child_id
from omnilife.notifications.ids import derived_id
from omnilife.notifications.lists import key_of
from omnilife.notifications.problems import (
    BadSendTime,
    ExpiresTooSoon,
    HeaderInjection,
    ListNotUploaded,
    MissingVariables,
    TooManyRecipients,
    UnknownTemplate,
    UnknownZone,
    UnsafeLink,
)

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def nothing_was_kept(house):
    return house.notes.table.query("DUE#0", index="index2", limit=10).items == []


def test_without_a_time_it_is_due_at_once(house):
    made = house.create()

    assert (made.state, made.send_at, made.recipients) == ("due", NOON, 1)
    assert house.note(made.notification_id).created_by == "key:tests"


@pytest.mark.parametrize(
    ("when", "at"),
    [
        ({"send_in": 60}, NOON + timedelta(seconds=60)),
        ({"send_at": "2026-11-24T13:30:00+01:00"}, datetime(2026, 11, 24, 12, 30, tzinfo=UTC)),
        (
            {"send_at": "2026-12-24T18:00", "time_zone": "Europe/Berlin"},
            datetime(2026, 12, 24, 17, tzinfo=UTC),
        ),
        # In that night clocks go from two to three; and in this one from three to two.
        ({"send_at": "2027-03-28T02:30", "time_zone": "Europe/Berlin"}, datetime(2027, 3, 28, 1, tzinfo=UTC)),
        (
            {"send_at": "2027-10-31T02:30:00", "time_zone": "Europe/Berlin"},
            datetime(2027, 10, 31, 0, 30, tzinfo=UTC),
        ),
        ({"send_in": 364 * 86_400}, NOON + timedelta(days=364)),
    ],
    ids=["send_in", "offset", "zone", "gap", "twice", "horizon"],
)
def test_a_time_is_one_instant(when, at):
    assert (
        When.model_validate(when).instant(
            NOON - timedelta(0) if "2027-10" not in str(when) else at - timedelta(days=9)
        )
        == at
    )


@pytest.mark.parametrize(
    ("when", "problem"),
    [
        ({"send_at": "2026-11-24T11:59:59Z"}, BadSendTime),
        ({"send_at": "2026-11-24T12:00:00Z"}, BadSendTime),
        ({"send_at": "2027-11-24T12:00:00Z"}, BadSendTime),
        ({"send_in": 364 * 86_400 + 1}, BadSendTime),
        ({"send_at": "tomorrow"}, BadSendTime),
        ({"send_at": "2026-12-24T18:00"}, BadSendTime),
        ({"send_at": "2026-12-24T18:00Z", "time_zone": "Europe/Berlin"}, BadSendTime),
        ({"send_at": "2026-13-24T18:00", "time_zone": "Europe/Berlin"}, BadSendTime),
        ({"send_at": "2026-12-24T18:00", "time_zone": "Europe/Atlantis"}, UnknownZone),
        ({"template": "no_such_thing"}, UnknownTemplate),
        ({"template": "digest", "data": {"count": 1}}, MissingVariables),
        ({"user_ids": [f"user-{number}" for number in range(1_001)]}, TooManyRecipients),
        ({"content": {"title": "News\r\nBcc: all@example.com", "text": "x"}}, HeaderInjection),
        ({"content": {"title": "News", "text": "x", "link": "javascript:alert(1)"}}, UnsafeLink),
        ({"content": {"title": "News", "text": "x", "link": "https://"}}, UnsafeLink),
        ({"content": {"title": "News", "text": "x", "link": "//example.com"}}, UnsafeLink),
        ({"content": {"title": "News", "text": "x", "link": "http://[::1"}}, UnsafeLink),
        ({"template": "welcome", "data": {"link": " JavaScript:alert(1)"}}, UnsafeLink),
        ({"expires_at": NOON}, ExpiresTooSoon),
        ({"expires_at": NOON + timedelta(seconds=5), "send_in": 5}, ExpiresTooSoon),
        ({"list_id": "nobody-uploaded-it"}, ListNotUploaded),
        ({"channels": ["email", "email"]}, Invalid),
    ],
)
def test_bad_input_has_its_own_problem_and_nothing_is_kept(house, when, problem):
    with pytest.raises(problem) as refused:
        house.create(**when)

    assert type(refused.value) is problem
    assert nothing_was_kept(house)


@pytest.mark.parametrize(
    "wanted",
    [
        {"user_id": None},
        {"user_ids": []},
        {"template": "welcome", "content": {"title": "a", "text": "b"}},
        {"escalate_after": 600},
        {"escalate_after": 59, "channels": "auto"},
        {"send_in": 5, "send_at": "2026-12-24T18:00:00Z"},
        {"time_zone": "Europe/Berlin"},
        {"data": {"text": "x" * 8_000}},
        {"category": "gossip"},
        {"channels": ["pigeon"]},
        {"content": {"title": "a", "text": "x" * 10_001}},
        {"digest_key": "a b"},
    ],
    ids=lambda wanted: next(iter(wanted)),
)
def test_what_makes_no_sense_is_invalid(house, wanted):
    with pytest.raises(ValidationError):
        house.create(**wanted)

    assert nothing_was_kept(house)


def test_many_users_are_one_notification_that_names_what_each_will_get(house):
    made = house.create(user_ids=["ada", "ben", "ada"], send_in=60)

    note = house.note(made.notification_id)
    assert (note.kind, note.user_ids, made.recipients) == ("many", ("ada", "ben"), 2)
    assert made.notification_ids == (child_id(note, "ada"), child_id(note, "ben"))


def test_a_list_is_looked_at_before_it_is_taken(house):
    house.s3.objects[key_of("friends")] = b'{"user_id": "ada"}\n\n{"user_id": "ben"}\n'

    made = house.create(list_id="friends")

    assert (made.recipients, made.notification_ids) == (2, None)


@pytest.mark.parametrize(
    "text",
    [b"", b"\n\n", b"ada\n", b'{"user": "ada"}', b'{"user_id": 7}', b'{"user_id": "a b"}', b"[]", b"x" * 500],
)
def test_a_list_with_a_line_that_names_nobody_is_refused(house, text):
    house.s3.objects[key_of("friends")] = text

    with pytest.raises(Invalid):
        house.create(list_id="friends")

    assert nothing_was_kept(house)


def test_a_list_of_more_than_100_000_lines_is_refused(house):
    house.s3.objects[key_of("crowd")] = b'{"user_id": "ada"}\n' * 100_001

    with pytest.raises(TooManyRecipients):
        house.create(list_id="crowd")


def test_the_same_key_and_body_make_one_notification(house):
    key = Idempotency("k1", "key:tests", "POST /create", "hash")

    first = house.create(idempotency=key)
    again = house.create(idempotency=key)

    assert again == first
    with pytest.raises(IdempotencyConflict):
        house.create(idempotency=Idempotency("k1", "key:tests", "POST /create", "another"))


def test_who_asks_twice_because_of_one_event_makes_one_notification(house):
    fixed = derived_id("event-1", "user-1", at=NOON)

    first = house.create(notification_id=fixed)
    again = house.create(notification_id=fixed, content={"title": "Other", "text": "x"})

    assert first.notification_id == again.notification_id
    assert house.note(fixed).content.title == "News"


def test_a_derived_id_is_a_uuid_of_version_7_and_its_millisecond():
    made = derived_id("a", "b", at=NOON)

    assert made == derived_id("a", "b", at=NOON) != derived_id("ab", "", at=NOON)
    assert made[14] == "7"
    assert made[19] in "89ab"
    assert int(made.replace("-", "")[:12], 16) == NOON.timestamp() * 1000
