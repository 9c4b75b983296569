"""The demo catalogue: about 300 invented products of ten invented merchants, made from a fixed seed.

Everything comes from the seed and the tables in `departments/*.toml`: no clock, no network, no file written.
Each leaf category draws from its own generator, so that an edit of one leaf leaves all others as they were.

    for product in products():
        post("/api/marketplace/products", product.row, as_merchant=product.merchant_id)

A rating is the server's, earned by reviews, and no route sets one. `ratings()` gives believable ones apart
from the rows, keyed by merchant and SKU. Whoever loads the catalogue writes them through a public function of
the catalogue domain, never into its table: the product's version must advance and `ProductChanged` be
announced in the same transaction, or search never hears of the rating.
"""

import random
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil, exp, log
from typing import Any

from local.demo.leaves import Kind, Leaf, leaves

SEED = 20261124
CURRENCY = "USD"

_SHARE_NAMED_BY_BRAND = 0.5
_SHARE_DRAFT = 0.03
_SHARE_ARCHIVED = 0.02
_SHARE_ON_SALE = 0.22
_SHARE_SOLD_OUT = 0.08
_SHARE_NEARLY_SOLD_OUT = 0.14
_SHARE_WITHOUT_REVIEWS = 0.18
_DISCOUNTS = (10, 15, 20, 25, 30, 40)  # per cent off the former price


@dataclass(frozen=True, slots=True)
class DemoMerchant:
    """A seller. `merchant_id` is also the subject of the token that the seller signs in with."""

    merchant_id: str
    name: str


@dataclass(frozen=True, slots=True)
class DemoProduct:
    """One product: who sells it, and the body that creates it through the API."""

    merchant_id: str
    row: dict[str, Any]


def merchants() -> list[DemoMerchant]:
    """The sellers, in a fixed order."""
    return [
        DemoMerchant("copper-kettle", "The Copper Kettle"),
        DemoMerchant("northlight-home", "Northlight Home"),
        DemoMerchant("bright-circuit", "Bright Circuit Electronics"),
        DemoMerchant("ironmonger-lane", "Ironmonger Lane"),
        DemoMerchant("wardrobe-west", "Wardrobe West"),
        DemoMerchant("fell-and-field", "Fell & Field"),
        DemoMerchant("green-acre", "Green Acre Garden Centre"),
        DemoMerchant("velo-atelier", "Vélo Atelier"),
        DemoMerchant("still-water", "Still Water Provisions"),
        DemoMerchant("paper-lantern", "Paper Lantern Gifts"),
    ]


def products(seed: int = SEED) -> list[DemoProduct]:
    """All products, in a fixed order; the same seed gives the same list, byte for byte."""
    return [product for leaf in leaves() for product in _products_of(leaf, _generator(seed, leaf.code))]


def ratings(seed: int = SEED) -> dict[tuple[str, str], tuple[Decimal, int]]:
    """`{(merchant_id, sku): (rating, review_count)}` of the products that have been reviewed.

    A rating is the mean of whole stars, to two decimals: 1 to 5. Few products have many reviews.
    """
    rated: dict[tuple[str, str], tuple[Decimal, int]] = {}
    for product in products(seed):
        sku = product.row["sku"]
        rng = _generator(seed, f"rating/{product.merchant_id}/{sku}")
        if product.row["status"] == "draft" or rng.random() < _SHARE_WITHOUT_REVIEWS:
            continue
        count = max(1, round(exp(rng.uniform(0, log(900)))))
        liked = min(5.0, max(1.5, rng.gauss(4.1, 0.55)))
        stars = min(5 * count, max(count, round(liked * count)))
        rated[product.merchant_id, sku] = ((Decimal(stars) / count).quantize(Decimal("0.01")), count)
    return rated


def _generator(seed: int, purpose: str) -> random.Random:
    return random.Random(f"{seed}/{purpose}")  # noqa: S311 - sample data, nothing secret


def _products_of(leaf: Leaf, rng: random.Random) -> list[DemoProduct]:
    """The leaf's products: its kinds in turn, so that none is missing, each with a name of its own."""
    made: list[DemoProduct] = []
    names: set[str] = set()
    while len(made) < leaf.count:
        kind = leaf.kinds[len(made) % len(leaf.kinds)]
        product = _product(leaf, kind, len(made) + 1, rng)
        if product.row["name"] not in names:
            names.add(product.row["name"])
            made.append(product)
    return made


