"""What a change writes, as transaction parts: several changes can then be written in one transaction."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from omnilife.catalogue.events import ProductChanged, ProductDeleted, StockAdjusted
from omnilife.catalogue.models import Product
from omnilife.catalogue.stock import Stock
from omnilife.catalogue.store.items import (
    category_key,
    path_of,
    product_item,
    product_key,
    sku_key,
    stock_item,
    stock_key,
    tombstone_item,
)
from omnilife.catalogue.stored import StoredProduct
from omnilife.core import outbox
from omnilife.core.clock import rfc3339
from omnilife.core.conditions import Condition, attribute, missing
from omnilife.core.events import DomainEvent
from omnilife.core.table import Delete, Part, Put, Update

RATING = ("rating", "review_count", "rating_sum", "stars")
OPTIONAL = ("brand", "compare_at_price", "weight_g", "import_id", "i1pk", "i1sk", "i2pk", "i2sk")
"""Attributes that an item may be without."""


@dataclass(frozen=True, slots=True)
class Write:
    """Parts of a transaction, and by how much it changes the counts of categories (path → difference).

    Names of parts, for who must tell which condition failed: product, sku, stock.
    """

    parts: tuple[Part, ...]
    counts: Counter[str] = field(default_factory=Counter)

    def __add__(self, other: "Write") -> "Write":
        counts = Counter(self.counts)
        counts.update(other.counts)
        return Write(self.parts + other.parts, counts)


def creation(product: Product, stock: Stock, event: ProductChanged, *, import_id: str | None = None) -> Write:
    """A new product with its stock, its SKU taken. 2 WCU each KB: product, SKU, stock, event, counter."""
    return Write(
        (
            Put(product_item(product, import_id), condition=missing("pk"), name="product"),
            _take_sku(product),
            Put(stock_item(stock), condition=missing("pk"), name="stock"),
            outbox.announce(event, pk=product_key(product.product_id)["pk"]),
        ),
        _listed(product),
    )


def change(
    before: Product, after: Product, events: Sequence[DomainEvent], *, import_id: str | None = None
) -> Write:
    """A product's next version, if it still is at the one before, and what that announces."""
    item = product_item(after, import_id)
    rated = (before.rating, before.review_count) != (after.rating, after.review_count)
    # A rating is its reviews' to change: an edit leaves alone what they write meanwhile.
    left_alone = {"pk", "sk", *(() if rated else RATING)}
    moved_sku: tuple[Part, ...] = ()
    if after.sku != before.sku:
        moved_sku = (Delete(sku_key(before.merchant_id, before.sku)), _take_sku(after))
    counts = _listed(after)
    counts.subtract(_listed(before))
    return Write(
        (
            Update(
                product_key(after.product_id),
                set={name: value for name, value in item.items() if name not in left_alone},
                add={"rating_version": 1} if rated else {},
                remove=[name for name in OPTIONAL if name not in item],
                condition=_at(before.version),
                name="product",
            ),
            *moved_sku,
            *(outbox.announce(event, pk=product_key(after.product_id)["pk"]) for event in events),
        ),
        counts,
    )


def removal(found: StoredProduct, event: ProductDeleted) -> Write:
    """A product's tombstone in its place; its SKU is free again. Its stock stays: orders may hold some."""
    product, rated = found.product, found.rating_version
    as_read = attribute("rating_version") == rated if rated else missing("rating_version")
    counts: Counter[str] = Counter()
    counts.subtract(_listed(product))
    item = tombstone_item(product, event.version, rfc3339(event.time), rating_version=rated)
    return Write(
        (
            Put(item, condition=_at(product.version) & as_read, name="product"),
            Delete(sku_key(product.merchant_id, product.sku)),
            outbox.announce(event, pk=product_key(product.product_id)["pk"]),
        ),
        counts,
    )


def restocking(before: Stock, after: Stock, event: StockAdjusted) -> Write:
    """A stock's next version, if it still is at the one before."""
    return Write(
        (
            Put(stock_item(after), condition=_at(before.version), name="stock"),
            outbox.announce(event, pk=stock_key(after.product_id)["pk"]),
        )
    )


def counting(writes: Sequence[Write], shard: int) -> list[Part]:
    """The categories' counters for `writes` together: one part a path, since DynamoDB takes an item once."""
    total: Counter[str] = Counter()
    for write in writes:
        total.update(write.counts)
    return [
        Update(category_key(shard, path), set={"entity": "categories"}, add={"count": difference})
        for path, difference in sorted(total.items())
        if difference
    ]


def _take_sku(product: Product) -> Put:
    item = {
        **sku_key(product.merchant_id, product.sku),
        "entity": "sku",
        "product_id": product.product_id,
    }
    return Put(item, condition=missing("pk"), name="sku")


def _at(version: int) -> Condition:
    return attribute("version") == version


def _listed(product: Product) -> Counter[str]:
    return Counter({path_of(product.category): 1} if product.status == "active" else {})
