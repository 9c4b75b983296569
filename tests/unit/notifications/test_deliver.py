"""Messages that were ordered: handed over at most twice, and each way of failing taken for what it is."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from omnilife.core.consumer import Envelope
from omnilife.core.events import ReceivedEvent
from omnilife.core.limits import Limit
from omnilife.notifications.deliver import LONGEST_WAIT_S, Post, Target, deliver_orders
from omnilife.notifications.gates import FAILURES, PAUSE_S, Gate
from omnilife.notifications.posts import push_targets, sms_targets
from omnilife.notifications.preferences import Preferences
from omnilife.notifications.provider import ProviderDown, RecipientInvalid, Refused, RetryLater
from omnilife.notifications.recipients import Device
from omnilife.notifications.signed_links import SignedLinks
from omnilife.notifications.store_deliveries import DeliveryStore
from omnilife.notifications.store_templates import TemplateStore

LINKS = SignedLinks("k" * 43, "https://api.shop.example")
NOW = 1_000.0


class Provider:
    """Keeps what it is given, or fails as told: by address, or for all."""

    name, channel = "fake", "email"

    def __init__(self):
        self.sent, self.failures = [], {}

    def send(self, message, *, to):
        failure = self.failures.get(to, self.failures.get("*"))
        if failure is not None:
            raise failure
        self.sent.append((to, message))
        return f"id-{len(self.sent)}"


class Desk:
    """A channel's post, and its queue."""

    def __init__(self, house, table, clock, targets):
        self.house, self.provider, self.waits, self.slept = house, Provider(), [], []
        self.time = NOW
        self.gate = Gate(Limit("x", 100, 1), monotonic=lambda: self.time, sleep=self.slept.append)
        self.deliveries = DeliveryStore(table, clock)
        self.post = Post(
            self.deliveries,
            house.notes,
            house.recipients,
            TemplateStore(table),
            self.provider,
            self.gate,
            targets,
            lambda receipt, seconds: self.waits.append((receipt, seconds)),
            base_url="https://shop.example",
            links=LINKS,
            clock=clock,
            uniform=max,
        )

    def deliver(self, order, receives=1):
        """Returns whether the queue is rid of it."""
        event = ReceivedEvent.model_validate(
            {
                "id": "e1",
                "type": "DeliveryOrdered",
                "time": "2026-11-24T20:29:00Z",
                "aggregate": "notification",
                "aggregate_id": order.notification_id,
                "version": 0,
                "correlation_id": "c",
                "actor": "system:notifications",
                "data": order.model_dump(mode="json"),
            }
        )
        return list(deliver_orders([Envelope("r1", event, "receipt", receives)], self.post)) == []

    def state(self, order):
        [found] = self.deliveries.of(order.user_id, order.notification_id)
        return found.state, found.reason


@pytest.fixture
def desk(house, notifications_table, clock):
    return Desk(house, notifications_table, clock, lambda *_: [Target("ada@example.com", "Ada")])


def ordered(desk, **wanted):
    desk.house.told(**wanted)
    return desk.house.queues.orders[-1]


def test_a_message_is_handed_over_and_noted(desk):
    order = ordered(desk, template="welcome")
    assert desk.deliver(order)
    [(to, message)] = desk.provider.sent
    assert to == "ada@example.com"
    assert message.rendered.subject == "Welcome to OmniLife, Ada"
    assert message.key == order.key
    assert message.tags["notification_id"] == order.notification_id
    assert desk.state(order) == ("sent", None)


def test_a_message_that_comes_again_is_not_sent_again(desk):
    order = ordered(desk)
    assert desk.deliver(order)
    assert desk.deliver(order)
    assert len(desk.provider.sent) == 1


def test_a_mail_can_be_unsubscribed_from_with_one_click_and_its_links_are_counted(desk):
    order = ordered(desk, template="reminder", data={"title": "x", "text": "y", "url": "https://z.example/"})
    desk.deliver(order)
    message = desk.provider.sent[0][1]
    leave = message.headers["List-Unsubscribe"].strip("<>")
    assert LINKS.read_unsubscribe(leave.rpartition("/")[2]) == ("user-1", "account")
    assert message.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert f'href="{leave}"' in message.rendered.html
    assert LINKS.open_url(order.notification_id) in message.rendered.html
    assert 'href="https://z.example/"' not in message.rendered.html
    assert "https://z.example/" in message.rendered.text


