"""The address blacklist in DynamoDB: its entries here, its compiled copies in the trust table."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from omnilife.core.clock import epoch_seconds, rfc3339
from omnilife.core.conditions import attribute, exists, missing
from omnilife.core.config import Settings
from omnilife.core.table import ConditionFailed, Delete, Part, Put, Table, Update
from omnilife.core.trust import BLACKLIST_COPIES
from omnilife.security.blacklist_models import Entry

if TYPE_CHECKING:
    from omnilife.core.events import DomainEvent
    from omnilife.core.idempotency import Idempotency

PARTITION = "BLACKLIST"
PAGE = 1000
KEPT_AFTER_EXPIRY = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class BlacklistSettings(Settings):
    security_table: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CopiesSettings(Settings):
    trust_table: str


@dataclass(frozen=True, slots=True)
class BlacklistStore:
    """Entries of the blacklist. All of them stand in one partition: only administrators write it."""

    table: Table
    trust: Table | None = None

    @classmethod
    def to_read(cls) -> Self:
        """For lists: without the copies."""
        return cls(Table(BlacklistSettings.from_environment().security_table))

    @classmethod
    def from_environment(cls) -> Self:
        return cls(
            Table(BlacklistSettings.from_environment().security_table),
            Table(CopiesSettings.from_environment().trust_table),
        )

    def all_entries(self) -> Iterator[Entry]:
        """Every entry that was not deleted, expired ones too. Cost: 1 RCU for each 4 KB, some 13 entries."""
        after = None
        while True:
            page = self.table.query(PARTITION, begins_with="ENTRY#", limit=PAGE, after=after, consistent=True)
            yield from map(_entry, page.items)
            after = page.last_key
            if after is None:
                return

    def generation(self) -> int:
        """How many changes there were. Cost: 1 RCU."""
        item = self.table.get(PARTITION, "GENERATION", consistent=True)
        return item["generation"] if item else 0

    def add(
        self, entry: Entry, event: "DomainEvent", *, idempotency: "Idempotency | None", now: datetime
    ) -> Entry:
        """Write an entry and announce it; a repeat of the key gets what its first use wrote. Cost: 6 WCU."""
        from omnilife.core import outbox  # noqa: PLC0415 (deferred: readers do without)
        from omnilife.core.idempotency import transact_once  # noqa: PLC0415

        reference = entry.model_dump(mode="json")
        item = {"pk": PARTITION, "sk": f"ENTRY#{entry.entry_id}", "entity": "ip_blacklist", **reference}
        if entry.expires_at is not None:
            item["ttl_of"] = item.pop("expires_at")
            item["expires_at"] = epoch_seconds(entry.expires_at + KEPT_AFTER_EXPIRY)
        else:
            del item["expires_at"]
        parts: list[Part] = [
            Put(item, condition=missing("pk")),
            _count(),
            outbox.announce(event, pk=PARTITION),
        ]
        first = transact_once(self.table, parts, idem=idempotency, reference=reference, now=now)
        return entry if first is None else Entry.model_validate(first)

    def delete(self, entry_id: str, event: "DomainEvent") -> bool:
        """Remove an entry and announce it; False if it is not there. Cost: 6 WCU."""
        from omnilife.core import outbox  # noqa: PLC0415 (deferred: readers do without)

        key = {"pk": PARTITION, "sk": f"ENTRY#{entry_id}"}
        gone = Delete(key, condition=exists("pk"), name="entry")
        try:
            self.table.transact([gone, _count(), outbox.announce(event, pk=PARTITION)])
        except ConditionFailed:
            return False
        return True

    def publish(self, compiled: bytes, generation: int, now: datetime) -> None:
        """Write all copies, each unless it is of a later generation. Cost: 1 WCU for each KB and copy."""
        if self.trust is None:
            raise RuntimeError("a store to read writes no copies")
        for number in range(BLACKLIST_COPIES):
            copy = {
                "pk": f"BLACKLIST#{number}",
                "sk": "BLACKLIST",
                "compressed": compiled,
                "generation": generation,
                "compiled_at": rfc3339(now),
            }
            try:
                self.trust.put(
                    copy, condition=missing("generation") | (attribute("generation") <= generation)
                )
            except ConditionFailed:
                continue


def _count() -> Update:
    return Update({"pk": PARTITION, "sk": "GENERATION"}, add={"generation": 1}, name="generation")


def _entry(item: dict[str, Any]) -> Entry:
    return Entry.model_validate({**item, "expires_at": item.get("ttl_of")})
