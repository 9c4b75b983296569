"""API keys: told once, kept as a hash, ended at once, and replaced with an overlap."""

import hashlib
import re
from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError

from omnilife.core.clock import FixedClock
from omnilife.core.cursors import BadCursor, CursorCodec
from omnilife.core.errors import Conflict, Invalid, NotFound
from omnilife.core.events import ReceivedEvent
from omnilife.core.ids import IdMaker
from omnilife.core.table import Table
from omnilife.core.trust import TrustStore
from omnilife.identity.api_keys import CreatedApiKey, NewApiKey
from omnilife.identity.manage_api_keys import create_api_key, list_api_keys, note_key_use, revoke_api_key
from omnilife.identity.store_api_keys import ApiKeyStore, StoredApiKey
from tests.support.callers import ADMIN
from tests.support.http import Answer

DAY = 86_400


class Keys:
    """The keys of a deployment, and an administrator who manages them."""

    def __init__(self, identity: Table, trust: Table, clock: FixedClock, ids: IdMaker) -> None:
        self.store = ApiKeyStore(identity, trust.name)
        self.trust = TrustStore(trust, clock=clock)
        self.clock, self.ids = clock, ids

    def make(self, **wanted: Any) -> CreatedApiKey:
        wanted = {"name": "Warehouse", "scopes": ["search:index"]} | wanted
        return create_api_key(
            self.store, NewApiKey(**wanted), caller=ADMIN, clock=self.clock, make_id=self.ids
        )

    def revoke(self, key_id: str) -> None:
        revoke_api_key(self.store, key_id, caller=ADMIN, clock=self.clock, make_id=self.ids)

    def opens(self, key: CreatedApiKey) -> bool:
        return self.trust.api_key(hashlib.sha256(key.key.encode()).hexdigest()) is not None

    def events(self, key_id: str) -> list[str]:
        rows = self.store.table.query(f"APIKEY#{key_id}", begins_with="EVENT#", limit=9).items
        return sorted(row["type"] for row in rows)


@pytest.fixture
def keys(identity_table: Table, trust_table: Table, clock: FixedClock, ids: IdMaker) -> Keys:
    return Keys(identity_table, trust_table, clock, ids)


def test_a_new_key_opens_what_its_scopes_say_from_now_on(keys: Keys) -> None:
    key = keys.make(scopes=["search:index", "search:index", "images:read"])
    known = keys.trust.api_key(hashlib.sha256(key.key.encode()).hexdigest())

    assert known is not None
    assert (known.key_id, known.kind, known.scopes) == (
        key.key_id,
        "service",
        {"search:index", "images:read"},
    )
    assert re.fullmatch(r"olk_[A-Za-z0-9_-]{43}", key.key)
    assert key.key.startswith(key.prefix)
    assert keys.events(key.key_id) == ["ApiKeyCreated"]


def test_its_text_is_stored_nowhere(keys: Keys) -> None:
    key = keys.make()
    client = keys.store.table._client()

    for table in ("identity", "trust"):
        assert key.key[len(key.prefix) :] not in str(client.scan(TableName=table)["Items"])


def test_a_key_ends_by_itself(keys: Keys) -> None:
    key = keys.make(expires_in_days=2)
    keys.clock.advance(seconds=2 * DAY - 1)
    assert keys.opens(key)
    keys.clock.advance(seconds=1)
    assert not keys.opens(key)


def test_a_revoked_key_is_refused_at_once_and_revoking_again_changes_nothing(keys: Keys) -> None:
    key = keys.make()
    keys.revoke(key.key_id)
    keys.revoke(key.key_id)

    assert not keys.opens(key)
    assert keys.events(key.key_id) == ["ApiKeyCreated", "ApiKeyRevoked"]


def test_a_key_that_is_not_there_cannot_be_revoked(keys: Keys) -> None:
    with pytest.raises(NotFound):
        keys.revoke("nobody")


def test_a_replaced_key_goes_on_for_the_overlap_and_no_longer(keys: Keys) -> None:
    old = keys.make()
    new = keys.make(replaces=old.key_id, overlap_hours=2)

    assert (keys.opens(old), keys.opens(new)) == (True, True)
    keys.clock.advance(seconds=7200)
    assert (keys.opens(old), keys.opens(new)) == (False, True)


def test_an_overlap_never_prolongs_a_key(keys: Keys) -> None:
    old = keys.make(expires_in_days=1)
    keys.clock.advance(seconds=DAY - 60)
    keys.make(replaces=old.key_id, overlap_hours=24)
    keys.clock.advance(seconds=60)

    assert not keys.opens(old)


def use(keys: Keys, key_id: str) -> bool:
    now = keys.clock.now()
    event = ReceivedEvent(
        id="event-1",
        type="ApiKeyUsed",
        time=now,
        aggregate="api_key",
        aggregate_id=key_id,
        version=1,
        correlation_id="request-1",
        actor=f"key:{key_id}",
        data={"key_id": key_id},
    )
    return note_key_use(keys.store, event)


