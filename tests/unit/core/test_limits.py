"""Rate limits: the rule, its three homes, and what the client is told."""

import itertools
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from omnilife.core import aws as aws_clients
from omnilife.core.cache import Cache
from omnilife.core.errors import Unavailable
from omnilife.core.limits import (
    Decision,
    DynamoLimiter,
    Limit,
    ValkeyLimiter,
    gcra,
    headers,
    parse_limits,
)
from omnilife.core.retries import Retrying
from omnilife.core.table import Table
from tests.support.faults import FaultyClient, refusal
from tests.support.limiting import LIMITS, STEPS, expected
from tests.support.waiting import VirtualTime

SECOND = 1_000_000
NOW = 1_795_521_600 * SECOND
TEN_A_MINUTE = Limit("read", 10, 60)

fresh = itertools.count()


def run(limit: Limit, arrivals: list[int], cost: int = 1) -> list[bool]:
    """Which of the requests that arrive at these microseconds are let in."""
    tat, allowed = 0, []
    for now in arrivals:
        decision, tat = gcra(tat, now, limit, cost)
        allowed.append(decision.allowed)
    return allowed


def test_all_of_a_period_s_requests_may_come_at_once_and_not_one_more():
    assert run(TEN_A_MINUTE, [NOW] * 12) == [True] * 10 + [False] * 2


def test_a_used_up_limit_lets_in_one_request_an_interval():
    arrivals = [NOW] * 10 + [NOW + 6 * SECOND - 1, NOW + 6 * SECOND, NOW + 6 * SECOND + 1]
    assert run(TEN_A_MINUTE, arrivals)[10:] == [False, True, False]


def test_a_smaller_burst_lets_fewer_in_at_once():
    assert run(Limit("read", 10, 60, burst=2), [NOW] * 4) == [True, True, False, False]


def test_a_refused_request_costs_nothing():
    refused_often = [NOW] * 100 + [NOW + 6 * SECOND]
    assert run(TEN_A_MINUTE, refused_often)[-1]


def test_a_request_may_cost_more_than_one_and_never_more_than_the_burst():
    assert run(TEN_A_MINUTE, [NOW] * 4, cost=3) == [True, True, True, False]
    assert run(TEN_A_MINUTE, [NOW], cost=11) == [False]


@given(LIMITS, st.lists(st.integers(0, 10 * SECOND), max_size=200))
def test_in_no_stretch_of_time_are_more_let_in_than_the_burst_and_what_has_refilled(limit, gaps):
    arrivals = list(itertools.accumulate(gaps, initial=NOW))
    let_in = [at for at, allowed in zip(arrivals, run(limit, arrivals), strict=True) if allowed]
    for first, at in enumerate(let_in):
        for last in range(first, len(let_in)):
            most = limit.capacity // limit.interval + (let_in[last] - at) // limit.interval
            assert last - first + 1 <= most


