"""What an index that is built anew needs: all products on sale, by segments and pages, and their number.

The walk reads keys from the index of listed products, sixteen partitions, each in the order of creation. That
index lags behind its table by moments, and a page holds no product's state: who indexes reads it afterwards,
strongly consistently, through `find_products_for_index`.
"""

from dataclasses import dataclass

from omnilife.catalogue.store.items import SHARDS
from omnilife.catalogue.store.products import ProductStore

INDEX_SEGMENTS = SHARDS
"""Parts of the catalogue that can be walked side by side."""


@dataclass(frozen=True, slots=True)
class FeedPage:
    """Ids of products on sale, and where the next page begins; None when there is none."""

    product_ids: list[str]
    next: str | None


def list_products_for_index(
    store: ProductStore, segment: int, *, after: str | None = None, limit: int
) -> FeedPage:
    """A page of one segment (0 to `INDEX_SEGMENTS` - 1), from `after` on.

    A product that is listed for the whole length of a walk is in it exactly once. Cost: one query.
    """
    product_ids, position = store.listed(segment, after=after, limit=limit)
    return FeedPage(product_ids, position)


def count_products_for_index(store: ProductStore) -> int:
    """How many products are on sale: the categories' counters, which change in the products' own writes."""
    return store.category_counts().total()
