"""Products as documents of the index."""

from itertools import accumulate
from typing import TYPE_CHECKING, Any

from omnilife.search import attributes
from omnilife.search.paging import key
from omnilife.search.product_index import Version
from omnilife.search.titles import thing_of

if TYPE_CHECKING:
    from omnilife.catalogue import IndexedProduct, Product


def version_of(indexed: "IndexedProduct", popularity: float = 0.0) -> Version:
    """The document of a product in the state that was read; of one that is not on sale, only that.

    `popularity` is what was learned of it, which adds to what its reviews say.
    """
    product = indexed.product
    if product is None or indexed.status != "active":
        document: dict[str, Any] = {"product_id": indexed.product_id, "status": indexed.status}
    else:
        document = _document(product, popularity)
    return Version(indexed.product_id, indexed.version, document)


def _document(product: "Product", popularity: float) -> dict[str, Any]:
    pairs = [(name, value) for name, values in product.attributes.items() for value in values]
    return {
        "product_id": product.product_id,
        "key": key(product.product_id),
        "status": product.status,
        "merchant_id": product.merchant_id,
        "sku": product.sku,
        "name": product.name,
        "thing": thing_of(product.name),
        "description": product.description,
        "brand": product.brand,
        "category": list(accumulate(product.category, lambda path, name: f"{path}/{name}")),
        "category_text": product.category,
        "price": product.price.amount,
        "rating": product.rating,
        "popularity": round(product.review_count + popularity, 3),
        "in_stock": product.stock_on_hand > 0,
        "created_at": round(product.created_at.timestamp() * 1000),
        "attributes": [attributes.pair(name, value) for name, value in pairs],
        "attributes_text": [value for _, value in pairs],
        "product": product.model_dump(mode="json", exclude={"description"}),
    }
