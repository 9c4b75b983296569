"""GET /api/marketplace/products/{product_id}: one product."""

from omnilife.catalogue import Product, ProductStore, find_product
from omnilife.core.errors import NotFound
from omnilife.core.http import Reply, endpoint

api = endpoint(
    "GET",
    "/api/marketplace/products/{product_id}",
    auth="public/user",
    tags=["catalogue"],
    limit="read",
    problems=[NotFound],
)


@api.route
def get_product(product_id: str) -> Reply[Product]:
    product = find_product(ProductStore.from_environment(), product_id, caller=api.caller)
    return Reply(product, headers={"ETag": Reply.etag(product.version)})


handler = api.handler
