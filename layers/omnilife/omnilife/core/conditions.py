"""Conditions and updates as values, not as pasted text.

    attribute("version") == 3
    missing("pk") | (attribute("expires_at") <= now)
    attribute("attributes", "colour.main").begins_with("red")     # a path; its parts are never split

A condition compiles to DynamoDB's expression with placeholders for every name and value, so neither reserved
words nor what a client wrote can change its meaning. `&`, `|` and `~` combine conditions; Python gives them a
tighter hold than comparisons, which therefore need their parentheses.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

from omnilife.core.attributes import to_wire

type Path = tuple[str | int, ...]


@dataclass(slots=True)
class Placeholders:
    """Names and values of the expressions of one request, each with its placeholder."""

    names: dict[str, str] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)

    def path(self, path: Path) -> str:
        """`#0.#1[2]` for a path of attribute names and list indexes."""
        text = ""
        for part in path:
            if isinstance(part, int):
                text += f"[{part}]"
            else:
                placeholder = self.names.setdefault(part, f"#{len(self.names)}")
                text += f".{placeholder}" if text else placeholder
        return text

    def value(self, value: Any) -> str:
        """`:0` for a value."""
        placeholder = f":{len(self.values)}"
        self.values[placeholder] = to_wire(value)
        return placeholder

    def arguments(self) -> dict[str, Any]:
        """The request's `ExpressionAttributeNames` and `…Values`; DynamoDB refuses empty ones."""
        arguments: dict[str, Any] = {}
        if self.names:
            # Placeholder → name, where `names` is kept by name so that a name is listed once.
            arguments["ExpressionAttributeNames"] = {sign: name for name, sign in self.names.items()}
        if self.values:
            arguments["ExpressionAttributeValues"] = dict(self.values)
        return arguments


class Condition:
    """True or false of an item. Made by `attribute`, `exists` and `missing`; combined by `&`, `|` and `~`."""

    __slots__ = ("_compile",)

    def __init__(self, compile_: Callable[[Placeholders], str]) -> None:
        self._compile = compile_

    def compile(self, placeholders: Placeholders) -> str:
        """The expression's text; its names and values are added to `placeholders`."""
        return self._compile(placeholders)

    def __and__(self, other: "Condition") -> "Condition":
        return Condition(lambda to: f"({self.compile(to)} AND {other.compile(to)})")

    def __or__(self, other: "Condition") -> "Condition":
        return Condition(lambda to: f"({self.compile(to)} OR {other.compile(to)})")

    def __invert__(self) -> "Condition":
        return Condition(lambda to: f"(NOT {self.compile(to)})")

    def __bool__(self) -> NoReturn:
        # `a and b` would silently drop a; so would `1 < attribute("x") < 3`.
        raise TypeError("combine conditions with &, | and ~")


class Operand:
    """An attribute, or its size, to be compared. A comparison with an absent attribute is false."""

    __slots__ = ("_compile",)

    def __init__(self, compile_: Callable[[Placeholders], str]) -> None:
        self._compile = compile_

    def _compare(self, sign: str, other: Any) -> Condition:
        def right(to: Placeholders) -> str:
            return other._compile(to) if isinstance(other, Operand) else to.value(other)

        return Condition(lambda to: f"{self._compile(to)} {sign} {right(to)}")

    def __eq__(self, other: Any) -> Condition:  # type: ignore[override]
        return self._compare("=", other)

    def __ne__(self, other: Any) -> Condition:  # type: ignore[override]
        """Also true when the attribute is absent, as in DynamoDB."""
        return self._compare("<>", other)

    def __lt__(self, other: Any) -> Condition:
        return self._compare("<", other)

    def __le__(self, other: Any) -> Condition:
        return self._compare("<=", other)

    def __gt__(self, other: Any) -> Condition:
        return self._compare(">", other)

    def __ge__(self, other: Any) -> Condition:
        return self._compare(">=", other)

    __hash__ = None  # type: ignore[assignment]

    def between(self, low: Any, high: Any) -> Condition:
        """From `low` to `high`, both included."""
        return Condition(lambda to: f"{self._compile(to)} BETWEEN {to.value(low)} AND {to.value(high)}")

    def is_in(self, values: Iterable[Any]) -> Condition:
        """Equal to one of up to 100 values.

        Raises:
            ValueError: no values, or more than DynamoDB takes.
        """
        choices = list(values)
        if not 1 <= len(choices) <= 100:
            raise ValueError("is_in takes 1 to 100 values")
        return Condition(
            lambda to: f"{self._compile(to)} IN ({', '.join(to.value(each) for each in choices)})"
        )


class Attribute(Operand):
    """An attribute of the item, at a path."""

    __slots__ = ()

    def _function(self, name: str, *values: Any) -> Condition:
        return Condition(lambda to: f"{name}({', '.join([self._compile(to), *map(to.value, values)])})")

    def exists(self) -> Condition:
        return self._function("attribute_exists")

    def missing(self) -> Condition:
        return self._function("attribute_not_exists")

    def begins_with(self, prefix: str) -> Condition:
        return self._function("begins_with", prefix)

    def contains(self, value: Any) -> Condition:
        """A text that has `value` within, or a list or set that has it as a member."""
        return self._function("contains", value)

    def size(self) -> Operand:
        """Length of a text (UTF-8 bytes), number of members of a list, map or set."""
        return Operand(lambda to: f"size({self._compile(to)})")


def attribute(*path: str | int) -> Attribute:
    """The attribute at `path`: names, and indexes into lists."""
    if not path or not isinstance(path[0], str):
        raise ValueError("a path begins with an attribute's name")
    return Attribute(lambda to: to.path(path))


def exists(*path: str | int) -> Condition:
    """The item has the attribute; of `"pk"`: the item is there."""
    return attribute(*path).exists()


def missing(*path: str | int) -> Condition:
    """The item lacks the attribute; of `"pk"`: there is no such item."""
    return attribute(*path).missing()


def compile_update(
    to: Placeholders,
    *,
    assign: Mapping[str | Path, Any],
    add: Mapping[str, Any],
    remove: Iterable[str | Path],
) -> str:
    """An UpdateExpression. Keys are attribute names, or paths as tuples.

    Raises:
        ValueError: nothing to update.
    """

    def path(key: str | Path) -> str:
        return to.path((key,) if isinstance(key, str) else key)

    clauses = {
        "SET": [f"{path(key)} = {to.value(value)}" for key, value in assign.items()],
        "ADD": [f"{path(key)} {to.value(value)}" for key, value in add.items()],
        "REMOVE": [path(key) for key in remove],
    }
    text = " ".join(f"{verb} {', '.join(parts)}" for verb, parts in clauses.items() if parts)
    if not text:
        raise ValueError("an update that changes nothing")
    return text
