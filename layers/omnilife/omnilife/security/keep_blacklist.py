"""The address blacklist: its entries, and the compiled copies by which every function refuses requests."""

from omnilife.core.auth import Caller
from omnilife.core.clock import Clock, system_clock
from omnilife.core.cursors import CursorCodec
from omnilife.core.errors import FieldError, Invalid, NotFound
from omnilife.core.idempotency import Idempotency
from omnilife.core.ids import IdMaker, new_id
from omnilife.core.trust import MAX_BLACKLIST_BYTES, Blacklist
from omnilife.security.blacklist_models import Entry, EntryPage, NewEntry
from omnilife.security.compile_blacklist import compile_blacklist
from omnilife.security.events import BlacklistChanged
from omnilife.security.problems import BlacklistFull, BlocksCaller
from omnilife.security.store.blacklist import BlacklistStore


def add_blacklist_entry(
    store: BlacklistStore,
    new: NewEntry,
    *,
    caller: Caller,
    idempotency: Idempotency | None = None,
    clock: Clock = system_clock,
    make_id: IdMaker = new_id,
) -> Entry:
    """Block or allow addresses, everywhere within 30 seconds.

    Raises:
        Invalid: it has expired already.
        BlocksCaller: it would shut its own author out.
        BlacklistFull: all entries together would not fit into what functions hold.
        IdempotencyConflict: the key was used with another body.
    """
    now = clock.now()
    if new.expires_at is not None and new.expires_at <= now:
        raise Invalid("The entry has expired already.", errors=[FieldError("/expires_at", "in the past")])
    entry = Entry(
        entry_id=make_id(),
        cidr=new.cidr,
        kind=new.kind,
        reason=new.reason,
        created_by=caller.actor,
        created_at=now,
        expires_at=new.expires_at,
    )
    entries = [each for each in store.all_entries() if each.in_force(now)]
    compiled = compile_blacklist([*entries, entry])
    if caller.address in Blacklist.unpack(compiled):
        raise BlocksCaller(caller.address)
    if len(compiled) > MAX_BLACKLIST_BYTES:
        raise BlacklistFull(len(compiled))
    event = BlacklistChanged.of(entry, "added", event_id=make_id(), actor=caller.actor, at=now)
    written = store.add(entry, event, idempotency=idempotency, now=now)
    refresh_blacklist(store, clock=clock)
    return written


def delete_blacklist_entry(
    store: BlacklistStore,
    entry_id: str,
    *,
    caller: Caller,
    clock: Clock = system_clock,
    make_id: IdMaker = new_id,
) -> None:
    """Take an entry back, everywhere within 30 seconds.

    Raises:
        NotFound: there is none of that id.
        BlocksCaller: it allows the caller's own address, which another entry blocks.
    """
    now = clock.now()
    entries = [each for each in store.all_entries() if each.in_force(now)]
    entry = next((each for each in entries if each.entry_id == entry_id), None)
    if entry is None:
        raise NotFound("There is no such entry.")
    rest = compile_blacklist(each for each in entries if each is not entry)
    if caller.address in Blacklist.unpack(rest):
        raise BlocksCaller(caller.address)
    event = BlacklistChanged.of(entry, "deleted", event_id=make_id(), actor=caller.actor, at=now)
    if not store.delete(entry_id, event):
        raise NotFound("There is no such entry.")
    refresh_blacklist(store, clock=clock)


def list_blacklist(
    store: BlacklistStore,
    *,
    cursors: CursorCodec,
    limit: int = 20,
    cursor: str | None = None,
    clock: Clock = system_clock,
) -> EntryPage:
    """The entries in force, newest first.

    Raises:
        BadCursor: not one of ours.
    """
    query, now = "blacklist", clock.now()
    after = cursors.read(cursor, bound_to=query) if cursor else None
    newest = sorted(
        (
            each
            for each in store.all_entries()
            if each.in_force(now) and (after is None or each.entry_id < after)
        ),
        key=lambda each: each.entry_id,
        reverse=True,
    )
    more = len(newest) > limit
    items = newest[:limit]
    return EntryPage(
        items=items, next_cursor=cursors.issue(items[-1].entry_id, bound_to=query) if more else None
    )


def refresh_blacklist(store: BlacklistStore, *, clock: Clock = system_clock) -> int:
    """Compile what is in force now and write all copies; returns the bytes of one.

    Of two who compile at once, the one that has seen an older state writes nothing over the other's: each
    change counts a generation up, which is read before the entries.
    """
    now = clock.now()
    generation = store.generation()
    compiled = compile_blacklist(each for each in store.all_entries() if each.in_force(now))
    store.publish(compiled, generation, now)
    return len(compiled)
