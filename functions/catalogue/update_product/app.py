"""PATCH /api/marketplace/products/{product_id}: changes a product by a JSON merge patch (RFC 7396)."""

from omnilife.catalogue import (
    BusyProduct,
    Product,
    ProductPatch,
    ProductStore,
    SkuTaken,
    WrongCurrency,
    edit_product,
    shop_currency,
)
from omnilife.core.errors import NotFound, PreconditionFailed
from omnilife.core.http import Reply, endpoint

api = endpoint(
    "PATCH",
    "/api/marketplace/products/{product_id}",
    auth="merchant",
    tags=["catalogue"],
    limit="write",
    accepts=["application/json", "application/merge-patch+json"],
    problems=[BusyProduct, NotFound, PreconditionFailed, SkuTaken, WrongCurrency],
)


@api.route
def update_product(product_id: str, patch: ProductPatch) -> Reply[Product]:
    product = edit_product(
        ProductStore.from_environment(),
        product_id,
        patch.root,
        caller=api.caller,
        currency=shop_currency(),
        if_match=api.if_match,
    )
    return Reply(product, headers={"ETag": Reply.etag(product.version)})


handler = api.handler
