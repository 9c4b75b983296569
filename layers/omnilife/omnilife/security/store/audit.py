"""The audit trail in DynamoDB: chains by number, and all of them by time."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from omnilife.core.clock import Clock, system_clock
from omnilife.core.conditions import Condition, attribute, missing
from omnilife.core.config import Settings
from omnilife.core.consumer import once
from omnilife.core.events import ReceivedEvent
from omnilife.core.merged_read import Chunk, MergedRead
from omnilife.core.retries import Retrying
from omnilife.core.table import ConditionFailed, Part, Put, Table, Update
from omnilife.security.audit import CHAINS, GENESIS, AuditRecord, chain_of, position_of

READ_BUDGET = 8_000
PAGE = 1000
FIRST, LAST = "0", "~"


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditSettings(Settings):
    security_table: str


@dataclass(frozen=True, slots=True)
class AuditStore:
    """Records are added and never changed, and no role may remove one."""

    table: Table
    clock: Clock = system_clock
    retrying: Retrying = field(default_factory=Retrying)

    @classmethod
    def from_environment(cls) -> Self:
        return cls(Table(AuditSettings.from_environment().security_table))

    def append(self, event: ReceivedEvent) -> bool:
        """Add the event's record to the end of its chain; False if it has one already. Cost: 8 WCU.

        Raises:
            Unavailable: others kept appending to the same chain.
        """
        chain = chain_of(event)
        for _ in self.retrying.attempts():
            seq, last = self.head(chain)
            record = AuditRecord.of(event, chain=chain, seq=seq + 1, previous=last)
            position = position_of(record)
            row = {
                **_key(chain, record.seq),
                "entity": "audit",
                "record": record.model_dump(mode="json"),
                "actor": record.actor,
                "action": record.action,
                "subject": record.subject,
                "i1pk": f"AUDITED#{chain}",
                "i1sk": position,
            }
            unchanged = attribute("seq") == seq if seq else missing("pk")
            parts: list[Part] = [
                Put(row, condition=missing("pk"), name="record"),
                Update(
                    _head_key(chain),
                    set={"entity": "audit", "seq": record.seq, "hash": record.hash},
                    condition=unchanged,
                    name="head",
                ),
            ]
            try:
                return once(self.table, "audit", event, parts, clock=self.clock)
            except ConditionFailed:
                continue
        raise AssertionError("attempts() ends by raising")  # pragma: no cover

    def head(self, chain: int) -> tuple[int, str]:
        """The last number of a chain and its hash. Cost: 1 RCU."""
        item = self.table.get(**_head_key(chain), consistent=True)
        return (item["seq"], item["hash"]) if item else (0, GENESIS)

    def records(self, chain: int, *, through: int) -> Iterator[Mapping[str, Any]]:
        """A chain's records up to a number, as they are stored. Cost: 1 RCU for each 4 KB."""
        after = None
        bounds = (_key(chain, 0)["sk"], _key(chain, through)["sk"])
        while True:
            page = self.table.query(
                f"AUDIT#{chain}", between=bounds, limit=PAGE, after=after, consistent=True
            )
            for item in page.items:
                # What the key says counts: a record that was moved is no longer the one that its place names.
                yield {**item["record"], "seq": int(item["sk"].removeprefix("SEQ#"))}
            after = page.last_key
            if after is None:
                return

    def browse(
        self,
        *,
        actor: str | None,
        action: str | None,
        subject: str | None,
        since: str | None,
        until: str | None,
        limit: int,
        position: str | None,
    ) -> MergedRead:
        """Records that pass, newest first, from `position` on: sixteen queries at a time."""
        condition: Condition | None = None
        for name, value in {"actor": actor, "action": action, "subject": subject}.items():
            if value is not None:
                holds = attribute(name) == value
                condition = holds if condition is None else condition & holds
        low, high = since or FIRST, until or LAST

        def read(partition: str, after: str | None, most: int) -> Chunk:
            bounds = (low, high if after is None else after)
            page = self.table.query(
                partition, index="index1", between=bounds, limit=most, forward=False, filter=condition
            )
            return Chunk([item for item in page.items if item["i1sk"] != after], page.last_key)

        return MergedRead(
            read,
            [f"AUDITED#{chain}" for chain in range(CHAINS)],
            sort_key="i1sk",
            forward=False,
            position=position,
            first_read=2 * -(-limit // CHAINS) + 4 if condition is None else 50,
            budget=READ_BUDGET,
        )


def _key(chain: int, seq: int) -> dict[str, str]:
    return {"pk": f"AUDIT#{chain}", "sk": f"SEQ#{seq:012}"}


def _head_key(chain: int) -> dict[str, str]:
    return {"pk": f"AUDIT#{chain}", "sk": "HEAD"}
