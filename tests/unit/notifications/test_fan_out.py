"""One notification for many: each is told once, in whatever portions."""

import json
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from omnilife.notifications.fan_out import child_id, fan_out_portion, split
from omnilife.notifications.lists import RecipientLists, key_of
from omnilife.notifications.queues import Portion
from omnilife.notifications.route import route_by_id
from tests.support.notifications import FakeS3


def fan_out_all(house):
    return [
        fan_out_portion(house.notes, house.lists, portion, clock=house.clock)
        for portion in house.queues.portions
    ]


def test_users_of_a_request_are_told_each_once(house):
    users = [f"user-{number}" for number in range(205)]
    note = house.told(user_ids=users)
    assert (note.state, len(house.queues.portions)) == ("fanned_out", 3)

    made = fan_out_all(house)
    again = fan_out_all(house)

    assert (made, again) == ([100, 100, 5], [0, 0, 0])
    child = house.note(child_id(note, "user-204"))
    assert (child.user_id, child.parent_id, child.state, child.kind) == (
        "user-204",
        note.notification_id,
        "due",
        "one",
    )


def test_a_child_is_decided_about_as_any_other(house):
    note = house.told(user_ids=["ada"])
    fan_out_all(house)

    route_by_id(house.router, child_id(note, "ada"))

    assert [(order.user_id, order.channel) for order in house.queues.orders] == [("ada", "email")]


def test_a_list_is_told_in_portions(house):
    lines = [json.dumps({"user_id": f"user-{number:05}"}) for number in range(700)]
    house.s3.objects[key_of("crowd")] = "\n".join(lines).encode()
    house.told(list_id="crowd")
    assert len(house.queues.portions) == 2

    assert sum(fan_out_all(house)) == 700


def test_what_has_expired_is_not_fanned_out(house):
    made = house.create(user_ids=["ada", "ben"], expires_at=house.clock.now() + timedelta(seconds=5))
    portion = Portion(made.notification_id, 0, 2)
    house.clock.advance(seconds=6)

    route_by_id(house.router, made.notification_id)

    assert (house.note(made.notification_id).state, house.queues.portions) == ("expired", [])
    assert fan_out_portion(house.notes, house.lists, portion, clock=house.clock) == 0


def test_a_portion_of_nothing_makes_nothing(house):
    assert fan_out_portion(house.notes, house.lists, Portion("gone", 0, 10), clock=house.clock) == 0


@settings(max_examples=80)
@given(
    st.lists(st.from_regex(r"[A-Za-z0-9._-]{1,64}", fullmatch=True) | st.just(""), max_size=30),
    st.integers(1, 120),
    st.booleans(),
)
def test_portions_of_any_size_name_every_line_of_a_list_once(users, size, ends):
    lines = [json.dumps({"user_id": user}) if user else "" for user in users]
    text = "\n".join(lines).encode() + (b"\n" if ends else b"")
    s3 = FakeS3()
    s3.objects[key_of("list")] = text
    lists = RecipientLists("bucket", s3)

    read = [
        user
        for start in range(0, len(text), size)
        for user in lists.users("list", start, min(start + size, len(text)))
    ]

    assert read == [user for user in users if user]


def test_every_portion_of_a_request_together_is_all_of_it(house):
    made = house.create(user_ids=[f"user-{number}" for number in range(1_000)], send_in=5)
    portions = split(house.note(made.notification_id), house.lists)

    assert [(each.start, each.end) for each in portions] == [(n, n + 100) for n in range(0, 1_000, 100)]
