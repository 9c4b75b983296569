"""POST /api/marketplace/inventory/{product_id}/adjust: adds or takes away units, for a reason."""

from omnilife.catalogue import Adjustment, BusyProduct, OutOfStock, ProductStore, StockEntry, adjust_stock
from omnilife.core.errors import IdempotencyConflict, NotFound
from omnilife.core.http import endpoint

api = endpoint(
    "POST",
    "/api/marketplace/inventory/{product_id}/adjust",
    auth="merchant",
    tags=["catalogue"],
    limit="write",
    problems=[BusyProduct, IdempotencyConflict, NotFound, OutOfStock],
)


@api.route
def adjust_inventory(product_id: str, adjustment: Adjustment) -> StockEntry:
    return adjust_stock(
        ProductStore.from_environment(),
        product_id,
        adjustment,
        caller=api.caller,
        idempotency=api.idempotency,
    )


handler = api.handler
