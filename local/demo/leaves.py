"""What each leaf category of the demo catalogue sells, read from the tables in `departments/*.toml`.

A leaf has kinds (a chef's knife and a bread knife are two kinds of one leaf). What holds for all of them
stands on the leaf; a kind adds to it, or says otherwise.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Formatter
from typing import Any

DEPARTMENTS = Path(__file__).with_name("departments")

_COUNT = 9  # products of a leaf whose table says nothing else
_TAX_CLASSES = {"Clothing": "clothing", "Footwear": "clothing", "Groceries": "food"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of product.

    `name`, `told` (sentences of its own) and `also_told` (sentences of its leaf) are templates over `line`
    and the attributes. `attributes` get one of their options each, `lists` several of theirs. `price` (minor
    units) and `weight_g` are ranges; the options of the attribute named by `scale` are ordered from small to
    large and pull both along.
    """

    name: str
    told: Sequence[str]
    also_told: Sequence[str]
    price: tuple[int, int]
    weight_g: tuple[int, int]
    scale: str
    attributes: Mapping[str, Sequence[str]]
    lists: Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """One leaf category: its path from the root, who sells in it, whose brands and of which kinds."""

    category: Sequence[str]
    code: str
    count: int
    tax_class: str
    merchants: Sequence[str]
    brands: Sequence[str]
    lines: Sequence[str]
    kinds: Sequence[Kind]


def leaves() -> list[Leaf]:
    """Every leaf category, in the order of the files' names and of the tables in them."""
    return [
        _leaf(table)
        for path in sorted(DEPARTMENTS.glob("*.toml"))
        for table in tomllib.loads(path.read_text(encoding="utf-8"))["leaf"]
    ]


def _leaf(table: dict[str, Any]) -> Leaf:
    return Leaf(
        category=table["category"],
        code=table["code"],
        count=table.get("count", _COUNT),
        tax_class=_TAX_CLASSES.get(table["category"][0], "standard"),
        merchants=table["merchants"],
        brands=table["brands"],
        lines=table["lines"],
        kinds=[_kind(table, kind) for kind in table["kind"]],
    )


def _kind(leaf: dict[str, Any], kind: dict[str, Any]) -> Kind:
    attributes = {**leaf.get("attributes", {}), **kind.get("attributes", {})}
    low, high = kind["price"]
    light, heavy = kind["weight_g"]
    return Kind(
        name=kind["name"],
        told=kind.get("about", []),
        also_told=[text for text in leaf["about"] if _fields(text) <= attributes.keys()],
        price=(low, high),
        weight_g=(light, heavy),
        scale=kind.get("scale", leaf.get("scale", "")),
        attributes=attributes,
        lists=kind.get("lists", leaf.get("lists", {})),
    )


def _fields(template: str) -> set[str]:
    """The attributes that a sentence speaks of; it is told only of kinds that have them all."""
    return {field for _, field, _, _ in Formatter().parse(template) if field}
