"""The address blacklist: what is blocked, what is allowed, and what no entry can do."""

from datetime import timedelta
from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from omnilife.core.auth import Caller
from omnilife.core.cursors import BadCursor, CursorCodec
from omnilife.core.errors import IdempotencyConflict, Invalid, NotFound
from omnilife.core.idempotency import Idempotency
from omnilife.core.trust import BLACKLIST_COPIES, Blacklist, TrustStore
from omnilife.security import keep_blacklist
from omnilife.security.blacklist_models import Entry, NewEntry
from omnilife.security.compile_blacklist import compile_blacklist
from omnilife.security.keep_blacklist import (
    add_blacklist_entry,
    delete_blacklist_entry,
    list_blacklist,
    refresh_blacklist,
)
from omnilife.security.problems import BlacklistFull, BlocksCaller
from omnilife.security.store.blacklist import BlacklistStore

ADMIN = Caller("user", "192.0.2.1", "admin-1", roles=frozenset({"admin"}))
CURSORS = CursorCodec(b"c" * 43)


@pytest.fixture
def store(security_table, trust_table):
    return BlacklistStore(security_table, trust_table)


@pytest.fixture
def add(store, clock, ids):
    """`add("203.0.113.0/24", kind=…)`: an entry by the administrator."""

    def run(cidr, *, caller=ADMIN, idempotency=None, **more):
        new = NewEntry(cidr=cidr, reason="a reason", **more)
        return add_blacklist_entry(
            store, new, caller=caller, idempotency=idempotency, clock=clock, make_id=ids
        )

    return run


@pytest.fixture
def blocks(trust_table, clock):
    """Whether a function that starts now refuses an address."""
    return lambda address: TrustStore(trust_table, clock=clock).blocks(address)


@pytest.mark.parametrize(
    ("cidr", "inside", "outside"),
    [
        ("203.0.113.7", "203.0.113.7", "203.0.113.8"),
        ("203.0.113.0/24", "203.0.113.255", "203.0.114.0"),
        ("2001:db8::/32", "2001:db8:ffff::1", "2001:db9::1"),
        ("::ffff:203.0.113.7", "203.0.113.7", "203.0.113.8"),
        ("::ffff:203.0.113.0/120", "203.0.113.9", "203.0.112.9"),
    ],
)
def test_an_address_or_a_range_is_blocked_at_once(add, blocks, cidr, inside, outside):
    add(cidr)

    assert blocks(inside)
    assert not blocks(outside)


def test_all_sixteen_copies_are_the_same(add, trust_table):
    add("203.0.113.7")

    copies = [trust_table.get(f"BLACKLIST#{n}", "BLACKLIST")["compressed"] for n in range(BLACKLIST_COPIES)]
    assert len({bytes(copy) for copy in copies}) == 1


def test_what_is_allowed_wins_over_what_is_blocked_whichever_came_first(add, blocks):
    add("203.0.113.9", kind="allow")
    add("203.0.113.0/24")
    add("203.0.113.128/25", kind="allow")

    assert [blocks(f"203.0.113.{last}") for last in (8, 9, 10, 127, 128)] == [True, False, True, True, False]


def test_an_entry_ends_when_it_expires(add, blocks, store, clock):
    add("203.0.113.7", expires_at=clock.now() + timedelta(hours=1))
    clock.advance(seconds=3600)
    refresh_blacklist(store, clock=clock)

    assert not blocks("203.0.113.7")
    assert list_blacklist(store, cursors=CURSORS, clock=clock).items == []


def test_a_deleted_entry_blocks_no_more(add, blocks, store, clock, ids):
    entry = add("203.0.113.7")
    delete_blacklist_entry(store, entry.entry_id, caller=ADMIN, clock=clock, make_id=ids)

    assert not blocks("203.0.113.7")
    with pytest.raises(NotFound):
        delete_blacklist_entry(store, entry.entry_id, caller=ADMIN, clock=clock, make_id=ids)


@pytest.mark.parametrize("cidr", ["0.0.0.0/0", "10.0.0.0/7", "::/0", "2000::/3", "::ffff:0.0.0.0/96"])
def test_no_one_entry_can_shut_everybody_out(cidr):
    with pytest.raises(ValidationError):
        NewEntry(cidr=cidr, reason="a reason")


@pytest.mark.parametrize("cidr", ["", "nowhere", "1.2.3", "203.0.113.7/24", "1.2.3.4/33", "fe80::1%eth0/64x"])
def test_what_is_no_range_is_refused(cidr):
    with pytest.raises(ValidationError):
        NewEntry(cidr=cidr, reason="a reason")


def test_an_administrator_cannot_shut_themselves_out(add, blocks):
    with pytest.raises(BlocksCaller):
        add("192.0.2.0/24")

    assert not blocks("192.0.2.1")
    add("192.0.2.1", kind="allow")
    add("192.0.2.0/24")
    assert blocks("192.0.2.2")


