"""The audit trail: every change of a record, wherever it is, is named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnilife.core.cursors import CursorCodec
from omnilife.core.errors import Invalid
from omnilife.core.events import ReceivedEvent
from omnilife.core.retries import Retrying
from omnilife.core.table import ConditionFailed
from omnilife.security.audit import GENESIS, AuditRecord, chain_of, check_chain, hash_of
from omnilife.security.audit_trail import (
    AuditChainBroken,
    AuditFilters,
    append_audit,
    list_audit,
    verify_audit_chain,
)
from omnilife.security.store.audit import AuditStore
from tests.support.waiting import VirtualTime

CURSORS = CursorCodec(b"c" * 43)


def event(number, *, type="RolesChanged", subject="user-1", actor="user:admin-1", **data):
    return ReceivedEvent(
        id=f"event-{number:04}",
        type=type,
        time=f"2026-11-24T12:00:{number % 60:02}Z",
        aggregate="user",
        aggregate_id=subject,
        version=number,
        correlation_id=f"request-{number}",
        actor=actor,
        data={"roles": ["admin"], "risk": 0.5, **data},
    )


@pytest.fixture
def store(security_table, clock):
    time = VirtualTime()
    return AuditStore(security_table, clock, Retrying(monotonic=time.monotonic, sleep=time.sleep))


CHAIN = chain_of(event(1))


def key(seq):
    return {"pk": f"AUDIT#{CHAIN}", "sk": f"SEQ#{seq:012}"}


def broken(store, capsys):
    with pytest.raises(AuditChainBroken):
        verify_audit_chain(store)
    return capsys.readouterr().out


def test_records_of_one_thing_follow_each_other_by_number_and_hash(store):
    for number in range(1, 4):
        assert append_audit(store, event(number))

    records = list(store.records(CHAIN, through=3))
    assert [record["seq"] for record in records] == [1, 2, 3]
    assert [record["previous"] for record in records] == [GENESIS, records[0]["hash"], records[1]["hash"]]
    assert store.head(CHAIN) == (3, records[2]["hash"])
    assert verify_audit_chain(store).records == 3


def test_an_event_that_comes_twice_is_recorded_once(store):
    assert append_audit(store, event(1))
    assert not append_audit(store, event(1))

    assert store.head(CHAIN)[0] == 1


@pytest.mark.parametrize(
    ("type", "data", "belongs"),
    [
        ("RolesChanged", {}, True),
        ("BlacklistChanged", {}, True),
        ("Anything", {"vocabulary": "authz_admin"}, True),
        ("LoginFailed", {"vocabulary": "authn_login_fail"}, False),
        ("ProductChanged", {}, False),
    ],
)
def test_what_administrators_change_belongs_into_the_trail(store, type, data, belongs):
    assert append_audit(store, event(1, type=type, **data)) is belongs


def test_a_changed_record_is_named(store, security_table, capsys):
    for number in range(1, 4):
        append_audit(store, event(number))
    security_table.update(key(2), set={("record", "actor"): "user:somebody-else"})

    told = broken(store, capsys)
    assert '"problem":"changed"' in told
    assert '"event_id":"event-0002"' in told


def test_a_record_whose_hash_was_made_anew_is_named(store, security_table, capsys):
    for number in range(1, 4):
        append_audit(store, event(number))
    record = {**security_table.get(**key(2))["record"], "actor": "user:somebody-else"}
    security_table.update(key(2), set={"record": {**record, "hash": hash_of(record)}})

    told = broken(store, capsys)
    assert '"problem":"replaced"' in told
    assert '"event_id":"event-0002"' in told


@pytest.mark.parametrize("seq", [1, 2, 3])
def test_a_removed_record_is_named_the_last_one_too(store, security_table, capsys, seq):
    for number in range(1, 4):
        append_audit(store, event(number))
    security_table.delete(key(seq))

    told = broken(store, capsys)
    assert '"problem":"missing"' in told
    assert f'"seq":{seq}' in told


def test_the_heads_are_logged_so_that_a_chain_made_anew_can_be_told(store, capsys):
    append_audit(store, event(1))
    verify_audit_chain(store)

    assert store.head(CHAIN)[1] in capsys.readouterr().out


def test_two_who_append_at_once_make_one_chain(store, monkeypatch):
    real, raced = store.table.__class__.transact, []

    def transact(table, parts, **more):
        if not raced:
            raced.append(True)
            append_audit(AuditStore(store.table, store.clock), event(2))
        return real(table, parts, **more)

    monkeypatch.setattr(store.table.__class__, "transact", transact)
    append_audit(store, event(1))

    assert [r["event_id"] for r in store.records(CHAIN, through=9)] == ["event-0002", "event-0001"]
    monkeypatch.undo()
    assert verify_audit_chain(store).records == 2


def test_nobody_may_write_a_record_over_another(store, security_table):
    append_audit(store, event(1))
    store.table.delete({"pk": f"AUDIT#{CHAIN}", "sk": "HEAD"})

    with pytest.raises(Exception, match="busy"):
        append_audit(store, event(2))
    assert issubclass(ConditionFailed, Exception)


def test_records_are_listed_newest_first_by_each_filter(store):
    append_audit(store, event(1, subject="user-1"))
    append_audit(store, event(2, subject="user-2", actor="user:admin-2"))
    append_audit(store, event(3, type="ApiKeyCreated", subject="key-1"))

    def ids(**asked):
        page = list_audit(store, AuditFilters.model_validate(asked), cursors=CURSORS)
        return [record.event_id[-1] for record in page.items]

    assert ids() == ["3", "2", "1"]
    assert ids(actor="user:admin-2") == ["2"]
    assert ids(action="ApiKeyCreated") == ["3"]
    assert ids(subject="user:user-1") == ["1"]
    assert ids(**{"from": "2026-11-24T12:00:02Z", "to": "2026-11-24T12:00:03Z"}) == ["2"]
    with pytest.raises(Invalid):
        ids(**{"from": "2026-11-24T12:00:02Z", "to": "2026-11-24T12:00:01Z"})


def test_pages_have_every_record_once(store):
    for number in range(7):
        append_audit(store, event(number, subject=f"user-{number}"))

    seen, cursor = [], None
    while len(seen) < 20:
        page = list_audit(store, AuditFilters(limit=3, cursor=cursor), cursors=CURSORS)
        seen += [record.event_id for record in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen == [f"event-{number:04}" for number in reversed(range(7))]


def chain(length):
    records, previous = [], GENESIS
    for number in range(1, length + 1):
        record = AuditRecord.of(event(number), chain=0, seq=number, previous=previous)
        records.append(record.model_dump(mode="json"))
        previous = record.hash
    return records, (length, previous)


@given(st.integers(1, 12), st.data())
def test_any_one_change_or_removal_is_found_at_its_own_number(length, data):
    records, head = chain(length)
    assert check_chain(0, records, head) == []
    seq = data.draw(st.integers(1, length))
    what = data.draw(st.sampled_from(["remove", "change", "rehash"]))
    if what == "remove":
        del records[seq - 1]
    else:
        name = data.draw(st.sampled_from(["actor", "action", "subject", "request_id", "event_id"]))
        records[seq - 1] = {**records[seq - 1], name: "another"}
        if what == "rehash":
            records[seq - 1]["hash"] = hash_of(records[seq - 1])

    assert [each.seq for each in check_chain(0, records, head)] == [seq]
