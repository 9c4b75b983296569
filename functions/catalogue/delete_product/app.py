"""DELETE /api/marketplace/products/{product_id}: takes a product out of the shop for good."""

from omnilife.catalogue import BusyProduct, ProductStore, delete_product
from omnilife.core.errors import NotFound, PreconditionFailed
from omnilife.core.http import endpoint

api = endpoint(
    "DELETE",
    "/api/marketplace/products/{product_id}",
    auth="merchant",
    tags=["catalogue"],
    limit="write",
    status=204,
    problems=[BusyProduct, NotFound, PreconditionFailed],
)


@api.route
def remove_product(product_id: str) -> None:
    delete_product(ProductStore.from_environment(), product_id, caller=api.caller, if_match=api.if_match)


handler = api.handler
