"""The trust table's reader: what it believes, for how long, and at what cost."""

import json
from collections.abc import Callable
from ipaddress import ip_address, ip_network
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnilife.core import aws as aws_clients
from omnilife.core.clock import FixedClock, epoch_seconds
from omnilife.core.errors import Unavailable
from omnilife.core.table import Table
from omnilife.core.trust import (
    BLACKLIST_STALE_S,
    KEYS_HELD_S,
    ApiKey,
    Blacklist,
    TrustStore,
    pack_address,
)

pytestmark = pytest.mark.unit

KEY_HASH = "ab" * 32


class Stopwatch:
    """A monotonic clock that a test winds by hand."""

    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def stopwatch() -> Stopwatch:
    return Stopwatch()


@pytest.fixture
def trust(trust_table: Table, clock: FixedClock, stopwatch: Stopwatch) -> TrustStore:
    return TrustStore(trust_table, clock=clock, monotonic=stopwatch, random=lambda: 0.5)


@pytest.fixture
def calls(trust_table: Table) -> list[str]:
    """The DynamoDB operations that are really sent, in order."""
    sent: list[str] = []
    events = aws_clients.client("dynamodb").meta.events
    events.register(
        "before-send.dynamodb", lambda event_name, **_: sent.append(event_name.rpartition(".")[2])
    )
    return sent


def put_key(table: Table, kid: str, **more: Any) -> None:
    table.put({"pk": "KEYS", "sk": kid, "jwk": json.dumps({"kid": kid}), "state": "signing", **more})


def deny(table: Table, kind: str, name: str, **more: Any) -> None:
    table.put({"pk": f"DENY#{kind}#{name}", "sk": "DENY", **more})


def block(table: Table, *networks: str, copies: range = range(16)) -> None:
    packed = Blacklist.pack(ip_network(network) for network in networks)
    for copy in copies:
        table.put({"pk": f"BLACKLIST#{copy}", "sk": "BLACKLIST", "compressed": packed})


# -- keys


@pytest.mark.parametrize("state", ["published", "signing", "retired"])
def test_a_key_of_any_state_verifies(trust: TrustStore, trust_table: Table, state: str):
    put_key(trust_table, "k", state=state)
    assert trust.signing_key("k") == {"kid": "k"}


def test_an_expired_key_does_not(trust: TrustStore, trust_table: Table, clock: FixedClock):
    put_key(trust_table, "old", expires_at=epoch_seconds(clock.now()))
    put_key(trust_table, "new", expires_at=epoch_seconds(clock.now()) + 1)
    assert trust.signing_key("old") is None
    assert trust.signing_key("new") is not None


def test_keys_are_read_once_and_held(
    trust: TrustStore, trust_table: Table, stopwatch: Stopwatch, calls: list[str]
):
    put_key(trust_table, "k")
    calls.clear()
    for _ in range(5):
        trust.signing_key("k")
    stopwatch.at += KEYS_HELD_S - 1
    trust.signing_key("k")
    assert calls == ["Query"]
    stopwatch.at += 1
    trust.signing_key("k")
    assert calls == ["Query", "Query"]


def test_a_deleted_key_is_forgotten_when_its_time_is_up(
    trust: TrustStore, trust_table: Table, stopwatch: Stopwatch
):
    put_key(trust_table, "k")
    trust.signing_key("k")
    trust_table.delete({"pk": "KEYS", "sk": "k"})
    stopwatch.at += KEYS_HELD_S
    assert trust.signing_key("k") is None


def test_a_new_key_is_found_at_once_but_unknown_ids_are_looked_up_once_a_second(
    trust: TrustStore, trust_table: Table, stopwatch: Stopwatch, calls: list[str]
):
    put_key(trust_table, "k")
    trust.signing_key("k")
    stopwatch.at += 1
    put_key(trust_table, "new")
    calls.clear()
    assert trust.signing_key("new") is not None
    for number in range(100):
        assert trust.signing_key(f"made-up-{number}") is None
    assert calls == ["Query"]


# -- denials


def denied(trust: TrustStore, issued_at: int, **changed: str) -> bool:
    names = {"session_id": "s", "family": "f", "subject": "u", **changed}
    return trust.denied(**names, issued_at=issued_at)


def test_without_a_denial_nothing_is_denied(trust: TrustStore):
    assert not denied(trust, 100)


@pytest.mark.parametrize(("kind", "name"), [("sid", "s"), ("family", "f"), ("sub", "u")])
def test_a_denial_of_session_family_or_user_denies(
    trust: TrustStore, trust_table: Table, kind: str, name: str
):
    deny(trust_table, kind, name)
    assert denied(trust, 100)


def test_a_denial_of_another_denies_nobody_else(trust: TrustStore, trust_table: Table):
    for kind, name in [("sid", "u"), ("family", "s"), ("sub", "f"), ("sub", "other")]:
        deny(trust_table, kind, name)
    assert not denied(trust, 100)


@given(issued_at=st.integers(0, 10**10), before=st.integers(0, 10**10))
def test_a_denial_from_an_instant_on_denies_what_was_issued_before_it(issued_at: int, before: int):
    rows = [{"pk": "DENY#sub#u", "sk": "DENY", "before": before}]

    class OneRow:
        def batch_get(self, _keys: Any, *, consistent: bool) -> list[dict[str, Any]]:
            assert consistent
            return rows

    assert denied(TrustStore(OneRow()), issued_at) == (issued_at < before)