def test_nor_by_deleting_what_lets_them_in(add, store, clock, ids, blocks):
    allowed = add("192.0.2.1", kind="allow")
    add("192.0.2.0/24")

    with pytest.raises(BlocksCaller):
        delete_blacklist_entry(store, allowed.entry_id, caller=ADMIN, clock=clock, make_id=ids)
    assert not blocks("192.0.2.1")


def test_an_entry_that_has_expired_already_is_refused(add, clock):
    with pytest.raises(Invalid):
        add("203.0.113.7", expires_at=clock.now())


def test_a_list_that_no_function_could_hold_is_refused_and_changes_nothing(add, blocks, store, monkeypatch):
    add("203.0.113.7")
    size = len(compile_blacklist(store.all_entries()))
    monkeypatch.setattr(keep_blacklist, "MAX_BLACKLIST_BYTES", size)

    with pytest.raises(BlacklistFull):
        add("2001:db8:aaaa::1")
    assert blocks("203.0.113.7")
    assert not blocks("2001:db8:aaaa::1")


def test_the_same_idempotency_key_adds_one_entry(add, store, clock):
    key = Idempotency("k-1", "user:admin-1", "POST /x", "hash-1")
    first, second = add("203.0.113.7", idempotency=key), add("203.0.113.7", idempotency=key)

    assert first == second
    assert len(list_blacklist(store, cursors=CURSORS, clock=clock).items) == 1
    with pytest.raises(IdempotencyConflict):
        add("203.0.113.8", idempotency=Idempotency("k-1", "user:admin-1", "POST /x", "hash-2"))


def test_entries_are_listed_newest_first_a_page_at_a_time(add, store, clock):
    made = [add(f"203.0.113.{last}").entry_id for last in range(5)]

    first = list_blacklist(store, cursors=CURSORS, limit=3, clock=clock)
    second = list_blacklist(store, cursors=CURSORS, limit=3, cursor=first.next_cursor, clock=clock)

    assert [each.entry_id for each in first.items + second.items] == made[::-1]
    assert second.next_cursor is None
    with pytest.raises(BadCursor):
        list_blacklist(store, cursors=CURSORS, cursor="x", clock=clock)


def test_each_change_is_announced(add, store, clock, ids, security_table):
    entry = add("203.0.113.7")
    delete_blacklist_entry(store, entry.entry_id, caller=ADMIN, clock=clock, make_id=ids)

    rows = security_table.query("BLACKLIST", begins_with="EVENT#", limit=10).items
    assert [row["type"] for row in rows] == ["BlacklistChanged"] * 2
    assert all('"actor":"user:admin-1"' in row["event"] for row in rows)


def test_a_compilation_that_has_seen_an_older_state_writes_nothing_over_a_newer_one(
    add, blocks, store, clock
):
    generation, older = store.generation(), compile_blacklist(store.all_entries())
    add("203.0.113.7")
    store.publish(older, generation, clock.now())

    assert blocks("203.0.113.7")


def test_a_store_to_read_writes_no_copies(security_table, clock):
    with pytest.raises(RuntimeError):
        BlacklistStore(security_table).publish(b"", 0, clock.now())


NETWORKS = st.one_of(
    st.builds(
        lambda a, p: ip_network((a % 2**12 << 20, p), strict=False), st.integers(0, 2**12), st.integers(8, 32)
    ),
    st.builds(
        lambda a, p: ip_network((167_772_160 + a, p), strict=False), st.integers(0, 300), st.integers(22, 32)
    ),
    st.builds(
        lambda a, p: ip_network(((0x20010DB8 << 96) + a, p), strict=False),
        st.integers(0, 300),
        st.integers(118, 128),
    ),
)
PLACES = st.one_of(
    st.integers(0, 400).map(lambda a: ip_address(167_772_100 + a)),
    st.integers(0, 2**32 - 1).map(ip_address),
    st.integers(0, 400).map(lambda a: ip_address((0x20010DB8 << 96) + a)),
)


@given(
    st.lists(st.tuples(NETWORKS, st.sampled_from(["block", "allow"])), max_size=12),
    st.lists(PLACES, max_size=20),
)
def test_the_compiled_list_blocks_exactly_what_some_entry_blocks_and_none_allows(rules, places):
    entries = [
        Entry(
            entry_id=str(number),
            cidr=network,
            kind=kind,
            reason="r",
            created_by="user:a",
            created_at="2026-11-24T12:00:00Z",
            expires_at=None,
        )
        for number, (network, kind) in enumerate(rules)
    ]
    compiled = Blacklist.unpack(compile_blacklist(entries))

    edges = [edge for network, _ in rules for edge in (network[0], network[-1])]
    for place in [*places, *edges]:
        inside = {kind for network, kind in rules if network.version == place.version and place in network}
        assert (str(place) in compiled) == (inside == {"block"})
