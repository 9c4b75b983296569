"""Risk profiles: what happened to an account, counted once, weighed, and explained."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnilife.core.events import ReceivedEvent
from omnilife.security.risk import SIGNALS, profile_of, signals_of
from omnilife.security.store.risk import RiskStore
from omnilife.security.watch_risk import find_risk_profile, update_risk_profile

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def store(security_table, clock):
    return RiskStore(security_table, clock)


def event(number, at=NOON, *, aggregate="account", **data):
    return ReceivedEvent(
        id=f"event-{number}",
        type="LoginFailed",
        time=at,
        aggregate=aggregate,
        aggregate_id="user-9",
        version=1,
        correlation_id="",
        actor="anonymous",
        data={"vocabulary": "authn_login_fail", "user_id": "user-1", **data},
    )


def levels(profile):
    return {factor.name: factor.count for factor in profile.factors if factor.count}


def test_an_account_that_nothing_happened_to_has_no_risk(store, clock):
    profile = find_risk_profile(store, "user-1", clock=clock)

    assert (profile.score, profile.suspicious, profile.history) == (0, False, [])
    assert {factor.name for factor in profile.factors} == set(SIGNALS)


def test_failures_lockouts_new_devices_and_reused_tokens_count(store, clock):
    told = [
        {},
        {"vocabulary": "authn_login_lock", "suspicious": True},
        {"vocabulary": "authn_login_success", "known_device": False},
        {"vocabulary": "authn_login_success", "known_device": True},
        {"vocabulary": "authn_token_reuse"},
        {"vocabulary": "user_updated"},
    ]
    assert [update_risk_profile(store, event(n, **data)) for n, data in enumerate(told)] == [
        True,
        True,
        True,
        False,
        True,
        False,
    ]

    profile = find_risk_profile(store, "user-1", clock=clock)
    assert levels(profile) == {
        "failed_attempts": 2,
        "lockouts": 1,
        "new_devices": 1,
        "suspicious_attempts": 1,
        "token_reuse": 1,
    }
    assert profile.suspicious
    assert profile.score > 0.8


def test_an_event_that_comes_twice_counts_once(store, clock):
    assert update_risk_profile(store, event(1))
    assert not update_risk_profile(store, event(1))

    assert levels(find_risk_profile(store, "user-1", clock=clock)) == {"failed_attempts": 1}


def test_an_attempt_on_nobody_s_account_counts_for_nobody(store):
    assert not update_risk_profile(store, event(1, user_id=None))
    assert update_risk_profile(store, event(2, aggregate="user", user_id=None))


def test_what_is_older_than_thirty_days_weighs_nothing_and_stays_in_the_history(store, clock):
    update_risk_profile(store, event(1, NOON - timedelta(days=29)))
    update_risk_profile(store, event(2, NOON - timedelta(days=30)))
    update_risk_profile(store, event(3, NOON - timedelta(days=95)))

    profile = find_risk_profile(store, "user-1", clock=clock)
    assert levels(profile) == {"failed_attempts": 1}
    assert [(NOON.date() - day.day).days for day in profile.history] == [29, 30]


def test_the_threshold_is_configuration(store, clock, monkeypatch):
    update_risk_profile(store, event(1))
    monkeypatch.setenv("SUSPICIOUS_ACTIVITY_THRESHOLD", "0.01")

    assert find_risk_profile(store, "user-1", clock=clock).suspicious


@given(
    st.lists(
        st.tuples(st.integers(0, 60), st.dictionaries(st.sampled_from(sorted(SIGNALS)), st.integers(1, 9)))
    )
)
def test_more_of_anything_never_lowers_the_score(days):
    today = NOON.date()
    told = [(today - timedelta(days=ago), signals) for ago, signals in days]
    score = profile_of("u", told, today=today, suspicious_from=0.7).score
    for name in SIGNALS:
        more = [*told, (today, {name: 1})]
        assert profile_of("u", more, today=today, suspicious_from=0.7).score >= score


def test_a_lockout_is_a_failed_attempt_too():
    assert signals_of(event(1, vocabulary="authn_login_lock")) == {"failed_attempts": 1, "lockouts": 1}
