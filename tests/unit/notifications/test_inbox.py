"""The inbox: a counter that is right, whatever its reader does."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from omnilife.core.cursors import BadCursor, CursorCodec
from omnilife.core.errors import NotFound
from omnilife.core.retries import Retrying
from omnilife.notifications.inbox import Seen, change_seen, list_inbox, read_all
from omnilife.notifications.store_recipients import RecipientStore
from tests.support.notifications import House

CURSORS = CursorCodec(b"c" * 43)


def look(house, user_id="user-1", *, limit=20, cursor=None, **filters):
    return list_inbox(
        house.notes, house.recipients, user_id, cursors=CURSORS, limit=limit, cursor=cursor, **filters
    )


def mark(house, notification_id, user_id="user-1", **seen):
    return change_seen(
        house.notes, house.recipients, notification_id, Seen(**seen), user_id=user_id, clock=house.clock
    )


def arrive(house, **wanted):
    house.clock.advance(seconds=1)
    return house.told(**wanted).notification_id


def test_what_arrives_is_unread_and_the_latest_comes_first(house):
    first, second = arrive(house), arrive(house)

    page = look(house)

    assert [item.notification_id for item in page.items] == [second, first]
    assert (page.unread, page.next_cursor) == (2, None)


def test_what_is_scheduled_is_not_there_yet(house):
    house.create(send_in=60)

    assert look(house).items == []


def test_reading_twice_counts_once(house):
    one = arrive(house)

    assert mark(house, one, read=True).read
    assert mark(house, one, read=True).read
    assert look(house).unread == 0
    assert not mark(house, one, read=False).read
    assert look(house).unread == 1


def test_what_is_archived_leaves_the_inbox_and_the_counter_and_comes_back(house):
    one = arrive(house)

    mark(house, one, archived=True)
    assert (look(house).items, look(house).unread) == ([], 0)
    assert [item.archived for item in look(house, state="archived").items] == [True]
    mark(house, one, archived=False)

    assert (len(look(house).items), look(house).unread) == (1, 1)


def test_read_all_is_one_write_and_leaves_what_comes_after_it_unread(house):
    before = [arrive(house) for _ in range(3)]

    assert read_all(house.recipients, "user-1", clock=house.clock).unread == 0
    after = house.told().notification_id  # in the same millisecond

    page = look(house)
    assert (page.unread, page.items[0].notification_id) == (1, after)
    assert [item.read for item in page.items] == [False, True, True, True]
    assert not mark(house, before[0], read=False).read
    assert look(house).unread == 2


def test_filters_and_cursors_go_through_all_of_it(house):
    wanted = [arrive(house, category="order") for _ in range(3)]
    for _ in range(4):
        arrive(house)
    mark(house, wanted[0], read=True)

    seen, cursor = [], None
    while True:
        page = look(house, limit=2, cursor=cursor, category="order")
        seen += [item.notification_id for item in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break

    assert seen == wanted[::-1]
    assert [item.notification_id for item in look(house, state="unread", category="order").items] == wanted[
        :0:-1
    ]


def test_a_cursor_of_another_inbox_is_refused(house):
    arrive(house), arrive(house)
    cursor = look(house, limit=1).next_cursor

    with pytest.raises(BadCursor):
        look(house, "user-2", cursor=cursor)


def test_anothers_notification_is_not_there(house):
    one = arrive(house)

    with pytest.raises(NotFound):
        mark(house, one, "user-2", read=True)
    with pytest.raises(NotFound):
        mark(house, "unknown", read=True)
    assert look(house).unread == 1


def test_a_scheduled_one_cannot_be_marked(house):
    made = house.create(send_in=60)

    with pytest.raises(NotFound):
        mark(house, made.notification_id, read=True)


def test_who_is_overtaken_looks_again(house, monkeypatch):
    one = arrive(house)
    old = house.recipients.inbox("user-1")
    arrive(house)
    answers = [old]
    current = RecipientStore.inbox
    monkeypatch.setattr(
        RecipientStore, "inbox", lambda self, user: answers.pop() if answers else current(self, user)
    )

    assert change_seen(
        house.notes,
        house.recipients,
        one,
        Seen(read=True),
        user_id="user-1",
        clock=house.clock,
        retrying=Retrying(sleep=lambda _: None),
    ).read
    monkeypatch.undo()
    assert look(house).unread == 1


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["arrive", "read", "unread", "archive", "restore", "read_all", "tick"]),
        st.integers(0, 3),
    ),
    max_size=14,
)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_the_counter_is_the_number_of_unread_ones_in_the_inbox(notifications_table, clock, steps):
    made = iter(range(10_000))
    house = House(notifications_table, clock, lambda: f"n-{clock.now().timestamp():.0f}-{next(made):06}")
    user = f"user-{next(USERS)}"
    there = []
    changes = {
        "read": {"read": True},
        "unread": {"read": False},
        "archive": {"archived": True},
        "restore": {"archived": False},
    }
    for step, number in steps:
        if step == "arrive":
            there.append(house.told(user_id=user, notification_id=f"{user}-{len(there):012}").notification_id)
        elif step == "read_all":
            read_all(house.recipients, user, clock=clock)
        elif step == "tick":
            clock.advance(seconds=1)
        elif there:
            mark(house, there[number % len(there)], user, **changes[step])

    page = look(house, user, limit=100)
    assert page.unread == sum(not item.read for item in page.items)
    assert len(page.items) + len(look(house, user, limit=100, state="archived").items) == len(there)


USERS = iter(range(10_000))
