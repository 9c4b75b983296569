"""`ConfigurationStore`: synonyms and rules as they are kept.

| entity     | pk            | sk               | attributes |
|---|---|---|---|
| generation | CONFIGURATION | GENERATION       | generation, tally, rules |
| rule       | CONFIGURATION | RULE#<rule id>   | version, body |
| synonyms   | CONFIGURATION | SYNONYMS#<n>     | version, pieces, body |
| outbox     | CONFIGURATION_EVENTS | EVENT#<event id> | `core.outbox`; apart: all above are tallied |

Every change counts the generation up, in its own transaction; a row's `version` is the generation that wrote
it, so a version never comes again, also not after a delete. All stands in one partition, which is written by
administrators and read by processes that learnt of a change: one query reads everything. A query may see half
of a transaction, which is why the generation's row carries a tally of all rows and their versions: what does
not add up is read again.

The set of synonyms is one JSON text, compressed, in pieces that fit a table's items (400 KB).
"""

import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from pydantic import ConfigDict, TypeAdapter, ValidationError

from omnilife.core import outbox
from omnilife.core.attributes import Item
from omnilife.core.clock import rfc3339
from omnilife.core.conditions import Condition, attribute, missing
from omnilife.core.config import Settings
from omnilife.core.errors import Unavailable
from omnilife.core.events import DomainEvent
from omnilife.core.logging import logger
from omnilife.core.table import Delete, Part, Put, Table
from omnilife.search.rules import Rule
from omnilife.search.synonyms import AnyEntry, Entry, Synonyms

PARTITION = "CONFIGURATION"
EVENTS = "CONFIGURATION_EVENTS"
GENERATION = "GENERATION"
RULE = "RULE#"
SYNONYMS = "SYNONYMS#"
PIECE_BYTES = 350 * 1024
READS = 5
"""A transaction is seen by half for some milliseconds at most; a later read sees all of it."""

_MARK_BYTES = 7  # sums of some hundred of them are far from DynamoDB's 38 digits
_LATER = ConfigDict(defer_build=True)  # as the entries themselves
_ENTRY: TypeAdapter[AnyEntry] = TypeAdapter(Entry, config=_LATER)
_ENTRIES: TypeAdapter[list[AnyEntry]] = TypeAdapter(list[Entry], config=_LATER)


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchTableSettings(Settings):
    search_table: str


