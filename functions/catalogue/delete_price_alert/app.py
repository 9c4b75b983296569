"""DELETE /api/marketplace/price-alerts/{alert_id}: no longer to be told."""

from omnilife.catalogue import AlertStore, delete_price_alert
from omnilife.core.errors import NotFound
from omnilife.core.http import endpoint

api = endpoint(
    "DELETE",
    "/api/marketplace/price-alerts/{alert_id}",
    auth="user",
    tags=["catalogue"],
    limit="write",
    status=204,
    problems=[NotFound],
)


@api.route
def remove_price_alert(alert_id: str) -> None:
    delete_price_alert(AlertStore.from_environment(), user_id=api.caller.subject, alert_id=alert_id)


handler = api.handler