@given(LIMITS, STEPS)
def test_the_answer_tells_the_truth_about_what_comes_next(limit, steps):
    tat, now = 0, NOW
    for milliseconds, cost in steps:
        now += milliseconds * 1000
        decision, tat = gcra(tat, now, limit, cost)
        if decision.remaining:
            assert gcra(tat, now, limit, decision.remaining)[0].allowed
        assert not gcra(tat, now, limit, decision.remaining + 1)[0].allowed
        assert gcra(tat, now + decision.reset_s * SECOND, limit, limit.capacity // limit.interval)[0].allowed
        if not decision.allowed and cost * limit.interval <= limit.capacity:
            assert gcra(tat, now + decision.retry_after_s * SECOND, limit, cost)[0].allowed


def test_a_client_is_told_what_is_left_and_when_to_come_back():
    decision, tat = gcra(0, NOW, TEN_A_MINUTE)
    assert headers(decision) == {"RateLimit": '"read";r=9;t=6', "RateLimit-Policy": '"read";q=10;w=60'}
    for _ in range(10):
        decision, tat = gcra(tat, NOW, TEN_A_MINUTE)
    assert headers(decision) == {
        "RateLimit": '"read";r=0;t=60',
        "RateLimit-Policy": '"read";q=10;w=60',
        "Retry-After": "6",
    }


def test_limits_are_read_from_their_setting():
    assert parse_limits("read=600/60, write=120/60/20,") == {
        "read": Limit("read", 600, 60),
        "write": Limit("write", 120, 60, 20),
    }
    assert parse_limits("") == {}


@pytest.mark.parametrize(
    "text", ["read", "read=600", "read=a/60", "read=0/60", "read=1/0", "read=1/2/3/4", "read=1/60/0"]
)
def test_a_limit_that_makes_no_sense_is_refused_and_named(text):
    with pytest.raises(ValueError, match="read"):
        parse_limits(text)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(limit=LIMITS, steps=STEPS)
def test_the_table_decides_as_the_pure_rule_does(catalogue_table, clock, limit, steps):
    limiter, key, decisions = DynamoLimiter(catalogue_table, clock=clock), f"k-{next(fresh)}", []
    start = round(clock.now().timestamp()) * SECOND + clock.now().microsecond
    for milliseconds, cost in steps:
        clock.advance(seconds=milliseconds / 1000)
        decisions.append(limiter.check(key, limit, cost))
    assert decisions == expected(limit, start, steps)


def test_the_table_counts_a_known_client_in_one_call(catalogue_table, clock):
    client = FaultyClient(aws_clients.client("dynamodb"))
    limiter = DynamoLimiter(Table(catalogue_table.name, client), clock=clock)
    limiter.check("ada", TEN_A_MINUTE)
    assert [operation for operation, _ in client.calls] == ["update_item", "put_item"]
    client.calls.clear()
    limiter.check("ada", TEN_A_MINUTE)
    assert [operation for operation, _ in client.calls] == ["update_item"]


def test_keys_and_limits_are_counted_apart(catalogue_table, clock):
    limiter, once_a_minute = DynamoLimiter(catalogue_table, clock=clock), Limit("write", 1, 60)
    assert limiter.check("ada", once_a_minute).allowed
    assert not limiter.check("ada", once_a_minute).allowed
    assert limiter.check("bob", once_a_minute).allowed
    assert limiter.check("ada", Limit("read", 1, 60)).allowed


def test_a_request_that_is_overtaken_as_the_first_is_added_to_the_other_s(catalogue_table, clock):
    class Overtaken(Table):
        def put(self, item, **more):
            DynamoLimiter(catalogue_table, clock=clock).check("ada", TEN_A_MINUTE)
            return super().put(item, **more)

    decision = DynamoLimiter(Overtaken(catalogue_table.name), clock=clock).check("ada", TEN_A_MINUTE)
    assert (decision.allowed, decision.remaining) == (True, 8)


def test_who_cannot_be_counted_is_not_let_in_on_a_guess(clock):
    overtaken = refusal("ConditionalCheckFailedException")
    client = FaultyClient(None, update_item=[overtaken] * 10, put_item=[overtaken] * 10)
    with pytest.raises(Unavailable):
        DynamoLimiter(Table("limits", client), clock=clock).check("ada", TEN_A_MINUTE)


def test_a_throttled_table_is_unavailable(catalogue_table, clock):
    time, throttling = VirtualTime(), [refusal("ThrottlingException")] * 1000
    client = FaultyClient(aws_clients.client("dynamodb"), update_item=throttling)
    waits = Retrying(monotonic=time.monotonic, sleep=time.sleep)
    with pytest.raises(Unavailable):
        DynamoLimiter(Table(catalogue_table.name, client, retrying=waits), clock=clock).check(
            "ada", TEN_A_MINUTE
        )


def test_with_valkey_dead_nobody_is_counted_and_nobody_is_stopped(clock):
    def dead() -> Any:
        raise ConnectionRefusedError

    limiter = ValkeyLimiter(Cache(dead), clock=clock)
    assert [limiter.check("ada", TEN_A_MINUTE) for _ in range(20)] == [None] * 20


def test_a_decision_is_comparable_and_fixed():
    assert gcra(0, NOW, TEN_A_MINUTE)[0] == Decision(TEN_A_MINUTE, True, 9, 6, 0)


def test_with_valkey_dead_nothing_is_asked_beside(clock):
    def dead() -> Any:
        raise ConnectionRefusedError

    limiter = ValkeyLimiter(Cache(dead), clock=clock)
    assert limiter.check_beside("ada", TEN_A_MINUTE, [("GET", "key")]) == (None, None)
