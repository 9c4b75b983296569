"""GET /api/marketplace/loyalty/programs: the rules of all loyalty programmes."""

from omnilife.checkout import LoyaltyStore, ProgramPage, list_programs
from omnilife.core.http import endpoint

api = endpoint("GET", "/api/marketplace/loyalty/programs", auth="admin", tags=["checkout"], limit="read")


@api.route
def list_loyalty_programs() -> ProgramPage:
    return list_programs(LoyaltyStore.from_environment())


handler = api.handler
