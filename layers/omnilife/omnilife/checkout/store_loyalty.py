"""`LoyaltyStore`: programmes, accounts and ledgers, in the `checkout` table.

| entity               | pk               | sk               | index 1 | index 2 (sparse) |
|---|---|---|---|---|
| loyalty_programs     | PROGRAM#ALL      | PROGRAM#<id>     | | |
| loyalty_programs     | PROGRAM#ALL      | HEAD             | | |
| loyalty_accounts     | POINTS#<user>    | ACCOUNT          | | POINTS_DUE#<shard 0..15>, <day>#<user> |
| loyalty_transactions | POINTS#<user>    | ENTRY#<entry id> | POINTS#<user>, <time>#<entry id> | |
| outbox               | of the above     | EVENT#<event id> | | |

The head carries the programme in force, whole: one read for every request. The ledger is append-only: an
entry's id names what it is about (`earned#<order>#<merchant>`, `taken_back#<return>`), and is written only
where there is none, so nothing is credited or debited twice. An account changes with its entries in one
transaction; `spend_points` and `give_back_points` do so unread, for the transactions of orders.

`balance`, `used` and `version` are numbers of the item itself, so that they can be added to; an account's
version also counts those changes, and whoever writes an account whole does so only over the version it read.
"""

import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from omnilife.checkout.loyalty_ledger import Step, due
from omnilife.checkout.loyalty_models import Account, LoyaltyProgram, PointsEntry
from omnilife.checkout.loyalty_rules import STANDARD
from omnilife.core import outbox
from omnilife.core.attributes import Item
from omnilife.core.clock import rfc3339
from omnilife.core.conditions import Path, attribute, exists, missing
from omnilife.core.config import Settings
from omnilife.core.events import DomainEvent
from omnilife.core.idempotency import Idempotency, transact_once
from omnilife.core.table import Check, Key, Part, Put, Table, Update

ACCOUNT_PART = "points"
ENTRY_PART = "points-entry"

_PROGRAMS = "PROGRAM#ALL"
_HEAD: Key = {"pk": _PROGRAMS, "sk": "HEAD"}
_SHARDS = 16
_PAGE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class LoyaltySettings(Settings):
    checkout_table: str
    shop_currency: str = "USD"


@dataclass(frozen=True, slots=True)
class ProgramHead:
    """Which programme is in force, and how many there are."""

    active: LoyaltyProgram | None = None
    programs: int = 0
    version: int = 0


