"""From the request to the channels' queues."""

from datetime import timedelta

import pytest

from omnilife.notifications.models import DeliveryOrder
from omnilife.notifications.preferences import Preferences, QuietHours
from omnilife.notifications.recipients import Device
from omnilife.notifications.route import route_by_id
from omnilife.notifications.timers import dispatch, sweep
from tests.support.streams import stream_of


def test_a_notification_is_decided_about_and_its_message_ordered(house):
    note = house.told()

    assert note.state == "queued"
    assert house.reasons(note) == [("email", "deliver", "wanted")]
    assert house.queues.orders == [
        DeliveryOrder(
            notification_id=note.notification_id, user_id="user-1", channel="email", category="account"
        )
    ]


def test_routing_twice_orders_once(house):
    note = house.told()

    route_by_id(house.router, note.notification_id)

    assert len(house.queues.orders) == 1
    assert house.recipients.inbox("user-1").unread == 1


def test_who_dies_between_the_queue_and_the_table_has_it_decided_again_and_counted_once(house, monkeypatch):
    made = house.create()
    with monkeypatch.context() as patch:
        patch.setattr(type(house.notes), "routed", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            route_by_id(house.router, made.notification_id)

    route_by_id(house.router, made.notification_id)

    assert len(house.queues.orders) == 2  # whoever delivers claims the message first, and sends one
    assert house.recipients.inbox("user-1").unread == 1
    assert house.note(made.notification_id).state == "queued"


def test_a_queue_that_is_gone_leaves_the_notification_due(house):
    made = house.create()
    house.queues.broken = True
    with pytest.raises(ConnectionError):
        route_by_id(house.router, made.notification_id)

    assert house.note(made.notification_id).state == "due"


def test_quiet_hours_schedule_the_notification_anew_under_a_new_version(house):
    house.recipients.prefer(
        "user-1",
        Preferences(quiet_hours=QuietHours(start="11:00", end="13:00")),
        now=house.clock.now(),
    )
    note = house.told()
    assert (note.state, note.version) == ("scheduled", 2)

    house.clock.advance(seconds=3600)
    assert not house.fire(note.notification_id, 1)
    assert house.fire(note.notification_id, 2)

    assert [order.channel for order in house.queues.orders] == ["email"]
    assert house.recipients.inbox("user-1").unread == 1


def test_an_escalation_stops_when_the_notification_was_opened(house):
    house.recipients.add_device("user-1", Device("d1", "ios", "t"), now=house.clock.now())
    note = house.told(channels="auto", escalate_after=600)
    assert [order.channel for order in house.queues.orders] == ["push"]

    house.notes.opened(note.notification_id, at=house.clock.now())
    house.clock.advance(seconds=600)
    assert house.fire(note.notification_id, 2)

    assert [order.channel for order in house.queues.orders] == ["push"]
    assert house.note(note.notification_id).state == "queued"


def test_an_escalation_goes_on_by_mail_when_nobody_looked(house):
    house.recipients.add_device("user-1", Device("d1", "ios", "t"), now=house.clock.now())
    note = house.told(channels="auto", escalate_after=600)
    house.clock.advance(seconds=600)

    house.fire(note.notification_id, 2)

    assert [order.channel for order in house.queues.orders] == ["push", "email"]


def test_of_a_throttled_kind_a_user_gets_ten_an_hour(house):
    notes = [house.told(category="reminder") for _ in range(12)]

    assert [note.state for note in notes] == ["queued"] * 10 + ["suppressed"] * 2
    assert house.reasons(notes[-1]) == [("email", "suppress", "throttled")]
    assert house.told(category="order").state == "queued"


def test_what_is_muted_in_the_inbox_does_not_arrive_there(house):
    wishes = Preferences.model_validate({"categories": {"marketing": {"inbox": False, "email": False}}})
    house.recipients.prefer("user-1", wishes, now=house.clock.now())

    note = house.told(category="marketing")

    assert (note.state, note.arrived_at) == ("suppressed", None)
    assert house.recipients.inbox("user-1").unread == 0


def test_what_expired_while_it_waited_is_not_told_nor_put_in_the_inbox(house):
    made = house.create(expires_at=house.clock.now() + timedelta(seconds=10))
    house.clock.advance(seconds=20)

    route_by_id(house.router, made.notification_id)

    note = house.note(made.notification_id)
    assert (note.state, note.arrived_at, house.queues.orders) == ("expired", None, [])


def test_the_stream_has_what_is_due_decided_about_and_timers_set_that_are_soon(house):
    due = house.create()
    soon = house.create(send_in=600)
    house.create(send_in=3600)
    moved = house.create(send_in=7200)
    before = house.notes.table.get(f"NOTE#{moved.notification_id}", "NOTE")
    house.notes.move(moved.notification_id, house.clock.now() + timedelta(seconds=60))

    dispatch(
        stream_of(house.notes.table, changed={moved.notification_id: before}), house.queues, clock=house.clock
    )

    assert house.queues.routed == [due.notification_id]
    assert [(timer["notification_id"], timer["version"]) for timer in house.queues.timers] == [
        (soon.notification_id, 1),
        (moved.notification_id, 2),
    ]


def test_the_sweep_fires_what_has_no_timer_and_has_what_is_stuck_routed_again(house):
    late = house.create(send_in=600)
    stuck = house.create()
    house.create(send_in=7200)
    house.clock.advance(seconds=606)

    found = sweep(house.router, house.queues, may_go_on=lambda: True)

    assert found == {"late": 1, "stuck": 1}
    assert house.queues.routed == [stuck.notification_id]
    assert house.note(late.notification_id).state == "queued"


def test_the_sweep_leaves_a_notification_to_the_dead_letters_in_the_end(house):
    house.create()
    found = []
    for _ in range(12):
        house.clock.advance(seconds=86_400)
        found.append(sweep(house.router, house.queues, may_go_on=lambda: True)["stuck"])

    assert found == [1] * 8 + [0] * 4


def test_the_sweep_stops_when_its_time_is_over(house):
    house.create()
    house.clock.advance(seconds=600)

    assert sweep(house.router, house.queues, may_go_on=lambda: False) == {"late": 0, "stuck": 0}


def test_a_notification_that_vanished_is_no_error(house):
    route_by_id(house.router, "nobody-knows-it")

    assert not house.fire("nobody-knows-it", 1)
