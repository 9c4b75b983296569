"""A real catalogue: the products.yaml of aws-samples/retail-demo-store, with its categories.yaml beside it.

The file is given by path and never copied here. It has 2,465 products in 85 styles of 20 categories, without
brand or weight. Prices are decimals in US dollars.
"""

import unicodedata
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from local.demo.catalogue import DemoMerchant, DemoProduct
from omnilife.core.money import Money

CURRENCY = "USD"
MERCHANT = DemoMerchant("retail-demo-store", "Retail Demo Store")

_GENDERS = {"F": "women", "M": "men"}
_TAX_CLASSES = {"apparel": "clothing", "footwear": "clothing", "groceries": "food", "salty snacks": "food"}


class RetailDataError(ValueError):
    """The file is not a catalogue of the kind that this module reads; the message names the product."""


class _Loader(yaml.CSafeLoader):
    """Reads 129.99 as a Decimal: a price never passes through a float."""


_Loader.add_constructor("tag:yaml.org,2002:float", lambda _loader, node: Decimal(node.value))


def products(path: Path) -> list[DemoProduct]:
    """Every product of the file, as a body that creates it through the API, in the file's order.

    Raises:
        OSError: products.yaml or the categories.yaml beside it cannot be read.
        RetailDataError: an unknown category, or a price finer than a cent.
    """
    known = {entry["name"] for entry in _read(path.with_name("categories.yaml"))}
    return [DemoProduct(MERCHANT.merchant_id, _row(entry, known)) for entry in _read(path)]


def _read(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        # The loader is a safe one: it only adds how a decimal number is read.
        entries: list[dict[str, Any]] = yaml.load(file, Loader=_Loader)  # noqa: S506
    return entries


def _row(entry: dict[str, Any], categories: set[str]) -> dict[str, Any]:
    if entry["category"] not in categories:
        raise RetailDataError(
            f"product {entry['id']}: category {entry['category']!r} is not in categories.yaml"
        )
    style = _segment(entry["style"])
    attributes = {"style": style}
    if gender := _GENDERS.get(entry.get("gender_affinity", "")):
        attributes["gender"] = gender
    return {
        "sku": entry["id"],
        "name": _clean(entry["name"]),
        "description": _clean(entry["description"]),
        "category": [_segment(entry["category"]), style],
        "price": _price(entry),
        "tax_class": _TAX_CLASSES.get(entry["category"], "standard"),
        "attributes": attributes,
        "stock_on_hand": entry["current_stock"],
        "status": "active",
    }


def _price(entry: dict[str, Any]) -> dict[str, Any]:
    try:
        return Money.from_decimal(Decimal(entry["price"]), CURRENCY).model_dump()
    except ValueError as error:
        raise RetailDataError(f"product {entry['id']}: price {entry['price']}: {error}") from error


def _segment(text: str) -> str:
    """One level of a category path. A slash would read as two: `nuts/seeds` becomes `nuts and seeds`."""
    return _clean(text.replace("/", " and "))


def _clean(text: str) -> str:
    """Composed characters, single spaces, none around it."""
    return " ".join(unicodedata.normalize("NFC", text).split())