@dataclass(frozen=True, slots=True)
class LoyaltyStore:
    """Programmes, accounts and ledgers; keys are in this module's docstring."""

    table: Table
    currency: str = "USD"

    @classmethod
    def from_environment(cls) -> Self:
        settings = LoyaltySettings.from_environment()
        return cls(Table(settings.checkout_table), settings.shop_currency)

    # -- programmes --------------------------------------------------------------------------------------

    def program_in_force(self) -> LoyaltyProgram:
        """The one that is active; the standard one, in the shop's currency, when none is. Cost: 0.5 RCU."""
        return self._in_force(self.table.get(_PROGRAMS, "HEAD"))

    def program_head(self) -> ProgramHead:
        """Strongly consistent, for those who write programmes."""
        return _head(self.table.get(_PROGRAMS, "HEAD", consistent=True))

    def program(self, program_id: str) -> LoyaltyProgram | None:
        item = self.table.get(_PROGRAMS, f"PROGRAM#{program_id}", consistent=True)
        return None if item is None else LoyaltyProgram.model_validate_json(item["body"])

    def programs(self) -> list[LoyaltyProgram]:
        """All of them, by id."""
        page = self.table.query(_PROGRAMS, begins_with="PROGRAM#", limit=_PAGE)
        return [LoyaltyProgram.model_validate_json(item["body"]) for item in page.items]

    def save_program(
        self,
        program: LoyaltyProgram,
        *,
        before: ProgramHead,
        after: ProgramHead,
        events: Sequence[DomainEvent],
    ) -> None:
        """Write a programme and the head.

        Raises:
            ConditionFailed: the head is no longer as it was `before`.
        """
        row = {
            "pk": _PROGRAMS,
            "sk": f"PROGRAM#{program.program_id}",
            "entity": "loyalty_programs",
            "body": program.model_dump_json(),
        }
        head = {
            **_HEAD,
            "entity": "loyalty_programs",
            "programs": after.programs,
            "version": after.version,
            **({"active": after.active.model_dump_json()} if after.active else {}),
        }
        same = attribute("version") == before.version if before.version else missing("pk")
        self.table.transact(
            [
                Put(row),
                Put(head, condition=same, name="head"),
                *(outbox.announce(event, pk=_PROGRAMS) for event in events),
            ]
        )

    # -- accounts ----------------------------------------------------------------------------------------

    def standing(self, user_id: str) -> tuple[LoyaltyProgram, Account]:
        """The programme in force and a customer's account, strongly consistent. One round trip, 2 RCU."""
        key = account_key(user_id)
        items = {item["sk"]: item for item in self.table.batch_get([_HEAD, key], consistent=True)}
        return self._in_force(items.get("HEAD")), account_of(user_id, items.get("ACCOUNT"))

    def parts(self, before: Account, step: Step, events: Sequence[DomainEvent] = ()) -> list[Part]:
        """The parts that make `step` of the account `before`: the account, its entries, the events.

        The account's part, named "points", fails when it changed since it was read; an entry's, named
        "points-entry", when it was written before.
        """
        user_id = before.user_id
        same = attribute("version") == before.version if before.version else missing("pk")
        return [
            Put(_account_item(step.account), condition=same, name=ACCOUNT_PART, table=self.table.name),
            *(_entry_part(self.table.name, user_id, entry) for entry in step.entries),
            *(outbox.announce(each, pk=_partition(user_id), table=self.table.name) for each in events),
        ]

    def commit(
        self,
        parts: Sequence[Part],
        *,
        idempotency: Idempotency | None = None,
        reference: Mapping[str, Any] | None = None,
        now: datetime,
    ) -> Mapping[str, Any] | None:
        """Carry out parts, once for an idempotency key; see `transact_once`."""
        return transact_once(self.table, parts, idem=idempotency, reference=reference or {}, now=now)

    def not_earned(self, user_id: str, entry_id: str) -> Check:
        """The part that lets a transaction through only while there is no such entry."""
        key = {"pk": _partition(user_id), "sk": f"ENTRY#{entry_id}"}
        return Check(key, condition=missing("pk"), name=ENTRY_PART, table=self.table.name)

    def entry(self, user_id: str, entry_id: str) -> PointsEntry | None:
        """One entry of a ledger, strongly consistent."""
        item = self.table.get(_partition(user_id), f"ENTRY#{entry_id}", consistent=True)
        return None if item is None else _entry_of(item)

    def entries(
        self, user_id: str, *, limit: int, before: str | None = None
    ) -> tuple[list[PointsEntry], str | None]:
        """Some of a ledger, newest first, after the position `before`; and the position of the last one."""
        partition = _partition(user_id)
        after = None
        if before is not None:
            entry_id = before.partition("#")[2]
            after = {"pk": partition, "sk": f"ENTRY#{entry_id}", "i1pk": partition, "i1sk": before}
        page = self.table.query(partition, index="index1", limit=limit, after=after, forward=False)
        last = page.items[-1]["i1sk"] if page.last_key and page.items else None
        return [_entry_of(item) for item in page.items], last

    def accounts_due(self, before_day: str) -> Iterator[str]:
        """Ids of the customers of whom some lot's day was before `before_day`; each as of when it is read."""
        for shard in range(_SHARDS):
            after = None
            while True:
                page = self.table.query(
                    f"POINTS_DUE#{shard}", index="index2", between=("0", before_day), after=after, limit=_PAGE
                )
                yield from (item["pk"].partition("#")[2] for item in page.items)
                after = page.last_key
                if after is None:
                    break

    def _in_force(self, head: Item | None) -> LoyaltyProgram:
        return _head(head).active or STANDARD.model_copy(update={"currency": self.currency})


