"""The parts of a transaction: writes and checks of single items, with their conditions and names.

A part may come from another domain, with its own table in it: checkout reserves stock by parts that
catalogue makes, together with its own order.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from omnilife.core.attributes import Item, item_from_wire, item_to_wire
from omnilife.core.conditions import Condition, Path, Placeholders, compile_update

type Key = Mapping[str, str]

MAX_PARTS = 100


class ConditionFailed(Exception):  # noqa: N818 (says what happened, as the problems of core.errors do)
    """A write's condition did not hold; nothing was written.

    Attributes:
        part: the name of the part that failed; of several, the first in the transaction's order.
        item: the item as it stood then, None when there was none.
    """

    def __init__(self, part: str, item: Item | None) -> None:
        super().__init__(f"the condition of {part} does not hold")
        self.part = part
        self.item = item


@dataclass(frozen=True, slots=True, kw_only=True)
class _Options:
    """What every part may have: a condition, a name to be told by, a table of its own."""

    condition: Condition | None = None
    name: str = ""
    table: str = ""

    def _common(self, to: Placeholders) -> dict[str, Any]:
        condition = {} if self.condition is None else {"ConditionExpression": self.condition.compile(to)}
        return condition | to.arguments()


@dataclass(frozen=True, slots=True)
class Put(_Options):
    """Write a whole item, over the one that has its key."""

    item: Mapping[str, Any]

    @property
    def key(self) -> Key:
        return {"pk": self.item["pk"], "sk": self.item["sk"]}

    def request(self) -> tuple[str, dict[str, Any]]:
        """The operation's name, and its arguments but for the table."""
        return "Put", {"Item": item_to_wire(self.item), **self._common(Placeholders())}


@dataclass(frozen=True, slots=True)
class Update(_Options):
    """Change attributes of an item, which is made if it is not there (unless a condition says otherwise).

    Args:
        set: attribute name, or path as a tuple → new value.
        add: attribute name → number to add (an absent one counts as 0), or set to join.
        remove: attribute names, or paths as tuples.
    """

    key: Key
    set: Mapping[str | Path, Any] = field(default_factory=dict)
    add: Mapping[str, Any] = field(default_factory=dict)
    remove: Iterable[str | Path] = ()

    def request(self) -> tuple[str, dict[str, Any]]:
        """The operation's name, and its arguments but for the table."""
        to = Placeholders()
        expression = compile_update(to, assign=self.set, add=self.add, remove=self.remove)
        return "Update", {
            "Key": item_to_wire(self.key),
            "UpdateExpression": expression,
            **self._common(to),
        }


@dataclass(frozen=True, slots=True)
class Delete(_Options):
    """Remove an item; one that is not there is no error (unless a condition says otherwise)."""

    key: Key

    def request(self) -> tuple[str, dict[str, Any]]:
        """The operation's name, and its arguments but for the table."""
        return "Delete", {"Key": item_to_wire(self.key), **self._common(Placeholders())}


@dataclass(frozen=True, slots=True)
class Check(_Options):
    """Write nothing, but let the transaction go through only if a condition on an item holds."""

    key: Key

    def __post_init__(self) -> None:
        if self.condition is None:
            raise ValueError("a check without a condition")

    def request(self) -> tuple[str, dict[str, Any]]:
        """The operation's name, and its arguments but for the table."""
        return "ConditionCheck", {"Key": item_to_wire(self.key), **self._common(Placeholders())}


type Part = Put | Update | Delete | Check


def part_name(part: Part) -> str:
    """What a failed condition of this part is told by: its name, or else its key."""
    return part.name or f"{part.key['pk']} {part.key['sk']}"


def transaction_items(parts: Iterable[Part], table: str) -> list[dict[str, Any]]:
    """`TransactItems` for DynamoDB; parts without a table of their own belong to `table`."""
    items = []
    for part in parts:
        operation, arguments = part.request()
        items.append(
            {
                operation: {
                    "TableName": part.table or table,
                    "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
                    **arguments,
                }
            }
        )
    return items


def failed_condition(parts: Iterable[Part], reasons: Iterable[Mapping[str, Any]]) -> ConditionFailed | None:
    """The first part whose condition failed, by a cancelled transaction's reasons."""
    for part, reason in zip(parts, reasons, strict=False):
        if reason.get("Code") == "ConditionalCheckFailed":
            return ConditionFailed(part_name(part), item_from_wire(reason.get("Item") or {}) or None)
    return None
