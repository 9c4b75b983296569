"""One notification for many: each is told once, in whatever portions."""

import json
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from omnilife.notifications.claims import Busy
from omnilife.notifications.fan_out import child_id, fan_out_portion, split
from omnilife.notifications.lists import RecipientLists, key_of
from omnilife.notifications.preferences import Preferences
from omnilife.notifications.queues import Portion
from omnilife.notifications.route import route_by_id
from omnilife.notifications.store_deliveries import DeliveryStore
from omnilife.notifications.store_notes import NoteStore
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


def test_whatever_fails_on_the_way_everybody_of_a_list_is_accounted_for(house, monkeypatch):
    """Functions die, the table and a queue fail: in the end each is told once or has a reason why not."""
    users = [f"user-{number}" for number in range(60)]
    for muted in users[:5]:
        wishes = Preferences.model_validate({"categories": {"marketing": {"email": False}}})
        house.recipients.prefer(muted, wishes, now=house.clock.now())
    luck = Random(7)  # noqa: S311 (the same faults each time)
    failing(monkeypatch, NoteStore, "add_once", luck, 0.01)
    failing(monkeypatch, NoteStore, "routed", luck, 0.15)
    failing(monkeypatch, type(house.queues), "deliver", luck, 0.15)
    made = attempt(lambda: house.create(user_ids=users, category="marketing"))
    attempt(lambda: route_by_id(house.router, made.notification_id))
    parent = house.note(made.notification_id)

    for portion in house.queues.portions:
        attempt(lambda portion=portion: fan_out_portion(house.notes, house.lists, portion, clock=house.clock))
    for user in users:
        attempt(lambda user=user: route_by_id(house.router, child_id(parent, user)))

    told = [house.note(child_id(parent, user)) for user in users]
    assert Counter(note.state for note in told) == {"suppressed": 5, "queued": 55}
    assert {order.user_id for order in house.queues.orders} == set(users[5:])
    assert all(house.recipients.inbox(user).unread == 1 for user in users)
    deliveries = DeliveryStore(house.notes.table, house.clock)
    sent = [order for order in house.queues.orders if claimed(deliveries, order)]
    assert sorted(order.user_id for order in sent) == sorted(users[5:])


def failing(monkeypatch, owner, name, luck, share):
    """Such a share of a method's calls fails before it does anything, and as many after it did."""
    real = getattr(owner, name)

    def call(self, *args, **more):
        fate = luck.random()
        if fate < share:
            raise ConnectionError("it failed before")
        answer = real(self, *args, **more)
        if fate > 1 - share:
            raise ConnectionError("it died after")
        return answer

    monkeypatch.setattr(owner, name, call)


def attempt(step):
    """As a queue does: until it succeeds."""
    for _ in range(100):
        with suppress(ConnectionError):
            return step()
    raise AssertionError("it never succeeds")


def claimed(deliveries, order):
    try:
        return deliveries.claim(order)
    except Busy:
        return False
