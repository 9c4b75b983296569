"""GET /api/marketplace/price-alerts: what a shopper wants to be told, newest first."""

from omnilife.catalogue import AlertStore, PriceAlertList, ProductStore, list_price_alerts
from omnilife.core.http import endpoint

api = endpoint("GET", "/api/marketplace/price-alerts", auth="user", tags=["catalogue"], limit="read")


@api.route
def get_price_alerts() -> PriceAlertList:
    return list_price_alerts(
        AlertStore.from_environment(), ProductStore.from_environment(), user_id=api.caller.subject
    )


handler = api.handler
