"""Schedules, moved and cancelled while timers fire early, late, twice, or not at all."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from omnilife.core.errors import NotFound
from omnilife.notifications.claims import CLAIM_S, Busy
from omnilife.notifications.create import When
from omnilife.notifications.manage import cancel_notification, move_notification
from omnilife.notifications.problems import BadSendTime, ExpiresTooSoon, TooLate
from omnilife.notifications.route import route_by_id
from omnilife.notifications.store_deliveries import DeliveryStore
from omnilife.notifications.store_notes import shard_of
from omnilife.notifications.timers import sweep
from tests.support.notifications import House


def cancel(house, made):
    return cancel_notification(house.notes, made.notification_id, clock=house.clock)


def move(house, made, **when):
    return move_notification(house.notes, made.notification_id, When(**when), clock=house.clock)


def test_what_is_cancelled_is_not_sent_by_its_timer_nor_by_the_sweep(house):
    made = house.create(send_in=60)
    assert cancel(house, made).state == "cancelled"
    house.clock.advance(seconds=120)

    assert not house.fire(made.notification_id, 1)
    assert not house.fire(made.notification_id, 2)
    assert sweep(house.router, house.queues, may_go_on=lambda: True) == {"late": 0, "stuck": 0}
    assert house.queues.orders == []


def test_what_is_moved_is_sent_by_the_new_timer_only(house):
    made = house.create(send_in=60)
    moved = move(house, made, send_in=600)
    assert (moved.version, moved.send_at) == (2, house.clock.now() + timedelta(seconds=600))

    house.clock.advance(seconds=60)
    assert not house.fire(made.notification_id, 1)
    assert not house.fire(made.notification_id, 2)  # far too early
    house.clock.advance(seconds=540)
    assert not house.fire(made.notification_id, 1)  # late, and of a schedule that is over
    assert house.fire(made.notification_id, 2)

    assert len(house.queues.orders) == 1


def test_a_timer_that_is_a_few_milliseconds_early_by_our_clock_fires(house):
    made = house.create(send_in=60)
    house.clock.advance(seconds=59.9)

    assert house.fire(made.notification_id, 1)


def test_a_year_ahead_is_a_year_ahead(house):
    made = house.create(send_in=364 * 86_400)
    house.clock.advance(seconds=363 * 86_400)
    assert not house.fire(made.notification_id, 1)
    house.clock.advance(seconds=86_400)

    assert house.fire(made.notification_id, 1)


@pytest.mark.parametrize("change", [cancel, lambda house, made: move(house, made, send_in=60)])
def test_what_went_out_can_neither_be_moved_nor_cancelled(house, change):
    made = house.create(send_in=60)
    house.clock.advance(seconds=60)
    house.fire(made.notification_id, 1)

    with pytest.raises(TooLate) as refused:
        change(house, made)

    assert refused.value.extensions == {"state": "queued"}


def test_many_are_cancelled_and_moved_by_one_write_too(house):
    made = house.create(user_ids=["ada", "ben"], send_in=60)
    move(house, made, send_in=120)
    house.clock.advance(seconds=120)
    assert house.fire(made.notification_id, 2)

    assert len(house.queues.portions) == 1


def test_a_move_says_when_and_neither_into_the_past_nor_behind_the_expiry(house):
    made = house.create(send_in=60, expires_at=house.clock.now() + timedelta(hours=1))

    with pytest.raises(BadSendTime):
        move(house, made)
    with pytest.raises(BadSendTime):
        move(house, made, send_at="2026-11-24T11:00:00Z")
    with pytest.raises(ExpiresTooSoon):
        move(house, made, send_in=3600)
    assert house.note(made.notification_id).version == 1


def test_there_is_nothing_to_cancel_or_move_under_an_unknown_id(house):
    with pytest.raises(NotFound):
        cancel_notification(house.notes, "unknown", clock=house.clock)
    with pytest.raises(NotFound):
        move_notification(house.notes, "unknown", When(send_in=5), clock=house.clock)


class World:
    """One scheduled notification, those who handle it, and what reached its user, when."""

    def __init__(self, house):
        self.house = house
        self.deliveries = DeliveryStore(house.notes.table, house.clock)
        made = house.create(user_id=f"user-{next(NUMBERS)}", send_in=60, notification_id=f"n-{next(NUMBERS)}")
        self.id = made.notification_id
        self.sent = []
        self.cancelled = False

    def advance(self, seconds):
        self.house.clock.advance(seconds=seconds)

    def move(self, seconds):
        try:
            move_notification(self.house.notes, self.id, When(send_in=seconds), clock=self.house.clock)
        except TooLate:
            assert self.cancelled or self.house.note(self.id).state != "scheduled"

    def cancel(self, _):
        try:
            cancel_notification(self.house.notes, self.id, clock=self.house.clock)
        except TooLate:
            return
        assert not self.sent
        self.cancelled = True

    def fire(self, version):
        current = self.house.note(self.id).version
        assert not self.house.fire(self.id, version % 5) or version % 5 == current

    def fire_and_die(self, version):
        """The one who fires dies before the queue has it."""
        self.house.queues.broken = True
        try:
            self.house.fire(self.id, version % 5)
        except ConnectionError:
            pass
        finally:
            self.house.queues.broken = False

    def redeliver(self, _):
        route_by_id(self.house.router, self.id)

    def sweep(self, _):
        shards = [shard_of(self.id)]
        sweep(self.house.router, self.house.queues, may_go_on=lambda: True, shards=shards)
        for each in self.house.queues.routed:
            route_by_id(self.house.router, each)

    def deliver(self, _):
        for order in self.house.queues.orders:
            try:
                if not self.deliveries.claim(order):
                    continue
            except Busy:
                continue
            self.sent.append(self.house.clock.now())
            self.deliveries.sent(order, provider="fake", provider_id="1")

    def check(self):
        assert len(self.sent) <= 1
        assert not (self.cancelled and self.sent)
        if self.cancelled:
            assert self.house.queues.orders == []
        if self.sent:
            assert self.sent[0] >= self.house.note(self.id).due_at - timedelta(seconds=0.5)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ["advance", "move", "cancel", "fire", "fire", "fire_and_die", "redeliver", "sweep", "deliver"]
        ),
        st.integers(1, 130),
    ),
    max_size=14,
)
NUMBERS = iter(range(1_000_000))


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_never_sent_after_a_confirmed_cancel_never_early_never_lost_and_once(
    notifications_table, clock, ids, steps
):
    house = House(notifications_table, clock, ids)
    world = World(house)
    for step, number in steps:
        getattr(world, step)(number)
        world.check()

    # However it stands now: time passes, the sweep comes, the queues are read.
    for _ in range(3):
        world.advance(200)
        world.sweep(0)
        world.deliver(0)
    world.check()
    assert len(world.sent) == (0 if world.cancelled else 1)
    _forget_all(house, world.id)


def _forget_all(house, notification_id):
    """So that the next example's sweep finds its own notification alone."""
    house.notes.table.delete({"pk": f"NOTE#{notification_id}", "sk": "NOTE"})


