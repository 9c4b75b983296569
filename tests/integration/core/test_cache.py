"""The cache on a real Valkey: one fill at a time, and life goes on when it is killed."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from valkey import Valkey as Client
from valkey import ValkeyCluster
from valkey.crc import key_slot

from local.ports import LOOPBACK
from local.processes import run_together
from local.valkey import SLOTS, Valkey
from omnilife.core.cache import (
    FAILURES,
    FILLING,
    PAUSE_S,
    Breaker,
    Cache,
    CacheSettings,
    claim,
    connect,
    connect_all,
)
from tests.support.waiting import VirtualTime

HALF = SLOTS // 2


def test_what_is_filled_once_is_found_afterwards(cache, key):
    made = iter([b"first", b"second"])
    found = [cache.get_or_fill(key, lambda: next(made), ttl_s=60) for _ in range(3)]
    assert found == [b"first"] * 3


def test_a_value_lives_as_long_as_was_said_less_its_jitter(cache, key):
    cache._uniform = max  # of the range's two ends
    cache.get_or_fill(key, lambda: b"value", ttl_s=100, jitter=0.2)
    assert 79_000 < cache.call(lambda client: client.pttl(key)) <= 80_000


def test_of_many_callers_at_once_one_fills_and_all_get_its_result(valkey, key):
    start, fills, results = threading.Barrier(8), [], []
    release = threading.Event()

    def fill() -> bytes:
        fills.append(1)
        release.wait(5)
        return b"value"

    def ask() -> None:
        cache = Cache(lambda: connect(CacheSettings(valkey_url=valkey.url)))
        cache.call(lambda client: client.get(key))
        start.wait()
        results.append(cache.get_or_fill(key, fill, ttl_s=60, patience_s=10))

    threads = [threading.Thread(target=ask) for _ in range(7)]
    for thread in threads:
        thread.start()
    start.wait()
    release.set()
    for thread in threads:
        thread.join()
    assert results == [b"value"] * 7
    assert len(fills) == 1


def test_reading_and_claiming_are_one_step(cache, key):
    claimed, taken = cache.ask([claim(key, 60)]), cache.ask([claim(key, 60)])
    assert (claimed, taken) == ([None], [FILLING])
    assert 59_000 < cache.call(lambda client: client.pttl(key)) <= 60_000
    cache.keep(key, b"value", ttl_s=60)
    assert cache.ask([claim(key, 60)]) == [b"value"]


def test_of_those_who_refuse_a_value_one_makes_another_and_the_others_wait_for_it(cache, key):
    def is_new(value: bytes) -> bool:
        return value.startswith(b"2 ")

    cache.keep(key, b"1 old", ttl_s=60)
    first, second = (cache.ask([claim(key, 60)])[0] for _ in range(2))
    assert cache.settle(key, first, patience_s=1, accept=is_new) is None
    cache._sleep = lambda _: cache.keep(key, b"2 new", ttl_s=60)
    assert cache.settle(key, second, patience_s=1, accept=is_new) == b"2 new"


def test_a_claim_that_was_given_up_goes_to_one_who_waits(cache, key):
    cache.ask([claim(key, 60)])
    cache._sleep = lambda _: cache.release(key)
    assert cache.settle(key, FILLING, patience_s=1) is None
    assert cache.ask([claim(key, 60)]) == [FILLING]


def test_several_commands_are_one_round_trip_and_may_lie_in_any_slots(cache, key):
    keys = [f"{key}-{n}" for n in range(20)]
    assert cache.ask([("SET", each, each) for each in keys]) == [True] * 20
    assert cache.ask([("GET", each) for each in keys]) == [each.encode() for each in keys]


def test_when_a_filler_gives_up_the_next_one_fills(cache, key):
    def breaks() -> bytes:
        raise LookupError

    with pytest.raises(LookupError):
        cache.get_or_fill(key, breaks, ttl_s=60)
    time = VirtualTime()
    cache._sleep = time.sleep
    assert cache.get_or_fill(key, lambda: b"value", ttl_s=60) == b"value"
    assert time.slept == []


def test_a_filler_that_died_costs_the_others_a_bounded_wait(cache, key):
    time = VirtualTime()
    cache._sleep = time.sleep
    cache.ask([claim(key, 60)])
    assert cache.get_or_fill(key, lambda: b"value", ttl_s=60, patience_s=0.2) == b"value"
    assert sum(time.slept) == pytest.approx(0.2)


def test_keys_in_several_slots_are_refused_as_in_production(cache, capsys):
    assert cache.call(lambda client: client.eval("return 1", 2, "a", "b")) is None
    assert "don't hash to the same slot" in capsys.readouterr().out


def client_of(server: Valkey) -> Client:
    return Client.from_url(server.url)


def knows_all(node: Client) -> bool:
    info = node.execute_command("CLUSTER INFO")
    return info["cluster_state"] == "ok" and info["cluster_slots_assigned"] == str(SLOTS)


@pytest.fixture
def two_nodes(tmp_path: Path) -> Iterator[Valkey]:
    """The first of two nodes, with the lower half of the slots; the second has the upper half."""
    first, second = (Valkey(tmp_path / name) for name in ("first", "second"))
    run_together([first.start, second.start])
    try:
        with client_of(first) as one, client_of(second) as other:
            one.execute_command("CLUSTER DELSLOTSRANGE", HALF, SLOTS - 1)
            other.execute_command("CLUSTER DELSLOTSRANGE", 0, HALF - 1)
            # Two nodes that have the same rank cannot agree who is right about a slot.
            other.execute_command("CLUSTER SET-CONFIG-EPOCH", 2)
            [bus] = other.config_get("cluster-port").values()
            one.execute_command("CLUSTER MEET", LOOPBACK, second.port, int(bus))
            first._child.wait_until(lambda: knows_all(one) and knows_all(other), seconds=15)
        yield first
    finally:
        run_together([first.stop, second.stop])


def test_a_key_on_another_node_is_found_there_and_from_then_on_all_nodes_are_asked(two_nodes):
    settings = CacheSettings(valkey_url=two_nodes.url)
    here, there = (
        next(key for key in map(str, range(100)) if (key_slot(key.encode()) >= HALF) is upper)
        for upper in (False, True)
    )
    cache = Cache(lambda: connect(settings), connect_all=lambda: connect_all(settings))
    assert cache.call(lambda client: client.set(here, b"here"))
    assert isinstance(cache._client, Client)
    assert cache.call(lambda client: client.set(there, b"there"))
    assert isinstance(cache._client, ValkeyCluster)
    assert cache.call(lambda client: client.get(here)) == b"here"
    assert cache.call(lambda client: client.get(there)) == b"there"


def test_a_pipeline_that_meets_another_node_is_sent_again_to_all(two_nodes):
    settings = CacheSettings(valkey_url=two_nodes.url)
    cache = Cache(lambda: connect(settings), connect_all=lambda: connect_all(settings))

    def count_all(client: Any) -> list[int]:
        pipeline = client.pipeline(transaction=False)
        for key in range(20):
            pipeline.setnx(key, key)
            pipeline.strlen(key)
        return pipeline.execute()[1::2]

    assert cache.call(count_all) == [len(str(key)) for key in range(20)]


def test_a_killed_valkey_is_misses_and_a_new_one_is_found_again(tmp_path: Path, key):
    server, time = Valkey(tmp_path), VirtualTime()
    server.start()
    cache = Cache(
        lambda: connect(CacheSettings(valkey_url=server.url)), breaker=Breaker(monotonic=time.monotonic)
    )
    try:
        cache.get_or_fill(key, lambda: b"old", ttl_s=60)
        server.kill()
        for _ in range(FAILURES + 2):
            assert cache.get_or_fill(key, lambda: b"made", ttl_s=60) == b"made"
        server.start()
        time.elapsed += PAUSE_S
        assert cache.get_or_fill(key, lambda: b"new", ttl_s=60) == b"new"
        assert cache.call(lambda client: client.get(key)) == b"new"
    finally:
        server.stop()


def test_a_connection_that_was_closed_in_between_is_opened_again(cache, valkey, key):
    cache.call(lambda client: client.set(key, b"value"))
    cache.call(lambda client: client.execute_command("CLIENT KILL", "TYPE", "normal", "SKIPME", "yes"))
    other = Cache(lambda: connect(CacheSettings(valkey_url=valkey.url)))
    other.call(lambda client: client.execute_command("CLIENT KILL", "TYPE", "normal", "SKIPME", "yes"))
    assert cache.call(lambda client: client.get(key)) == b"value"
