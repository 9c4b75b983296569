"""What a domain holds of people, said once: so that it can be given out, and forgotten.

A domain lists its holdings; from them come its export and its erasure:

    HeldInTable(
        table,
        (
            Holding(
                "addresses",
                keys=lambda person: [f"USER#{person.user_id}"],
                begins_with="ADDRESS#",
                tell=only("name", "line1", "city"),
                forget=delete,
            ),
            Holding("orders", …, index="index1", forget=Redaction(set={"address": None}, remove=["i2pk"])),
            Holding("invoices", …, forget=Keep("the law has them kept for ten years, under the user's id")),
        ),
    )

Both work in portions and may stop after any of them: an export goes on where it was told to, an erasure
begins anew and finds what is left. Indexes lag behind by moments and events come late, so who erases comes
back once more when all of that has settled.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Protocol

from omnilife.core.attributes import Item
from omnilife.core.conditions import Path, exists
from omnilife.core.table import ConditionFailed, Delete, Table, Update

PAGE = 100
MOST_CHANGES = 500
"""What one call of `erase` forgets at most: some seconds of single writes."""

REDACTED = "forgotten"
"""The attribute by which a redacted row is known, so that it is not redacted again."""

type Record = dict[str, Any]
type Place = Mapping[str, Any]
"""Where an export goes on: JSON, of the domain's own making."""


@dataclass(frozen=True, slots=True)
class Person:
    """Whom it is about. `emails`: the addresses that the account has and had, while it is there."""

    user_id: str
    emails: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Portion:
    """Some records, each with its `entity`, and where to go on; None at the end."""

    records: Sequence[Record]
    after: Place | None


@dataclass(frozen=True, slots=True)
class Erased:
    """How many records were removed or redacted now, and whether none is left."""

    records: int
    finished: bool


class PersonalData(Protocol):
    """What one domain holds of people."""

    def export(self, person: Person, after: Place | None) -> Portion:
        """Records of the person, from `after` on (None: from the beginning)."""
        ...

    def erase(self, person: Person) -> Erased:
        """Forget the person, or a part of it. Repeating it does no harm."""
        ...


@dataclass(frozen=True, slots=True)
class Keep:
    """Nothing is done to these rows, for a reason that docs/security.md repeats."""

    reason: str

    def __call__(self, item: Item) -> None:  # noqa: ARG002 (every row alike)
        return None


@dataclass(frozen=True, slots=True)
class Redaction:
    """The row stays, without the person: what `set` says in the place of what was, and without `remove`."""

    set: Mapping[str | Path, Any] = field(default_factory=dict)
    remove: Sequence[str | Path] = ()

    def __call__(self, item: Item) -> Update | None:
        if item.get(REDACTED):
            return None
        # A row that the TTL removed meanwhile must not come back as its own remains.
        return Update(
            _key(item), set={**self.set, REDACTED: True}, remove=self.remove, condition=exists("pk")
        )


def delete(item: Item) -> Delete:
    """The row goes."""
    return Delete(_key(item))


type Forget = Callable[[Item], Delete | Update | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """Rows of one kind that are about a person.

    Attributes:
        entity: what they are called in an export.
        keys: the partitions, of the table or of `index`, in which a person's rows stand.
        begins_with: only sort keys with this prefix.
        tell: what an export says of a row; see `only`.
        forget: what is left of a row: `delete`, a `Redaction`, or `Keep` with a reason.
    """

    entity: str
    keys: Callable[[Person], Iterable[str]]
    tell: Callable[[Item], Mapping[str, Any]]
    forget: Forget
    begins_with: str | None = None
    index: str | None = None


def only(*names: str) -> Callable[[Item], Mapping[str, Any]]:
    """These members of a row, as far as it has them. No hash or secret gets out that nobody named."""
    return lambda item: {name: item[name] for name in names if name in item}


@dataclass(frozen=True, slots=True)
class HeldInTable:
    """Holdings in one table."""

    table: Table
    holdings: Sequence[Holding]

    def export(self, person: Person, after: Place | None) -> Portion:
        """One page of one holding. Cost: one query."""
        places = [(holding, pk) for holding in self.holdings for pk in holding.keys(person)]
        number, last = (after["number"], after["last"]) if after else (0, None)
        while number < len(places):
            holding, pk = places[number]
            page = self._page(holding, pk, last)
            last = page.last_key
            here: Place = {"number": number if last else number + 1, "last": last}
            if page.items:
                records = [{"entity": holding.entity, **readable(holding.tell(item))} for item in page.items]
                return Portion(records, here if here["number"] < len(places) else None)
            number = here["number"]
        return Portion([], None)

    def erase(self, person: Person) -> Erased:
        """Forget up to 500 rows. Cost: a query each hundred rows, a write each row that is not kept."""
        changed = 0
        for holding in self.holdings:
            if isinstance(holding.forget, Keep):
                continue
            for pk in holding.keys(person):
                for item in self._items(holding, pk):
                    if changed >= MOST_CHANGES:
                        return Erased(changed, finished=False)
                    part = holding.forget(item)
                    changed += part is not None and self._apply(part)
        return Erased(changed, finished=True)

    def _items(self, holding: Holding, pk: str) -> Iterator[Item]:
        last = None
        while True:
            page = self._page(holding, pk, last)
            yield from page.items
            last = page.last_key
            if last is None:
                return

    def _page(self, holding: Holding, pk: str, last: Mapping[str, str] | None) -> Any:
        return self.table.query(
            pk,
            index=holding.index,
            begins_with=holding.begins_with,
            after=last,
            limit=PAGE,
            consistent=holding.index is None,
        )

    def _apply(self, part: Delete | Update) -> bool:
        try:
            if isinstance(part, Delete):
                return self.table.delete(part.key, condition=part.condition) is not None
            self.table.update(
                part.key, set=part.set, add=part.add, remove=tuple(part.remove), condition=part.condition
            )
        except ConditionFailed:
            return False  # it is gone, or somebody else was faster
        return True


def readable(value: Any) -> Any:
    """A stored value as JSON has it: sets become lists, binary is left out, whole numbers stay whole."""
    if isinstance(value, Mapping):
        return {str(name): readable(each) for name, each in value.items() if not isinstance(each, bytes)}
    if isinstance(value, set | frozenset):
        return sorted(readable(each) for each in value)
    if isinstance(value, list | tuple):
        return [readable(each) for each in value]
    if isinstance(value, Decimal):
        return float(value)
    return value


def _key(item: Item) -> dict[str, str]:
    return {"pk": item["pk"], "sk": item["sk"]}
