"""DynamoDB's typed attributes to and from Python values.

Whole numbers come back as `int`, others as `Decimal`; sets as `set`, binary as `bytes`. Floats are refused on
the way in: DynamoDB numbers are decimal, and a float that looks like 0.1 is not. boto3 has such a converter,
but importing it loads all of boto3 (see `core.aws`), and its numbers are always `Decimal`.
"""

from collections.abc import Mapping, Set
from decimal import Decimal
from typing import Any

type Item = dict[str, Any]
type Wire = Mapping[str, Any]

MAX_DIGITS = 38


def to_wire(value: Any) -> dict[str, Any]:  # noqa: PLR0911 (one for each type)
    """One value as DynamoDB takes it: `{"N": "3"}`.

    Raises:
        TypeError: a float, a date or another type that DynamoDB has none for.
        ValueError: a number of more than 38 digits, not a finite one, or an empty or mixed set.
    """
    match value:
        case None:
            return {"NULL": True}
        case bool():  # before int, which it is too
            return {"BOOL": value}
        case str():
            return {"S": str(value)}
        case int() | Decimal():
            return {"N": _number(value)}
        case bytes():
            return {"B": value}
        case Mapping():
            return {"M": item_to_wire(value)}
        case list() | tuple():
            return {"L": [to_wire(each) for each in value]}
        case Set():
            return _set(value)
        case _:
            raise TypeError(f"DynamoDB holds no {type(value).__name__}")


def item_to_wire(item: Mapping[str, Any]) -> dict[str, Any]:
    """All attributes of an item (or a map) as DynamoDB takes them."""
    return {name: to_wire(value) for name, value in item.items()}


def from_wire(attribute: Wire) -> Any:  # noqa: PLR0911 (one for each type)
    """The Python value of one DynamoDB attribute, in the forms that clients and stream records use."""
    ((kind, value),) = attribute.items()
    match kind:
        case "S" | "BOOL" | "B":
            return value
        case "N":
            return _from_number(value)
        case "NULL":
            return None
        case "M":
            return item_from_wire(value)
        case "L":
            return [from_wire(each) for each in value]
        case "SS" | "BS":
            return set(value)
        case "NS":
            return {_from_number(each) for each in value}
        case _:
            raise ValueError(f"unknown DynamoDB type {kind}")


def item_from_wire(item: Wire) -> Item:
    """All attributes of an item (or a map) as Python values."""
    return {name: from_wire(attribute) for name, attribute in item.items()}


def _number(value: int | Decimal) -> str:
    number = Decimal(value)
    if not number.is_finite():
        raise ValueError("DynamoDB holds finite numbers only")
    _, digits, power = number.as_tuple()
    significant = len("".join(map(str, digits)).strip("0"))
    if significant > MAX_DIGITS or not -130 <= number.adjusted() <= 125 or not isinstance(power, int):
        raise ValueError("number out of DynamoDB's range")
    return str(value)


def _from_number(text: str) -> int | Decimal:
    try:
        return int(text)
    except ValueError:
        return Decimal(text)


def _set(values: Set[Any]) -> dict[str, Any]:
    kinds = {next(iter(to_wire(value))) for value in values}
    if len(kinds) != 1 or not kinds <= {"S", "N", "B"}:
        raise ValueError("a DynamoDB set holds at least one value, all text, all numbers or all binary")
    kind = kinds.pop()
    return {f"{kind}S": sorted(to_wire(value)[kind] for value in values)}