def spend_points(table: str, user_id: str, points: int, *, order_id: str, at: datetime) -> list[Part]:
    """The parts that take points for an order. The one named "points" fails when the balance is less.

    The account need not be read before. That an order spends its points once is for the order's own part to
    say, in the same transaction: one that expired and is paid after all spends them a second time. `table` is
    checkout's; empty for the table that transacts.

    Raises:
        ValueError: no points.
    """
    entry = PointsEntry(
        entry_id=f"spent#{order_id}#{rfc3339(at)}",
        kind="spent",
        points=-_some(points),
        at=at,
        order_id=order_id,
    )
    return [
        Update(
            account_key(user_id),
            add={"balance": -points, "used": points, "version": 1},
            condition=attribute("balance") >= points,
            name=ACCOUNT_PART,
            table=table,
        ),
        _entry_part(table, user_id, entry),
    ]


def give_back_points(table: str, user_id: str, points: int, *, order_id: str, at: datetime) -> list[Part]:
    """The parts that give the points of an order back that came to nothing: as if they had not been spent.

    Raises:
        ValueError: no points.
    """
    entry = PointsEntry(
        entry_id=f"given_back#{order_id}#{rfc3339(at)}",
        kind="given_back",
        points=_some(points),
        at=at,
        order_id=order_id,
    )
    due_on = at.date().isoformat()
    return [
        Update(
            account_key(user_id),
            # Their lot may be over: `expire_points` has a look at the account the day after.
            set=_due(user_id, due_on),
            add={"balance": points, "used": -points, "version": 1},
            condition=exists("pk"),
            name=ACCOUNT_PART,
            table=table,
        ),
        _entry_part(table, user_id, entry),
    ]


def account_key(user_id: str) -> Key:
    """The key of a customer's account."""
    return {"pk": _partition(user_id), "sk": "ACCOUNT"}


def account_of(user_id: str, item: Item | None) -> Account:
    """The account that an item holds; an empty one for a customer who has none."""
    if item is None:
        return Account(user_id=user_id)
    return Account(user_id=user_id, **{name: item[name] for name in Account.model_fields if name in item})


def _partition(user_id: str) -> str:
    return f"POINTS#{user_id}"


def _head(item: Item | None) -> ProgramHead:
    if item is None:
        return ProgramHead()
    active = item.get("active")
    return ProgramHead(
        active=LoyaltyProgram.model_validate_json(active) if active else None,
        programs=item["programs"],
        version=item["version"],
    )


def _due(user_id: str, day: str) -> dict[str | Path, Any]:
    shard = zlib.crc32(user_id.encode()) % _SHARDS
    return {"i2pk": f"POINTS_DUE#{shard}", "i2sk": f"{day}#{user_id}"}


def _account_item(account: Account) -> Item:
    day = due(account)
    return {
        **account_key(account.user_id),
        "entity": "loyalty_accounts",
        **account.model_dump(exclude={"user_id"}),
        **({str(name): key for name, key in _due(account.user_id, day).items()} if day else {}),
    }


def _entry_part(table: str, user_id: str, entry: PointsEntry) -> Put:
    partition = _partition(user_id)
    item = {
        "pk": partition,
        "sk": f"ENTRY#{entry.entry_id}",
        "i1pk": partition,
        "i1sk": f"{rfc3339(entry.at)}#{entry.entry_id}",
        "entity": "loyalty_transactions",
        **entry.model_dump(mode="json", exclude_none=True),
    }
    return Put(item, condition=missing("pk"), name=ENTRY_PART, table=table)


def _entry_of(item: Item) -> PointsEntry:
    return PointsEntry.model_validate(item)


def _some(points: int) -> int:
    if points < 1:
        raise ValueError("at least one point")
    return points