def test_what_cannot_be_switched_off_has_no_way_to_do_so(desk):
    order = ordered(desk, category="security")
    desk.deliver(order)
    message = desk.provider.sent[0][1]
    assert message.headers == {}
    assert "unsubscribe" not in message.rendered.html


@pytest.mark.parametrize(
    ("failure", "least"),
    [(RetryLater("429", after_s=120), 120), (ProviderDown("503"), 15)],
    ids=["later", "down"],
)
def test_what_was_not_taken_comes_again_later_and_may_then_be_sent(desk, failure, least):
    order = ordered(desk)
    desk.provider.failures = {"*": failure}
    assert not desk.deliver(order)
    assert desk.waits == [("receipt", least)]
    assert desk.state(order) == ("claimed", failure.code)
    desk.provider.failures = {}
    assert desk.deliver(order)
    assert desk.state(order)[0] == "sent"


def test_what_nobody_will_ever_take_is_failed_and_not_tried_again(desk):
    order = ordered(desk)
    desk.provider.failures = {"*": Refused("too_long")}
    assert desk.deliver(order)
    assert desk.state(order) == ("failed", "too_long")
    desk.provider.failures = {}
    assert desk.deliver(order)
    assert not desk.provider.sent


def test_a_message_of_which_nobody_knows_is_tried_once_more_and_then_left(desk, clock):
    order = ordered(desk)
    desk.provider.failures = {"*": TimeoutError("no answer")}
    for _ in range(4):
        desk.deliver(order)
        clock.advance(seconds=61)
    assert desk.state(order) == ("uncertain", "worker_died_twice")


def test_waits_grow_with_each_try_up_to_a_bound(desk):
    order = ordered(desk)
    desk.provider.failures = {"*": RetryLater("x", after_s=1)}
    for receives in (1, 2, 3, 5, 20):
        desk.deliver(order, receives)
    assert [seconds for _, seconds in desk.waits] == [15, 30, 60, 240, LONGEST_WAIT_S]


def test_a_queue_that_does_not_listen_brings_it_after_its_own_time(desk):
    def broken(*_):
        raise ConnectionError

    order = ordered(desk)
    object.__setattr__(desk.post, "later", broken)
    desk.provider.failures = {"*": ProviderDown("x")}
    assert not desk.deliver(order)


def test_a_provider_that_is_down_is_left_alone_and_messages_are_not_lost(desk):
    orders = [ordered(desk) for _ in range(FAILURES + 3)]
    desk.provider.failures = {"*": ProviderDown("503")}
    done = [desk.deliver(order) for order in orders]
    assert not any(done)
    tried = [order for order in orders if desk.deliveries.of(order.user_id, order.notification_id)]
    assert len(tried) == FAILURES
    desk.provider.failures = {}
    desk.time += PAUSE_S
    done = [desk.deliver(order) for order in orders]
    assert all(done)
    assert len(desk.provider.sent) == len(orders)


def test_a_template_that_fails_gives_the_message_back(desk):
    order = ordered(desk, template="price_alert", data={"product": 1, "price": 2, "url": "x"})
    assert not desk.deliver(order)
    assert desk.state(order) == ("claimed", "not_written")


def test_what_is_no_order_does_not_hold_up_others(desk):
    order = ordered(desk).model_copy(update={"channel": "pigeon"})
    assert not desk.deliver(order)


def test_an_address_that_is_suppressed_gets_nothing(desk, clock):
    order = ordered(desk)
    target = Target("ADA@example.com ")
    desk.house.recipients.suppress(
        "user-1", "email", "bounced", now=clock.now(), address_hash=target.address_hash
    )
    assert desk.deliver(order)
    assert desk.state(order) == ("suppressed", "bounced")


def test_the_suppression_of_an_old_address_is_not_of_the_new_one(desk, clock):
    order = ordered(desk)
    desk.house.recipients.suppress("user-1", "email", "bounced", now=clock.now(), address_hash="of another")
    assert desk.deliver(order)
    assert desk.state(order)[0] == "sent"