@dataclass(frozen=True, slots=True)
class Head:
    """Which generation is in force, and what belongs to it."""

    generation: int = 0
    tally: int = 0
    rules: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """All that is in force in one generation."""

    generation: int = 0
    entries: Sequence[AnyEntry] = field(default_factory=list)
    rules: Sequence[Rule] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ConfigurationStore:
    """Synonyms and rules in the `search` table; keys are in this module's docstring."""

    table: Table

    @classmethod
    def from_environment(cls) -> Self:
        return cls(Table(SearchTableSettings.from_environment().search_table))

    # -- reading -----------------------------------------------------------------------------------------

    def head(self) -> Head:
        """The generation in force, strongly consistent. Cost: 1 RCU."""
        return _head(self.table.get(PARTITION, GENERATION, consistent=True))

    def snapshot(self) -> Snapshot:
        """All of the generation in force, strongly consistent. Cost: 1 RCU each 4 KB, a round trip a MB.

        Raises:
            Unavailable: the table does not answer.
        """
        for _ in range(READS):
            rows = list(self._rows(""))
            head = _head(next((row for row in rows if row["sk"] == GENERATION), None))
            others = [row for row in rows if row["sk"] != GENERATION]
            if head.tally == sum(map(_mark, others)):
                break
        else:  # rows were changed by hand; search goes on with what there is
            logger.error("the search configuration does not add up")
        return Snapshot(
            generation=head.generation,
            entries=_entries([row for row in others if row["sk"].startswith(SYNONYMS)]),
            rules=[rule for row in others if row["sk"].startswith(RULE) for rule in _rules(row)],
        )

    def synonyms(self) -> Synonyms:
        """The set in force, strongly consistent.

        Raises:
            Unavailable: the table does not answer, or changes did not let it be read.
        """
        for _ in range(READS):
            rows = list(self._rows(SYNONYMS))
            if not rows:
                return Synonyms()
            first = rows[0]
            if len(rows) == first["pieces"] and {row["version"] for row in rows} == {first["version"]}:
                return Synonyms(
                    entries=_entries(rows), version=first["version"], updated_at=first["updated_at"]
                )
        raise Unavailable("The synonyms are being changed. Try again shortly.")

    def rule(self, rule_id: str) -> Rule | None:
        """One rule, strongly consistent."""
        row = self.table.get(PARTITION, RULE + rule_id, consistent=True)
        return Rule.model_validate_json(row["body"]) if row else None

    def rules(self, *, limit: int, after: str | None = None) -> tuple[list[Rule], str | None]:
        """Rules behind the id `after`, in the order of ids; and the id that the next page follows, if any."""
        page = self.table.query(
            PARTITION,
            begins_with=RULE,
            limit=limit + 1,
            after={"pk": PARTITION, "sk": RULE + after} if after else None,
            consistent=True,
        )
        found = [Rule.model_validate_json(row["body"]) for row in page.items[:limit]]
        return found, found[-1].rule_id if len(page.items) > limit else None

    # -- writing -----------------------------------------------------------------------------------------

    def save_synonyms(
        self, synonyms: Synonyms, *, head: Head, before: int, events: Sequence[DomainEvent] = ()
    ) -> None:
        """Put `synonyms` in the place of the set of the version `before`, in the generation behind `head`.

        Raises:
            ConditionFailed: another change came first; nothing was written.
        """
        old = [row for row in self._rows(SYNONYMS) if row["version"] == before]
        body = zlib.compress(_ENTRIES.dump_json(synonyms.entries))
        pieces = [body[at : at + PIECE_BYTES] for at in range(0, len(body), PIECE_BYTES)]
        told = {
            "entity": "synonyms",
            "version": synonyms.version,
            "updated_at": synonyms.updated_at and rfc3339(synonyms.updated_at),
            "pieces": len(pieces),
        }
        new = [
            {"pk": PARTITION, "sk": f"{SYNONYMS}{number}", **told, "body": piece}
            for number, piece in enumerate(pieces)
        ]
        self._commit(head, old=old, new=new, events=events)

    def save_rule(
        self, rule: Rule, *, head: Head, before: Rule | None, events: Sequence[DomainEvent] = ()
    ) -> None:
        """Put `rule` in the place of `before`, in the generation behind `head`.

        Raises:
            ConditionFailed: another change came first; nothing was written.
        """
        self._commit(head, old=[_rule_row(before)] if before else [], new=[_rule_row(rule)], events=events)

    def delete_rule(self, rule: Rule, *, head: Head, events: Sequence[DomainEvent] = ()) -> None:
        """Take `rule` away.

        Raises:
            ConditionFailed: another change came first; nothing was written.
        """
        self._commit(head, old=[_rule_row(rule)], new=[], events=events)

    def _commit(
        self, head: Head, *, old: Sequence[Item], new: Sequence[Item], events: Sequence[DomainEvent]
    ) -> None:
        """One transaction. Rows are only written over those that were seen, or the tally would be wrong."""
        before = {row["sk"]: row for row in old}
        written = {row["sk"] for row in new}
        parts: list[Part] = [Put(row, condition=_is(before.get(row["sk"]))) for row in new]
        parts += [
            Delete({"pk": PARTITION, "sk": sk}, condition=_is(row))
            for sk, row in before.items()
            if sk not in written
        ]
        changed = Head(
            generation=head.generation + 1,
            tally=head.tally + sum(map(_mark, new)) - sum(map(_mark, old)),
            rules=head.rules + _count_rules(new) - _count_rules(old),
        )
        unchanged = attribute("generation") == head.generation if head.generation else missing("pk")
        self.table.transact(
            [
                Put(
                    {"pk": PARTITION, "sk": GENERATION, "entity": "generation", **asdict(changed)},
                    condition=unchanged,
                ),
                *parts,
                *(outbox.announce(event, pk=EVENTS) for event in events),
            ]
        )

    def _rows(self, begins_with: str) -> Iterator[Item]:
        after = None
        while True:
            page = self.table.query(
                PARTITION, begins_with=begins_with or None, limit=1000, after=after, consistent=True
            )
            yield from page.items
            if (after := page.last_key) is None:
                return


def _head(row: Item | None) -> Head:
    return Head(row["generation"], row["tally"], row["rules"]) if row else Head()


def _rule_row(rule: Rule) -> Item:
    return {
        "pk": PARTITION,
        "sk": RULE + rule.rule_id,
        "entity": "rule",
        "version": rule.version,
        "body": rule.model_dump_json(),
    }


def _is(before: Item | None) -> Condition:
    return attribute("version") == before["version"] if before else missing("pk")


def _mark(row: Mapping[str, Any]) -> int:
    digest = hashlib.blake2b(f"{row['sk']} {row['version']}".encode(), digest_size=_MARK_BYTES)
    return int.from_bytes(digest.digest())


def _count_rules(rows: Iterable[Item]) -> int:
    return sum(row["sk"].startswith(RULE) for row in rows)


def _entries(rows: Sequence[Item]) -> list[AnyEntry]:
    """The set in these pieces. An entry that a later version would refuse is left out, and search goes on."""
    if not rows:
        return []
    found = []
    for each in json.loads(zlib.decompress(b"".join(bytes(row["body"]) for row in rows))):
        try:
            found.append(_ENTRY.validate_python(each))
        except ValidationError as error:
            logger.error("a stored synonym is not valid", exc_info=error)
    return found


def _rules(row: Item) -> Iterator[Rule]:
    try:
        yield Rule.model_validate_json(row["body"])
    except ValidationError as error:
        logger.error("a stored rule is not valid", exc_info=error, extra={"row": row["sk"]})