def last_use(keys: Keys, key_id: str) -> Any:
    stored = keys.store.find(key_id)
    assert stored is not None
    return stored.key.last_used_at


def test_a_key_says_when_it_was_last_used_whatever_order_that_is_told_in(keys: Keys) -> None:
    key = keys.make()
    assert last_use(keys, key.key_id) is None
    keys.clock.advance(seconds=600)
    latest = keys.clock.now()

    assert use(keys, key.key_id)
    assert not use(keys, key.key_id)
    keys.clock.advance(seconds=-300)
    assert not use(keys, key.key_id)

    assert last_use(keys, key.key_id) == latest


def test_the_use_of_a_key_that_nobody_has_makes_no_row(keys: Keys) -> None:
    assert not use(keys, "nobody")
    assert keys.store.find("nobody") is None


def test_a_use_that_is_noted_while_a_key_is_changed_is_kept_and_so_is_the_change(keys: Keys) -> None:
    key = keys.make()
    before = keys.store.find(key.key_id)
    assert before is not None
    use(keys, key.key_id)

    revoked = before.key.model_copy(update={"revoked_at": keys.clock.now()})
    keys.store.change(StoredApiKey(revoked, before.hash, before.version + 1), [])

    after = keys.store.find(key.key_id)
    assert after is not None
    assert after.key.revoked_at == after.key.last_used_at == keys.clock.now()
    assert after.version == before.version + 1


def test_only_a_key_in_force_of_the_same_kind_and_without_successor_can_be_replaced(keys: Keys) -> None:
    writing = keys.make(kind="write", scopes=[])
    ended = keys.make()
    keys.revoke(ended.key_id)
    replaced = keys.make()
    keys.make(replaces=replaced.key_id)

    for key_id in ("nobody", writing.key_id, ended.key_id, replaced.key_id):
        with pytest.raises(Invalid) as refused:
            keys.make(replaces=key_id)
        assert refused.value.errors[0].pointer == "/replaces"


def test_two_administrators_cannot_replace_one_key_at_once(
    keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = keys.make()
    seen = keys.store.find(old.key_id)
    keys.make(replaces=old.key_id)
    monkeypatch.setattr(ApiKeyStore, "find", lambda *_: seen)

    with pytest.raises(Conflict):
        keys.make(replaces=old.key_id)
    with pytest.raises(Conflict):
        keys.revoke(old.key_id)
    assert keys.opens(old)


def test_keys_are_listed_newest_first_page_by_page_and_without_their_texts(keys: Keys) -> None:
    made = []
    for _ in range(5):
        made.append(keys.make())
        keys.clock.advance(seconds=1)
    cursors = CursorCodec(b"c" * 43)

    first = list_api_keys(keys.store, cursors=cursors, limit=3)
    second = list_api_keys(keys.store, cursors=cursors, limit=3, cursor=first.next_cursor)

    listed = [key.key_id for key in (*first.items, *second.items)]
    assert listed == [key.key_id for key in reversed(made)]
    assert second.next_cursor is None
    assert made[0].key not in second.model_dump_json()
    with pytest.raises(BadCursor):
        list_api_keys(keys.store, cursors=cursors, cursor="made up")


@pytest.mark.parametrize(
    "wrong",
    [
        {"scopes": []},
        {"kind": "write"},
        {"scopes": ["everything"]},
        {"name": ""},
        {"name": "card 4111 1111 1111 1111"},
        {"expires_in_days": 0},
        {"expires_in_days": 367},
        {"overlap_hours": 169},
        {"key": "olk_mine"},
    ],
)
def test_what_makes_no_sense_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        NewApiKey(**({"name": "Warehouse", "scopes": ["search:index"]} | wrong))


def test_a_key_made_over_http_is_listed_and_ended(call: Callable[..., Answer]) -> None:
    made = call("create_api_key")
    assert (made.status, made.json["scopes"]) == (201, ["search:index"])
    assert made.json["created_by"] == "user:admin-1"

    ended = call("revoke_api_key", key_id=made.json["key_id"])
    assert ended.status == 204
    listed = call("list_api_keys").json["items"]
    assert [(key["key_id"], "key" in key) for key in listed] == [(made.json["key_id"], False)]
    assert listed[0]["revoked_at"]
    assert call("revoke_api_key", key_id="nobody").status == 404


def test_a_service_key_without_scopes_is_told_where(call: Callable[..., Answer]) -> None:
    answer = call("create_api_key", body={"name": "Warehouse"})

    assert answer.status == 422


@pytest.mark.parametrize("name", ["create_api_key", "list_api_keys", "revoke_api_key"])
def test_keys_are_for_administrators(call: Callable[..., Answer], name: str) -> None:
    assert call(name, role="merchant").status == 403
