"""POST /api/marketplace/products: puts a product into the shop."""

from omnilife.catalogue import (
    NewProduct,
    Product,
    ProductStore,
    SkuTaken,
    WrongCurrency,
    create_product,
    shop_currency,
)
from omnilife.core.errors import IdempotencyConflict
from omnilife.core.http import Reply, endpoint

api = endpoint(
    "POST",
    "/api/marketplace/products",
    auth="merchant",
    tags=["catalogue"],
    limit="write",
    status=201,
    problems=[IdempotencyConflict, SkuTaken, WrongCurrency],
)


@api.route
def add_product(product: NewProduct) -> Reply[Product]:
    created = create_product(
        ProductStore.from_environment(),
        product,
        caller=api.caller,
        currency=shop_currency(),
        idempotency=api.idempotency,
    )
    location = f"/api/marketplace/products/{created.product_id}"
    return Reply(created, headers={"ETag": Reply.etag(created.version), "Location": location})


handler = api.handler