def test_an_account_that_is_gone_gets_nothing(desk):
    order = ordered(desk)
    object.__setattr__(desk.post, "find_targets", lambda *_: [])
    assert desk.deliver(order)
    assert desk.state(order) == ("suppressed", "unreachable")


# -- SMS and push ------------------------------------------------------------------------------------------


@pytest.fixture
def pushes(house, notifications_table, clock):
    for number in (1, 2):
        house.recipients.add_device("user-1", Device(f"d{number}", "android", f"t{number}"), now=clock.now())
    return Desk(house, notifications_table, clock, push_targets)


def test_a_push_message_goes_to_each_device(pushes):
    order = ordered(pushes, channels=["push"])
    assert pushes.deliver(order)
    assert [to for to, _ in pushes.provider.sent] == ["t1", "t2"]
    assert pushes.provider.sent[0][1].headers == {}


def test_a_device_that_is_gone_is_forgotten_and_the_others_are_told(pushes):
    order = ordered(pushes, channels=["push"])
    pushes.provider.failures = {"t1": RecipientInvalid("UNREGISTERED")}
    assert pushes.deliver(order)
    assert pushes.state(order)[0] == "sent"
    assert [each.device_id for each in pushes.house.recipients.recipient("user-1").devices] == ["d2"]


def test_with_all_devices_gone_it_is_failed(pushes):
    order = ordered(pushes, channels=["push"])
    pushes.provider.failures = {"*": RecipientInvalid("UNREGISTERED")}
    assert pushes.deliver(order)
    assert pushes.state(order) == ("failed", "UNREGISTERED")
    assert pushes.house.recipients.recipient("user-1").devices == ()


@pytest.mark.parametrize("failure", [ProviderDown("x"), TimeoutError("x")], ids=["down", "uncertain"])
def test_once_one_device_has_it_the_others_are_not_tried_again(pushes, failure):
    order = ordered(pushes, channels=["push"])
    pushes.provider.failures = {"t2": failure}
    assert pushes.deliver(order)
    assert pushes.deliver(order)
    assert [to for to, _ in pushes.provider.sent] == ["t1"]


def test_who_answered_stop_is_suppressed(house, notifications_table, clock):
    house.recipients.prefer("user-1", Preferences(phone="+491711234567"), now=clock.now())
    desk = Desk(house, notifications_table, clock, sms_targets)
    order = ordered(desk, channels=["sms"])
    desk.provider.failures = {"*": RecipientInvalid("21610")}
    assert desk.deliver(order)
    assert desk.state(order) == ("failed", "21610")
    suppressed = house.recipients.recipient("user-1").suppressed["sms"]
    assert (suppressed.reason, suppressed.address_hash) == ("stopped", Target("+491711234567").address_hash)


# -- gates -------------------------------------------------------------------------------------------------


def test_a_gate_lets_one_message_try_after_a_pause():
    clock = FixedClockwork()
    gate = Gate(Limit("x", 100, 1), monotonic=lambda: clock.now)
    for _ in range(FAILURES):
        assert gate.wait_s() == 0
        gate.down()
    assert gate.wait_s() == PAUSE_S
    clock.now += PAUSE_S
    assert gate.wait_s() == 0
    assert gate.wait_s() == PAUSE_S
    gate.up()
    assert gate.wait_s() == 0


class FixedClockwork:
    now = NOW


@given(gaps=st.lists(st.floats(0, 3), min_size=1, max_size=60), rate=st.integers(1, 50))
@settings(max_examples=80)
def test_no_second_has_more_messages_than_the_rate_allows_whatever_comes(gaps, rate):
    clock, sent = FixedClockwork(), []

    def sleep(seconds):
        assert seconds >= 0
        clock.now += seconds

    gate = Gate(Limit("x", rate, 5, burst=1), monotonic=lambda: clock.now, sleep=sleep)
    for gap in gaps:
        clock.now += gap
        assert gate.wait_s() == 0
        sent.append(clock.now)
    for start in sent:
        assert sum(start <= at < start + 5 for at in sent) <= rate + 1
