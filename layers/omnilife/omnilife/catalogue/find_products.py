"""Reading products one by one."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from omnilife.catalogue.access import may_see, no_such_product
from omnilife.catalogue.models import Product, Status
from omnilife.catalogue.store.products import ProductStore
from omnilife.catalogue.stored import Tombstone
from omnilife.core.auth import Caller


def find_product(store: ProductStore, product_id: str, *, caller: Caller) -> Product:
    """One product, as strongly consistent as its stock.

    `stock_on_hand` is what can be sold: units there less units that open orders have reserved.

    Raises:
        NotFound: there is none, or it is no longer or not yet on sale and not the caller's own.
    """
    found = store.find(product_id)
    if found is None or not may_see(caller, found.product):
        raise no_such_product()
    return found.product


def find_products_on_sale(store: ProductStore, product_ids: Iterable[str]) -> dict[str, Product]:
    """Those of these products that anybody may buy now, by id, as strongly consistent as their stock.

    One BatchGet for up to 50 products.
    """
    return {
        product_id: found.product
        for product_id, found in store.find_many(product_ids).items()
        if not isinstance(found, Tombstone) and found.product.status == "active"
    }


@dataclass(frozen=True, slots=True)
class IndexedProduct:
    """A product as an index should know it.

    `version` is the product's, its stock's and its rating's added up: all only grow, and of two states read
    strongly consistently the later one has the greater sum. `product` is None of a deleted one.
    """

    product_id: str
    version: int
    status: Status | Literal["deleted"]
    product: Product | None


def find_products_for_index(store: ProductStore, product_ids: Iterable[str]) -> dict[str, IndexedProduct]:
    """The newest state of these products, deleted ones included; ids that never were are left out.

    Strongly consistent, with one BatchGet for up to 50 products.
    """
    indexed = {}
    for product_id, found in store.find_many(product_ids).items():
        if isinstance(found, Tombstone):
            version = found.version + found.stock_version + found.rating_version
            indexed[product_id] = IndexedProduct(product_id, version, "deleted", None)
        else:
            product = found.product
            version = product.version + found.stock.version + found.rating_version
            indexed[product_id] = IndexedProduct(product_id, version, product.status, product)
    return indexed
