"""Two at once: who comes second does nothing, or looks again."""

from datetime import timedelta

import pytest

from omnilife.core.errors import Unavailable
from omnilife.core.retries import Retrying
from omnilife.notifications.decide import THROTTLE
from omnilife.notifications.lists import MAX_BYTES, RecipientLists, key_of
from omnilife.notifications.problems import TooManyRecipients
from omnilife.notifications.route import route_by_id
from omnilife.notifications.store_deliveries import DeliveryStore
from omnilife.notifications.store_notes import MAX_SWEEPS
from omnilife.notifications.store_recipients import Inbox, RecipientStore
from tests.support.faults import refusal
from tests.support.notifications import FakeS3


def stale(house, monkeypatch, times):
    """The next readings of an inbox are as it was before anything arrived."""
    current, left = RecipientStore.inbox, [Inbox("user-1")] * times
    monkeypatch.setattr(
        RecipientStore, "inbox", lambda self, user: left.pop() if left else current(self, user)
    )


def patient(house):
    return RecipientStore(house.notes.table, Retrying(sleep=lambda _: None))


def test_two_notifications_that_arrive_at_once_are_both_counted(house, monkeypatch):
    house.told()
    stale(house, monkeypatch, times=2)

    patient(house).count("user-1", "other", unread=True, throttle=False, now=house.clock.now())

    assert house.recipients.inbox("user-1").unread == 2


def test_an_inbox_that_never_holds_still_is_unavailable(house, monkeypatch):
    house.told()
    ticks = iter(range(100))
    impatient = RecipientStore(
        house.notes.table, Retrying(sleep=lambda _: None, monotonic=lambda: float(next(ticks)))
    )
    stale(house, monkeypatch, times=100)

    with pytest.raises(Unavailable):
        impatient.count("user-1", "other", unread=True, throttle=False, now=house.clock.now())


def test_read_all_looks_again_when_something_arrives_meanwhile(house, monkeypatch):
    house.told()
    stale(house, monkeypatch, times=1)

    patient(house).read_all("user-1", now=house.clock.now())

    assert house.recipients.inbox("user-1").unread == 0


def test_the_throttle_lets_through_what_the_limit_says_and_more_after_a_while(house):
    def verdicts(count, start):
        return [
            house.recipients.count(
                "user-1", f"{start}-{number:04}", unread=False, throttle=True, now=house.clock.now()
            ).throttled
            for number in range(count)
        ]

    assert verdicts(THROTTLE.requests + 1, "a") == [False] * THROTTLE.requests + [True]
    house.clock.advance(seconds=THROTTLE.seconds / THROTTLE.requests)
    assert verdicts(2, "b") == [False, True]


def test_what_was_routed_meanwhile_is_neither_swept_nor_composed(house):
    made = house.create()
    before = house.note(made.notification_id)
    route_by_id(house.router, made.notification_id)

    assert house.notes.postpone_sweep(before, house.clock.now()) > MAX_SWEEPS
    assert not house.notes.routed(before, before.model_copy(update={"state": "suppressed"}))
    house.notes.opened(made.notification_id, at=house.clock.now())
    house.notes.opened(made.notification_id, at=house.clock.now() + timedelta(hours=1))
    house.notes.opened("unknown", at=house.clock.now())

    note = house.note(made.notification_id)
    assert (note.state, note.opened_at) == ("queued", house.clock.now())


def test_reports_of_two_providers_at_once_are_both_kept(house, monkeypatch):
    house.told()
    deliveries = DeliveryStore(house.notes.table, house.clock)
    order = house.queues.orders[0]
    deliveries.claim(order)
    key = (f"LOGS#{order.user_id}", f"DELIVERY#{order.notification_id}#email")
    old = house.notes.table.get(*key)
    deliveries.sent(order, provider="ses", provider_id="1")
    answers, current = [old], type(house.notes.table).get
    monkeypatch.setattr(
        type(house.notes.table),
        "get",
        lambda self, *args, **more: answers.pop() if answers else current(self, *args, **more),
    )

    told = deliveries.note(
        user_id="user-1",
        notification_id=order.notification_id,
        channel="email",
        what="delivered",
        at=house.clock.now(),
    )

    assert told
    assert deliveries.of("user-1", order.notification_id)[0].state == "delivered"


def test_a_list_over_its_size_is_refused_before_it_is_read(house):
    house.s3.objects[key_of("huge")] = b"x" * (MAX_BYTES + 1)

    with pytest.raises(TooManyRecipients):
        house.lists.check("huge")

    assert house.s3.reads == 0


def test_a_bucket_that_fails_is_no_missing_list():
    class Broken(FakeS3):
        def head_object(self, **_):
            raise refusal("SlowDown", status=503)

    with pytest.raises(Exception, match="SlowDown"):
        RecipientLists("bucket", Broken()).size("any")