def test_an_expired_denial_denies_no_more(trust: TrustStore, trust_table: Table, clock: FixedClock):
    deny(trust_table, "sid", "s", expires_at=epoch_seconds(clock.now()) + 1)
    assert denied(trust, 100)
    clock.advance(seconds=1)
    assert not denied(trust, 100)


def test_a_denial_is_seen_by_one_consistent_batch(trust: TrustStore, calls: list[str]):
    denied(trust, 100)
    denied(trust, 100)
    assert calls == ["BatchGetItem", "BatchGetItem"]


# -- API keys


def put_api_key(table: Table, **more: Any) -> None:
    row = {
        "pk": f"APIKEY#{KEY_HASH}",
        "sk": "APIKEY",
        "key_id": "k1",
        "kind": "service",
        "scopes": ["a", "b"],
    }
    table.put({**row, **more})


def test_a_key_is_found_by_the_hash_of_what_is_presented(trust: TrustStore, trust_table: Table):
    put_api_key(trust_table)
    assert trust.api_key(KEY_HASH) == ApiKey("k1", "service", frozenset({"a", "b"}))
    assert trust.api_key("cd" * 32) is None


def test_a_key_that_expired_or_was_revoked_is_no_key(
    trust: TrustStore, trust_table: Table, clock: FixedClock
):
    now = epoch_seconds(clock.now())
    put_api_key(trust_table, expires_at=now)
    assert trust.api_key(KEY_HASH) is None
    put_api_key(trust_table, revoked_at=now - 1)
    assert trust.api_key(KEY_HASH) is None
    put_api_key(trust_table, expires_at=now + 1)
    assert trust.api_key(KEY_HASH) is not None


# -- the blacklist

ADDRESSES = st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6))


@st.composite
def networks(draw: st.DrawFn):
    address = draw(ADDRESSES)
    widest = 32 if address.version == 4 else 128
    return ip_network((address, draw(st.integers(widest - 12, widest))), strict=False)


@given(blocked=st.lists(networks(), max_size=8), address=ADDRESSES)
def test_an_address_is_blocked_if_and_only_if_a_network_has_it(blocked: list[Any], address: Any):
    found = Blacklist.unpack(Blacklist.pack(blocked))
    mapped = getattr(address, "ipv4_mapped", None)
    plain = mapped or address
    spelled = {network for network in blocked if network.version == plain.version and plain in network}
    also = {network for network in blocked if network.version == address.version and address in network}
    assert (str(address) in found) == bool(spelled | also)
    for network in blocked:
        assert str(network[0]) in found
        assert str(network[-1]) in found


def test_overlapping_networks_are_one_range():
    overlapping = [ip_network("10.0.0.0/8"), ip_network("10.1.0.0/16"), ip_network("10.1.2.3/32")]
    assert Blacklist.pack(overlapping) == Blacklist.pack([ip_network("10.0.0.0/8")])
    assert "10.200.0.1" in Blacklist.unpack(Blacklist.pack(overlapping))


@pytest.mark.parametrize("text", ["", "unknown", "10.0.0", "10.0.0.1:443", "::1%eth0", "10.0.0.1\0", "[::1]"])
def test_what_is_no_address_is_on_no_list(text: str):
    assert pack_address(text) is None
    assert text not in Blacklist.unpack(Blacklist.pack([ip_network("0.0.0.0/0"), ip_network("::/0")]))


def test_an_ipv4_address_has_one_form():
    assert pack_address("10.0.0.1") == pack_address("::ffff:10.0.0.1") == ip_address("::ffff:10.0.0.1").packed


def test_no_blacklist_blocks_nobody(trust: TrustStore):
    assert not trust.blocks("10.0.0.1")


def test_a_blocked_address_is_blocked_within_twenty_seconds_or_so(
    trust: TrustStore, trust_table: Table, stopwatch: Stopwatch, calls: list[str]
):
    assert not trust.blocks("10.0.0.1")
    block(trust_table, "10.0.0.0/24")
    calls.clear()
    assert not trust.blocks("10.0.0.1")
    assert calls == []
    stopwatch.at += 20
    assert trust.blocks("10.0.0.1")
    assert not trust.blocks("10.0.1.1")
    assert calls == ["GetItem"]


@pytest.mark.parametrize(("drawn", "copy"), [(0.0, 0), (0.5, 8), (0.999, 15)])
def test_any_of_the_sixteen_copies_is_read(trust_table: Table, drawn: float, copy: int):
    block(trust_table, "10.0.0.1/32", copies=range(copy, copy + 1))
    assert TrustStore(trust_table, random=lambda: drawn).blocks("10.0.0.1")


class BrokenTable:
    """A table that stops answering: what moto cannot do."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self.broken = False

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if self.broken:
            raise Unavailable("down")
        found: Callable[..., Any] = getattr(self._table, name)
        return found


def test_a_known_blacklist_stays_in_force_for_a_while_when_the_table_is_down(
    trust_table: Table, stopwatch: Stopwatch
):
    block(trust_table, "10.0.0.1/32")
    table = BrokenTable(trust_table)
    trust = TrustStore(table, monotonic=stopwatch, random=lambda: 0.5)
    assert trust.blocks("10.0.0.1")
    table.broken = True
    stopwatch.at += 25
    assert trust.blocks("10.0.0.1")
    stopwatch.at += BLACKLIST_STALE_S
    with pytest.raises(Unavailable):
        trust.blocks("10.0.0.2")


def test_with_the_table_down_and_no_list_nobody_is_let_in(trust_table: Table):
    table = BrokenTable(trust_table)
    table.broken = True
    with pytest.raises(Unavailable):
        TrustStore(table).blocks("10.0.0.1")
