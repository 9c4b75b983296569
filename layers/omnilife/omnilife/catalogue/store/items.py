"""Products and stock to and from DynamoDB's items."""

from decimal import Decimal
from typing import Any
from zlib import crc32

from omnilife.catalogue.models import Image, Price, Product
from omnilife.catalogue.stock import Stock, StockChange
from omnilife.catalogue.stored import StoredProduct, Tombstone
from omnilife.catalogue.tally import Tally
from omnilife.core.attributes import Item
from omnilife.core.clock import parse_rfc3339, rfc3339
from omnilife.core.transactions import Key

SHARDS = 16
DELETED = "deleted"


def shard_of(product_id: str) -> int:
    """The shard of a product's index entries. It must never change for a product."""
    return crc32(product_id.encode()) % SHARDS


def product_key(product_id: str) -> Key:
    return {"pk": f"PRODUCT#{product_id}", "sk": "PRODUCT"}


def stock_key(product_id: str) -> Key:
    return {"pk": f"STOCK#{product_id}", "sk": "STOCK"}


def sku_key(merchant_id: str, sku: str) -> Key:
    return {"pk": f"SKU#{merchant_id}#{sku}", "sk": "SKU"}


def category_key(shard: int, path: str) -> Key:
    return {"pk": f"CATEGORIES#{shard}", "sk": path}


def log_key(product_id: str, stock_version: int) -> Key:
    return {"pk": f"STOCK#{product_id}", "sk": f"LOG#{stock_version:012}"}


def listed_partition(shard: int) -> str:
    return f"LISTED#{shard}"


def merchant_partition(merchant_id: str) -> str:
    return f"MERCHANT#{merchant_id}"


def price_position(amount: int, product_id: str = "") -> str:
    """Where an amount stands in the price index: 15 digits, so that text sorts as numbers do."""
    return f"{amount:015}#{product_id}"


def path_of(category: list[str]) -> str:
    """A category path as one text; names hold no slash."""
    return "/".join(category)


def product_item(product: Product, import_id: str | None) -> Item:
    """A product's item, with the index entries of its status. What is None is left out."""
    created = f"{rfc3339(product.created_at)}#{product.product_id}"
    item = {
        **product_key(product.product_id),
        "entity": "products",
        "product_id": product.product_id,
        "merchant_id": product.merchant_id,
        "sku": product.sku,
        "name": product.name,
        "description": product.description,
        "brand": product.brand,
        "category": product.category,
        "category_path": path_of(product.category),
        "currency": product.price.currency,
        "price": product.price.amount,
        "compare_at_price": product.compare_at_price and product.compare_at_price.amount,
        "tax_class": product.tax_class,
        "weight_g": product.weight_g,
        "attributes": product.attributes,
        "images": [image.model_dump(exclude_none=True) for image in product.images],
        "status": product.status,
        **tally_attributes(carried(product)),
        "version": product.version,
        "created_at": rfc3339(product.created_at),
        "updated_at": rfc3339(product.updated_at),
        "import_id": import_id,
        "i3pk": merchant_partition(product.merchant_id),
        "i3sk": created,
    }
    if product.status == "active":
        listed = listed_partition(shard_of(product.product_id))
        item |= {"i1pk": listed, "i1sk": created}
        item |= {"i2pk": listed, "i2sk": price_position(product.price.amount, product.product_id)}
    return {name: value for name, value in item.items() if value is not None}


def carried(product: Product, *, version: int = 0) -> Tally:
    """The rating that a product was brought with."""
    rating = None if product.rating is None else Decimal(str(product.rating))
    return Tally.carried(rating, product.review_count, version=version)


def tally_attributes(tally: Tally) -> dict[str, Any]:
    """A rating as its product's item holds it. `rating` itself is for filters, which cannot divide."""
    attributes = {
        "rating": tally.mean,
        "review_count": tally.count,
        "rating_sum": tally.total,
        "stars": {str(stars): count for stars, count in tally.stars.items()},
        "rating_version": tally.version or None,
    }
    return {name: value for name, value in attributes.items() if value is not None}


def tally_of(item: Item) -> Tally:
    """The rating in a product's item; of one that was written without a sum, from its mean."""
    rating, count = item.get("rating"), item["review_count"]
    version = item.get("rating_version", 0)
    if "rating_sum" not in item:
        return Tally.carried(None if rating is None else Decimal(rating), count, version=version)
    stars = {int(each): number for each, number in item.get("stars", {}).items()}
    return Tally(Decimal(item["rating_sum"]), count, stars, version)


def tombstone_item(product: Product, version: int, deleted_at: str, *, rating_version: int) -> Item:
    """What stays of a deleted product: no index entry, no text."""
    return {
        **product_key(product.product_id),
        "entity": "products",
        "product_id": product.product_id,
        "merchant_id": product.merchant_id,
        "status": DELETED,
        "version": version,
        "rating_version": rating_version,
        "created_at": rfc3339(product.created_at),
        "updated_at": deleted_at,
    }


def product_of(item: Item, stock: Stock) -> Product:
    """The product in an item, with what can be sold of it.

    It is not validated again: limits that are tightened later must not make old products unreadable.
    """

    def price(name: str) -> Price | None:
        return Price(amount=item[name], currency=item["currency"]) if name in item else None

    return Product.model_construct(
        product_id=item["product_id"],
        merchant_id=item["merchant_id"],
        sku=item["sku"],
        name=item["name"],
        description=item["description"],
        brand=item.get("brand"),
        category=item["category"],
        price=Price(amount=item["price"], currency=item["currency"]),
        compare_at_price=price("compare_at_price"),
        tax_class=item["tax_class"],
        weight_g=item.get("weight_g"),
        attributes=item["attributes"],
        images=[Image.model_construct(**image) for image in item["images"]],
        status=item["status"],
        stock_on_hand=stock.available,
        rating=float(item["rating"]) if "rating" in item else None,
        review_count=item["review_count"],
        version=item["version"],
        created_at=parse_rfc3339(item["created_at"]),
        updated_at=parse_rfc3339(item["updated_at"]),
    )


def stock_item(stock: Stock) -> Item:
    """A stock's item. `available` is kept beside its parts: DynamoDB's conditions cannot subtract."""
    change = stock.last_change.model_dump(exclude_none=True)
    item = {
        **stock_key(stock.product_id),
        "entity": "stock",
        "product_id": stock.product_id,
        "on_hand": stock.on_hand,
        "reserved": stock.reserved,
        "available": stock.available,
        "version": stock.version,
        "last_change": change,
    }
    return item | ({"import_id": stock.import_id} if stock.import_id else {})


def stock_of(item: Item) -> Stock:
    """The stock in an item."""
    return Stock(
        product_id=item["product_id"],
        on_hand=item["on_hand"],
        reserved=item["reserved"],
        version=item["version"],
        last_change=StockChange.model_validate(item["last_change"]),
        import_id=item.get("import_id"),
    )


def stored(item: Item, stock_row: Item) -> StoredProduct | Tombstone:
    """What a product's item and its stock's say together."""
    stock = stock_of(stock_row)
    if item["status"] == DELETED:
        return Tombstone(
            item["product_id"],
            item["merchant_id"],
            item["version"],
            stock.version,
            item.get("rating_version", 0),
        )
    return StoredProduct(product_of(item, stock), stock, item.get("import_id"), item.get("rating_version", 0))
