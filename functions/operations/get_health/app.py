"""GET /health: says that the code runs, and in which version; it touches no store, so it knows of none."""

from omnilife.core.http import endpoint
from omnilife.operations import Health, report_health

api = endpoint("GET", "/health", auth="public", tags=["operations"], shielded=False)


@api.route
def get_health() -> Health:
    return report_health()


handler = api.handler
