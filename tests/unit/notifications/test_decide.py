"""Decisions: whether, when and how, each with its reason."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from omnilife.notifications.decide import decide, digest_window
from omnilife.notifications.models import CATEGORIES, CHANNELS, MANDATORY, THROTTLED, Content, Notification
from omnilife.notifications.preferences import Preferences, QuietHours
from omnilife.notifications.recipients import Device, Recipient, Suppressed

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
MIDNIGHT = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)
PHONE = "+491711234567"
DEVICE = Device("d1", "android", "token")


def note(**changes):
    wanted = {
        "notification_id": "n1",
        "user_id": "user-1",
        "state": "due",
        "due_at": NOON,
        "category": "order",
        "content": Content(title="News", text="There are some."),
        "created_at": NOON,
        "created_by": "key:tests",
    }
    return Notification.model_validate(wanted | changes)


def somebody(*, devices=(DEVICE,), suppressed=None, **preferences):
    wishes = Preferences.model_validate({"phone": PHONE} | preferences)
    return Recipient("user-1", wishes, tuple(devices), suppressed or {})


def reasons(decision):
    return [(each.channel, each.outcome, each.reason) for each in decision.decided]


def test_auto_takes_the_cheapest_channel_that_reaches_the_user():
    assert decide(note(), somebody(), NOON).deliver == ("push",)
    assert decide(note(), somebody(devices=()), NOON).deliver == ("email",)


def test_auto_passes_over_what_is_muted_suppressed_or_unreachable_and_says_so():
    person = somebody(devices=(), suppressed={"email": Suppressed("bounced")})

    decision = decide(note(), person, NOON)

    assert decision.deliver == ("sms",)
    assert reasons(decision) == [
        ("push", "suppress", "unreachable"),
        ("email", "suppress", "bounced"),
        ("sms", "deliver", "wanted"),
    ]


def test_named_channels_all_go_out():
    decision = decide(note(auto=False, channels=("email", "sms")), somebody(), NOON)

    assert (decision.state, decision.deliver) == ("queued", ("email", "sms"))


def test_a_muted_category_is_suppressed_on_that_channel_alone():
    person = somebody(categories={"order": {"email": False}})

    decision = decide(note(auto=False, channels=("email", "sms")), person, NOON)

    assert decision.deliver == ("sms",)
    assert ("email", "suppress", "muted") in reasons(decision)


def test_security_goes_out_whatever_the_user_prefers_at_any_hour_and_however_often():
    person = somebody(quiet_hours=QuietHours(start="22:00", end="07:00"), digest="daily")

    decision = decide(note(category="security", digest_key="k"), person, MIDNIGHT, throttled=True)

    assert (decision.state, decision.deliver) == ("queued", ("push",))


def test_nothing_goes_to_an_address_that_bounced_not_even_security():
    person = somebody(suppressed={"email": Suppressed("bounced")})

    decision = decide(note(category="security", auto=False, channels=("email",)), person, NOON)

    assert (decision.state, decision.deliver) == ("suppressed", ())


def test_quiet_hours_hold_everything_back_until_they_end():
    person = somebody(quiet_hours=QuietHours(start="22:00", end="07:00"))

    decision = decide(note(auto=False, channels=("email", "push")), person, MIDNIGHT)

    assert (decision.state, decision.until) == ("scheduled", datetime(2026, 11, 25, 7, tzinfo=UTC))
    assert {reason for _, _, reason in reasons(decision)} == {"quiet_hours"}


def test_high_priority_does_not_wait_for_the_end_of_quiet_hours():
    person = somebody(quiet_hours=QuietHours(start="22:00", end="07:00"))

    assert decide(note(priority="high"), person, MIDNIGHT).deliver == ("push",)


def test_what_expires_during_the_quiet_hours_is_not_sent_after_them():
    person = somebody(quiet_hours=QuietHours(start="22:00", end="07:00"))

    decision = decide(note(expires_at=MIDNIGHT + timedelta(hours=2)), person, MIDNIGHT)

    assert (decision.state, reasons(decision)) == (
        "suppressed",
        [("push", "suppress", "expires_in_quiet_hours")],
    )


def test_what_has_expired_is_not_sent():
    assert decide(note(expires_at=NOON), somebody(), NOON).state == "expired"


def test_one_too_many_of_a_throttled_kind_is_suppressed_and_an_order_is_not():
    assert decide(note(category="price_alert"), somebody(), NOON, throttled=True).state == "suppressed"
    assert decide(note(category="order"), somebody(), NOON, throttled=True).state == "queued"


@pytest.mark.parametrize(
    ("digest", "until"),
    [("daily", datetime(2026, 11, 25, 8, tzinfo=UTC)), ("weekly", datetime(2026, 11, 30, 8, tzinfo=UTC))],
)
def test_what_has_a_digest_key_waits_for_the_users_digest(digest, until):
    decision = decide(note(digest_key="wishes"), somebody(digest=digest), NOON)

    assert (decision.state, decision.until) == ("collected", until)


def test_without_a_wish_for_digests_a_digest_key_changes_nothing():
    assert digest_window(note(digest_key="wishes"), somebody(), NOON) is None


def test_escalation_names_the_next_channel_and_when():
    decision = decide(note(escalate_after_s=600), somebody(), NOON)

    assert (decision.state, decision.deliver, decision.step) == ("scheduled", ("push",), 1)
    assert decision.until == NOON + timedelta(seconds=600)
    assert reasons(decision) == [("push", "deliver", "wanted"), ("email", "later", "if_not_seen")]


def test_escalation_ends_when_somebody_has_looked():
    decision = decide(note(escalate_after_s=600, step=1, opened_at=NOON), somebody(), NOON)

    assert (decision.state, decision.deliver) == ("queued", ())
    assert {reason for _, _, reason in reasons(decision)} == {"seen"}


def test_escalation_goes_on_to_the_last_channel_and_no_further():
    decision = decide(note(escalate_after_s=600, step=2), somebody(), NOON)

    assert (decision.state, decision.deliver, reasons(decision)) == (
        "queued",
        ("sms",),
        [("sms", "deliver", "escalated")],
    )


people = st.builds(
    somebody,
    devices=st.sampled_from([(), (DEVICE,)]),
    suppressed=st.dictionaries(
        st.sampled_from(CHANNELS), st.sampled_from(["bounced", "stopped"]).map(Suppressed), max_size=3
    ),
    categories=st.dictionaries(
        st.sampled_from([each for each in CATEGORIES if each not in MANDATORY]),
        st.dictionaries(st.sampled_from(CHANNELS), st.booleans(), max_size=3),
        max_size=5,
    ),
    quiet_hours=st.none() | st.just(QuietHours(start="22:00", end="07:00")),
    digest=st.sampled_from(["off", "daily", "weekly"]),
    time_zone=st.sampled_from(["UTC", "Europe/Berlin", "America/New_York"]),
)
notes = st.builds(
    note,
    category=st.sampled_from(CATEGORIES),
    priority=st.sampled_from(["low", "normal", "high"]),
    auto=st.booleans(),
    channels=st.lists(st.sampled_from(CHANNELS), min_size=1, max_size=3, unique=True).map(tuple),
    step=st.integers(0, 2),
    escalate_after_s=st.none() | st.just(600),
    digest_key=st.none() | st.just("wishes"),
    expires_at=st.none() | st.timedeltas(timedelta(hours=-1), timedelta(hours=30)).map(lambda d: NOON + d),
)
moments = st.integers(0, 24 * 60).map(lambda minutes: NOON + timedelta(minutes=minutes))


@settings(max_examples=400)
@given(notes, people, moments, st.booleans())
def test_nobody_is_told_what_they_muted_where_nothing_may_be_sent_or_when_it_is_too_late(
    told, person, now, throttled
):
    decision = decide(told, person, now, throttled=throttled)

    for channel in decision.deliver:
        assert channel not in person.suppressed
        assert person.reachable(channel)
        assert person.preferences.wants(told.category, channel)
        assert not told.expired(now)
        assert not (throttled and told.category in THROTTLED)
    if told.category in MANDATORY:
        assert decision.state in ("queued", "scheduled", "suppressed", "expired")
        assert all(each.reason not in ("muted", "quiet_hours", "throttled") for each in decision.decided)


@settings(max_examples=400)
@given(notes, people, moments, st.booleans())
def test_every_channel_that_was_considered_has_a_reason_and_what_waits_has_a_time(
    told, person, now, throttled
):
    decision = decide(told, person, now, throttled=throttled)

    considered = CHANNELS[told.step :] if told.auto else told.channels
    delivered = [each.channel for each in decision.decided if each.outcome == "deliver"]
    assert decision.decided
    assert {each.channel for each in decision.decided} <= set(considered)
    assert delivered == list(decision.deliver)
    if not told.auto:
        assert {each.channel for each in decision.decided} == set(considered)
    if decision.state in ("scheduled", "collected"):
        assert decision.until is not None
        assert decision.until > now
    else:
        assert decision.until is None
