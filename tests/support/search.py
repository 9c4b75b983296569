"""Products as search's tests want them: complete, and different in what the test says."""

from datetime import UTC, datetime
from typing import Any

from omnilife.catalogue import IndexedProduct, Product

CREATED = datetime(2026, 11, 24, 12, tzinfo=UTC)


def a_product(product_id: str = "p1", **changes: Any) -> Product:
    """A brass lamp on sale, but for `changes`; `price` may be given as minor units."""
    fields: dict[str, Any] = {
        "product_id": product_id,
        "merchant_id": "merchant-1",
        "sku": f"sku-{product_id}",
        "name": "Brass desk lamp",
        "description": "Turns, dims and folds away.",
        "brand": "Halden",
        "category": ["home", "lighting"],
        "price": 4900,
        "attributes": {"colour": "brass"},
        "status": "active",
        "stock_on_hand": 7,
        "version": 1,
        "created_at": CREATED,
        "updated_at": CREATED,
    } | changes
    if isinstance(fields["price"], int):
        fields["price"] = {"amount": fields["price"], "currency": "USD"}
    return Product(**fields)


def indexed(product: Product, version: int = 2) -> IndexedProduct:
    """The product as catalogue hands it over for indexing."""
    return IndexedProduct(product.product_id, version, product.status, product)


def deleted(product_id: str, version: int) -> IndexedProduct:
    """What catalogue hands over of a deleted product."""
    return IndexedProduct(product_id, version, "deleted", None)
