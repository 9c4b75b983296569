"""Security events: kept under OWASP's names, found by what is asked, and by nothing that was not stored."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from omnilife.core.cursors import BadCursor, CursorCodec
from omnilife.core.errors import Invalid
from omnilife.core.events import ReceivedEvent
from omnilife.security.plain import plain
from omnilife.security.security_events import EventFilters, keep_security_event, list_security_events
from omnilife.security.store.events import SecurityEventStore
from omnilife.security.vocabulary import SEVERITIES, severity_of

CURSORS = CursorCodec(b"c" * 43)


@pytest.fixture
def store(security_table):
    return SecurityEventStore(security_table)


@pytest.fixture
def keep(store, clock):
    """`keep(1, vocabulary=…, user_id=…)`: the event of that number, a second after the one before."""

    def run(number, *, aggregate="account", **data):
        event = received(number, clock.now() + timedelta(seconds=number), aggregate=aggregate, **data)
        return keep_security_event(store, event, clock)

    return run


def received(number, at, *, aggregate="account", **data):
    return ReceivedEvent(
        id=f"event-{number:04}",
        type="LoginFailed",
        time=at,
        aggregate=aggregate,
        aggregate_id="account-1",
        version=1,
        correlation_id=f"request-{number}",
        actor="anonymous",
        data={"vocabulary": "authn_login_fail", **data},
    )


def ask(store, **asked):
    return list_security_events(store, EventFilters.model_validate(asked), cursors=CURSORS)


def numbers(page):
    return [int(event.event_id[-4:]) for event in page.items]


def test_an_event_is_kept_with_who_where_and_in_which_request(keep, store):
    keep(1, user_id="user-1", address="203.0.113.7", user_agent="curl", risk=0.75, suspicious=True)

    [event] = ask(store).items
    assert (event.type, event.severity, event.event_type) == ("authn_login_fail", "warning", "LoginFailed")
    assert (event.user_id, event.address, event.user_agent) == ("user-1", "203.0.113.7", "curl")
    assert (event.actor, event.request_id) == ("anonymous", "request-1")
    assert event.details == {"risk": "0.75", "suspicious": True}


def test_an_event_without_a_name_in_the_vocabulary_is_none(keep, store):
    assert not keep(1, vocabulary=None)
    assert not keep(2, vocabulary=7)
    assert ask(store).items == []


def test_an_event_that_comes_twice_is_there_once(keep, store):
    keep(1)
    keep(1)

    assert len(ask(store).items) == 1


def test_an_event_about_a_user_is_found_by_the_user_it_is_about(keep, store):
    keep(1, aggregate="user")

    assert numbers(ask(store, user="account-1")) == [1]


def test_events_are_found_by_each_filter_newest_first(keep, store, clock):
    keep(1, user_id="user-1", address="203.0.113.7")
    keep(2, user_id="user-2", address="203.0.113.7", vocabulary="authn_token_reuse")
    keep(3, user_id="user-1", address="2001:db8::1")
    keep(4, vocabulary="authn_login_success", user_id="user-1")
    at = lambda seconds: clock.now() + timedelta(seconds=seconds)  # noqa: E731

    assert numbers(ask(store)) == [4, 3, 2, 1]
    assert numbers(ask(store, user="user-1")) == [4, 3, 1]
    assert numbers(ask(store, ip="203.0.113.7")) == [2, 1]
    assert numbers(ask(store, ip="2001:db8:0::1")) == [3]
    assert numbers(ask(store, type="authn_login_fail")) == [3, 1]
    assert numbers(ask(store, severity="critical")) == [2]
    assert numbers(ask(store, user="user-1", type="authn_login_fail", severity="warning")) == [3, 1]
    assert numbers(ask(store, **{"from": at(2), "to": at(4)})) == [3, 2]
    assert numbers(ask(store, user="user-1", to=at(4))) == [3, 1]


def test_a_window_that_ends_before_it_begins_is_refused(store, clock):
    with pytest.raises(Invalid):
        ask(store, **{"from": clock.now(), "to": clock.now()})


def test_a_cursor_belongs_to_its_query(keep, store):
    for number in range(3):
        keep(number, user_id="user-1")
    cursor = ask(store, limit=1).next_cursor

    assert numbers(ask(store, limit=1, cursor=cursor)) == [1]
    with pytest.raises(BadCursor):
        ask(store, user="user-1", cursor=cursor)


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(limit=st.integers(1, 7), by_user=st.booleans())
def test_pages_of_any_size_have_every_event_once(store, clock, limit, by_user):
    for number in range(25):
        event = received(number, clock.now() + timedelta(seconds=number // 3), user_id="user-1")
        keep_security_event(store, event, clock)

    seen, cursor = [], None
    while True:
        page = ask(store, limit=limit, cursor=cursor, **({"user": "user-1"} if by_user else {}))
        seen += numbers(page)
        cursor = page.next_cursor
        if cursor is None:
            break

    assert sorted(seen) == list(range(25))
    assert [number // 3 for number in seen] == sorted((number // 3 for number in seen), reverse=True)


def test_events_are_spread_over_sixteen_partitions_in_the_table_and_in_their_names_index(
    keep, security_table
):
    for number in range(100):
        keep(number)

    partitions = [security_table.query(f"SECURITY#{shard}", limit=100).items for shard in range(16)]
    named = [
        security_table.query(f"NAMED#authn_login_fail#{shard}", index="index3", limit=100).items
        for shard in range(16)
    ]
    assert sum(map(len, partitions)) == sum(map(len, named)) == 100
    assert max(map(len, partitions)) < 25


def test_an_event_is_forgotten_after_a_year(keep, security_table, clock):
    keep(1)

    [row] = [row for shard in range(16) for row in security_table.query(f"SECURITY#{shard}", limit=9).items]
    assert row["expires_at"] == int(clock.now().timestamp()) + 365 * 86_400


def test_severities_are_owasp_s_and_an_unknown_name_is_a_warning():
    assert severity_of("authn_token_reuse") == "critical"
    assert severity_of("authn_login_success") == "info"
    assert severity_of("something_new") == "warning"
    assert set(SEVERITIES.values()) == {"info", "warning", "critical"}


def test_data_of_any_size_is_bounded_and_has_no_floats():
    found = plain({"a": [0.5, "x" * 900, {"b": 1.0}] * 40, "c": None, "d": True})

    assert len(found["a"]) == 50
    assert found["a"][:3] == ["0.5", "x" * 500, {"b": "1.0"}]
    assert (found["c"], found["d"]) == (None, True)
