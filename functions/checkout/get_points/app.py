"""GET /api/marketplace/loyalty: one's points, what they are worth, the tier, and what expires when."""

from omnilife.checkout import LoyaltyStore, Standing, tell_standing
from omnilife.core.http import endpoint

api = endpoint("GET", "/api/marketplace/loyalty", auth="user", tags=["checkout"], limit="read")


@api.route
def get_points() -> Standing:
    return tell_standing(LoyaltyStore.from_environment(), caller=api.caller)


handler = api.handler
