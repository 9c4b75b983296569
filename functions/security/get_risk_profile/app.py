"""GET /api/security/risk-profile/{user_id}: how risky an account is, and why."""

from omnilife.core.http import endpoint
from omnilife.security import RiskProfile, RiskStore, find_risk_profile

api = endpoint("GET", "/api/security/risk-profile/{user_id}", auth="admin", tags=["security"], limit="read")


@api.route
def get_risk_profile(user_id: str) -> RiskProfile:
    return find_risk_profile(RiskStore.from_environment(), user_id)


handler = api.handler
