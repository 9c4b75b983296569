"""POST /api/marketplace/price-alerts: asks to be told when a price falls or a product is back in stock."""

from omnilife.catalogue import (
    AlertStore,
    BusyProduct,
    ListFull,
    NewPriceAlert,
    PriceAlert,
    ProductStore,
    WrongCurrency,
    set_price_alert,
)
from omnilife.core.errors import IdempotencyConflict, NotFound
from omnilife.core.http import endpoint

api = endpoint(
    "POST",
    "/api/marketplace/price-alerts",
    auth="user",
    tags=["catalogue"],
    limit="write",
    status=201,
    problems=[BusyProduct, IdempotencyConflict, ListFull, NotFound, WrongCurrency],
)


@api.route
def create_price_alert(alert: NewPriceAlert) -> PriceAlert:
    return set_price_alert(
        AlertStore.from_environment(),
        ProductStore.from_environment(),
        alert,
        user_id=api.caller.subject,
        idempotency=api.idempotency,
    )


handler = api.handler
