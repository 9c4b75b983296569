"""POST /api/security/login-attempt: counts a sign-in that a server-side caller handled."""

from omnilife.core.http import endpoint
from omnilife.security import LoginGuard, LoginReport, LoginStanding, record_login_attempt

api = endpoint(
    "POST",
    "/api/security/login-attempt",
    auth="service",
    scopes=["security:attempts"],
    outbox="SECURITY_TABLE",
    tags=["security"],
    limit="write",
)


@api.route
def record_attempt(report: LoginReport) -> LoginStanding:
    return record_login_attempt(LoginGuard.from_environment(), report, actor=api.caller.actor)


handler = api.handler
