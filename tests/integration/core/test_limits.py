"""The rate limit on a real Valkey decides as the pure rule does, in one call on one key."""

import itertools

from hypothesis import HealthCheck, given, settings

from omnilife.core.limits import Limit, ValkeyLimiter
from tests.support.limiting import LIMITS, STEPS, expected

SECOND = 1_000_000
fresh = itertools.count()


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(limit=LIMITS, steps=STEPS)
def test_the_script_decides_as_the_pure_rule_does(cache, clock, limit, steps):
    limiter, key, decisions = ValkeyLimiter(cache, clock=clock), f"gcra-{next(fresh)}", []
    start = round(clock.now().timestamp() * 1000) * 1000
    for milliseconds, cost in steps:
        clock.advance(seconds=milliseconds / 1000)
        decisions.append(limiter.check(key, limit, cost))
    assert decisions == expected(limit, start, steps)


def test_by_the_server_s_own_time_a_burst_passes_and_no_more(cache, key):
    limiter, limit = ValkeyLimiter(cache), Limit("read", 5, 3600)
    decisions = [limiter.check(key, limit) for _ in range(7)]
    assert [decision.allowed for decision in decisions] == [True] * 5 + [False] * 2
    assert [decision.remaining for decision in decisions] == [4, 3, 2, 1, 0, 0, 0]
    assert decisions[-1].retry_after_s == 720


def test_the_row_goes_when_the_limit_is_as_if_unused(cache, key):
    ValkeyLimiter(cache).check(key, Limit("read", 2, 100))
    assert 49_000 < cache.call(lambda client: client.pttl(f"limit:read:{key}")) <= 50_000


def test_a_clock_that_steps_back_gives_nothing_away(cache, clock, key):
    limiter, limit = ValkeyLimiter(cache, clock=clock), Limit("read", 2, 3600)
    for _ in range(2):
        limiter.check(key, limit)
    clock.advance(seconds=-60)
    assert not limiter.check(key, limit).allowed


def test_what_is_asked_beside_is_answered_with_the_decision(cache, key):
    limiter, limit = ValkeyLimiter(cache), Limit("read", 1, 3600)
    cache.call(lambda client: client.set(f"{key}-known", b"value"))
    commands = [("GET", f"{key}-known"), ("GET", f"{key}-unknown")]
    (first, found), (second, _) = (limiter.check_beside(key, limit, commands) for _ in range(2))
    assert (first.allowed, second.allowed) == (True, False)
    assert found == [b"value", None]
