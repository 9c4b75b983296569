"""GET /health: that the code runs, and which version. It touches nothing, so it says nothing of the stores."""

from omnilife.core.http import endpoint
from omnilife.operations import Health, report_health

api = endpoint("GET", "/health", auth="public", tags=["operations"], shielded=False)


@api.route
def get_health() -> Health:
    return report_health()


handler = api.handler