def order_of(house):
    house.told()
    return house.queues.orders[0]


def test_a_message_whose_worker_died_is_tried_once_more_and_then_left(house):
    order = order_of(house)
    deliveries = DeliveryStore(house.notes.table, house.clock)
    assert deliveries.claim(order)
    with pytest.raises(Busy):
        deliveries.claim(order)

    house.clock.advance(seconds=CLAIM_S)
    assert deliveries.claim(order)
    house.clock.advance(seconds=CLAIM_S)

    assert not deliveries.claim(order)
    (told,) = deliveries.of("user-1", order.notification_id)
    assert (told.state, told.reason, told.tries) == ("uncertain", "worker_died_twice", 2)


def test_a_message_that_was_certainly_not_sent_may_be_tried_for_ever(house):
    order = order_of(house)
    deliveries = DeliveryStore(house.notes.table, house.clock)
    for _ in range(5):
        assert deliveries.claim(order)
        deliveries.give_back(order, "unreachable")

    deliveries.claim(order)
    deliveries.failed(order, "refused")

    assert deliveries.of("user-1", order.notification_id)[0].state == "failed"


def test_what_providers_tell_moves_a_message_up_and_never_down(house):
    order = order_of(house)
    deliveries = DeliveryStore(house.notes.table, house.clock)
    whose = {"user_id": "user-1", "notification_id": order.notification_id, "channel": "email"}
    at = house.clock.now()
    assert not deliveries.note(**whose, what="delivered", at=at)
    deliveries.claim(order)
    deliveries.sent(order, provider="ses", provider_id="1")

    for what in ("opened", "delivered", "clicked"):
        assert deliveries.note(**whose, what=what, at=at, detail="as told")

    (told,) = deliveries.of("user-1", order.notification_id)
    assert told.state == "clicked"
    assert {each["what"] for each in told.events} == {"opened", "delivered", "clicked"}
