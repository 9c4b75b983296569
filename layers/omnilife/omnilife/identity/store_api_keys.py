"""API keys: what administrators see in identity's table, and beside it what opens doors, in `trust`.

| entity | table    | pk                  | sk     | index 1                  | members                     |
|--------|----------|---------------------|--------|--------------------------|-----------------------------|
| keys   | identity | APIKEY#<key id>     | APIKEY | APIKEYS, <created>#<id>  | as `ApiKey`, hash, version  |
| outbox | identity | APIKEY#<key id>     | EVENT#<event id> |                |                             |
| hashes | trust    | APIKEY#<sha256 hex> | APIKEY |                          | see `core.trust`            |

Administrators make and end keys, so one partition of the index holds them all. Both rows change in one
transaction. The row in `trust` goes when the key has expired; the other stays for `KEPT` longer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from omnilife.core.clock import epoch_seconds, rfc3339
from omnilife.core.conditions import attribute, exists, missing
from omnilife.core.config import Settings
from omnilife.core.events import DomainEvent
from omnilife.core.outbox import announce
from omnilife.core.table import ConditionFailed, Item, Part, Put, Table, Update
from omnilife.identity.api_keys import ApiKey

KEPT = timedelta(days=400)
"""How long an ended key is still listed: longer than anybody asks what a key of last year was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKeySettings(Settings):
    identity_table: str
    trust_table: str


@dataclass(frozen=True, slots=True)
class StoredApiKey:
    """A key, the hash of its text, and the version of its row."""

    key: ApiKey
    hash: str
    version: int


@dataclass(frozen=True, slots=True)
class ApiKeyStore:
    """The rows of API keys."""

    table: Table
    trust: str

    @classmethod
    def from_environment(cls) -> Self:
        settings = ApiKeySettings.from_environment()
        return cls(Table(settings.identity_table), settings.trust_table)

    def find(self, key_id: str) -> StoredApiKey | None:
        """The key of that id. Cost: one consistent read."""
        item = self.table.get(f"APIKEY#{key_id}", "APIKEY", consistent=True)
        return None if item is None else _stored(item)

    def newest(self, *, limit: int, before: str | None) -> tuple[list[ApiKey], str | None]:
        """Keys, newest first, from after the place `before`; and the last one's place, if more follow."""
        after = None
        if before is not None:
            key_id = before.partition("#")[2]
            after = {"pk": f"APIKEY#{key_id}", "sk": "APIKEY", "i1pk": "APIKEYS", "i1sk": before}
        page = self.table.query("APIKEYS", index="index1", limit=limit, forward=False, after=after)
        last = page.items[-1]["i1sk"] if page.items and page.last_key else None
        return [_stored(item).key for item in page.items], last

    def create(
        self, key: ApiKey, key_hash: str, events: Sequence[DomainEvent], *, replaced: StoredApiKey | None
    ) -> None:
        """Write a new key, and shorten the life of the one that it replaces: all or nothing.

        Raises:
            ConditionFailed: the replaced key changed meanwhile.
        """
        parts: list[Part] = [
            Put(_item(StoredApiKey(key, key_hash, 1)), condition=missing("pk"), name="key"),
            Put(self._trusted(key, key_hash), condition=missing("pk"), name="hash", table=self.trust),
        ]
        if replaced is not None:
            parts += self._change(replaced)
        self.table.transact([*parts, *self._announced(events)])

    def change(self, changed: StoredApiKey, events: Sequence[DomainEvent]) -> None:
        """Write a key anew: `changed.version` is the one that it gets.

        Raises:
            ConditionFailed: it changed meanwhile.
        """
        self.table.transact([*self._change(changed), *self._announced(events)])

    def note_use(self, key_id: str, at: datetime) -> bool:
        """Write when a key was last used, unless a later use is known or the row is gone; whether it did."""
        latest = missing("key", "last_used_at") | (attribute("key", "last_used_at") < rfc3339(at))
        try:
            self.table.update(
                {"pk": f"APIKEY#{key_id}", "sk": "APIKEY"},
                set={("key", "last_used_at"): rfc3339(at)},
                condition=exists("pk") & latest,
            )
        except ConditionFailed:
            return False
        return True

    def _change(self, changed: StoredApiKey) -> list[Part]:
        """The parts that write a key anew, but for its last use, which may be noted at the same time."""
        key, row = changed.key, _item(changed)
        told: dict[str | tuple[str | int, ...], Any] = {
            ("key", name): value for name, value in row["key"].items() if name != "last_used_at"
        }
        trusted: dict[str | tuple[str | int, ...], Any] = {"expires_at": epoch_seconds(key.expires_at)}
        if key.revoked_at:
            trusted["revoked_at"] = epoch_seconds(key.revoked_at)
        return [
            Update(
                {"pk": row["pk"], "sk": row["sk"]},
                set={**told, "version": changed.version, "expires_at": row["expires_at"]},
                condition=attribute("version") == changed.version - 1,
                name="key",
            ),
            Update(
                {"pk": f"APIKEY#{changed.hash}", "sk": "APIKEY"},
                set=trusted,
                condition=attribute("key_id") == key.key_id,
                name="hash",
                table=self.trust,
            ),
        ]

    def _trusted(self, key: ApiKey, key_hash: str) -> Item:
        return {
            "pk": f"APIKEY#{key_hash}",
            "sk": "APIKEY",
            "key_id": key.key_id,
            "kind": key.kind,
            "scopes": key.scopes,
            "expires_at": epoch_seconds(key.expires_at),
        }

    def _announced(self, events: Sequence[DomainEvent]) -> list[Part]:
        return [announce(event, pk=f"APIKEY#{event.aggregate_id}") for event in events]


def has_ended(key: ApiKey, now: datetime) -> bool:
    return key.revoked_at is not None or key.expires_at <= now


def _item(stored: StoredApiKey) -> Item:
    key = stored.key
    return {
        "pk": f"APIKEY#{key.key_id}",
        "sk": "APIKEY",
        "entity": "api key",
        "i1pk": "APIKEYS",
        "i1sk": f"{rfc3339(key.created_at)}#{key.key_id}",
        "key": key.model_dump(exclude_none=True),
        "hash": stored.hash,
        "version": stored.version,
        "expires_at": epoch_seconds(key.expires_at + KEPT),
    }


def _stored(item: Item) -> StoredApiKey:
    return StoredApiKey(ApiKey.model_validate(item["key"]), item["hash"], item["version"])