def _product(leaf: Leaf, kind: Kind, number: int, rng: random.Random) -> DemoProduct:
    brand = rng.choice(leaf.brands)
    chosen = {name: rng.choice(options) for name, options in kind.attributes.items()}
    several = {name: _some(options, rng) for name, options in kind.lists.items()}
    words = chosen | {"line": rng.choice(leaf.lines)}
    name = _sentence(kind.name, words)
    position = _position(kind, chosen)
    price = _retail_price(_between(kind.price, position, rng), rng)
    row: dict[str, Any] = {
        "sku": _sku(leaf.code, number, chosen.get(kind.scale, "")),
        "name": f"{brand} {name}" if rng.random() < _SHARE_NAMED_BY_BRAND else name,
        "description": _description(kind, words, rng),
        "brand": brand,
        "category": list(leaf.category),
        "price": _money(price),
        "tax_class": leaf.tax_class,
        "weight_g": _between(kind.weight_g, position, rng),
        "attributes": {**chosen, **several},
        "stock_on_hand": _stock(rng),
        "status": _status(rng),
    }
    if rng.random() < _SHARE_ON_SALE:
        former = ceil(price * 100 / (100 - rng.choice(_DISCOUNTS)))
        row["compare_at_price"] = _money(max(_retail_price(former, rng), price + 1))
    return DemoProduct(rng.choice(leaf.merchants), row)


def _some(options: Sequence[str], rng: random.Random) -> str | list[str]:
    """Some of the options in their order; of one alone, as the API writes it, just the value."""
    values = sorted(rng.sample(options, rng.randint(1, len(options))), key=options.index)
    return values if len(values) > 1 else values[0]


def _description(kind: Kind, words: Mapping[str, str], rng: random.Random) -> str:
    """All that is told of the kind, and two things of what is told of its whole leaf."""
    general = rng.sample(kind.also_told, min(2, len(kind.also_told)))
    return " ".join(_sentence(text, words) for text in [*kind.told, *general])


def _position(kind: Kind, chosen: Mapping[str, str]) -> float | None:
    """Where the chosen option of the kind's scale stands between its smallest (0) and its largest (1)."""
    options = kind.attributes.get(kind.scale, ())
    return options.index(chosen[kind.scale]) / (len(options) - 1) if len(options) > 1 else None


def _between(bounds: tuple[int, int], position: float | None, rng: random.Random) -> int:
    """A value of the range, even over its logarithm: many cheap and light ones, few of the others."""
    low, high = bounds
    chance = rng.random()
    share = chance if position is None else 0.6 * position + 0.4 * chance
    return round(exp(log(low) + share * (log(high) - log(low))))


def _retail_price(amount: int, rng: random.Random) -> int:
    """The nearest price that a shop would print: 4.49, 18.99, 120.00."""
    step = 50 if amount < 2000 else 100 if amount < 15000 else 500
    rounded = max(step, round(amount / step) * step)
    return rounded if rng.random() < 0.2 else rounded - 1


def _money(amount: int) -> dict[str, Any]:
    return {"amount": amount, "currency": CURRENCY}


def _stock(rng: random.Random) -> int:
    chance = rng.random()
    if chance < _SHARE_SOLD_OUT:
        return 0
    if chance < _SHARE_SOLD_OUT + _SHARE_NEARLY_SOLD_OUT:
        return rng.randint(1, 5)
    return round(exp(rng.uniform(log(6), log(400))))


def _status(rng: random.Random) -> str:
    chance = rng.random()
    if chance < _SHARE_DRAFT:
        return "draft"
    return "archived" if chance < _SHARE_DRAFT + _SHARE_ARCHIVED else "active"


def _sku(code: str, number: int, size: str) -> str:
    """`PLB-004-3-4IN`: the leaf's code, a number in the leaf, the size where it has digits and is short."""
    plain = unicodedata.normalize("NFKD", size).upper().replace("/", "-")
    suffix = re.sub(r"[^A-Z0-9.-]", "", plain)
    fits = any(letter.isdigit() for letter in suffix) and len(suffix) <= 8
    return f"{code}-{number:03}-{suffix}" if fits else f"{code}-{number:03}"


def _sentence(template: str, words: Mapping[str, str]) -> str:
    text = template.format_map(words)
    return text[0].upper() + text[1:]
