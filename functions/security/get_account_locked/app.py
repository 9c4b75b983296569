"""GET /api/security/account-locked: whether an account is locked for somebody at an address."""

from typing import Annotated

from pydantic import IPvAnyAddress

from omnilife.core.http import Query, endpoint
from omnilife.core.ids import Identifier
from omnilife.security import AccountStanding, Email, LoginGuard, tell_standing

api = endpoint(
    "GET",
    "/api/security/account-locked",
    auth="service",
    scopes=["security:attempts"],
    outbox="SECURITY_TABLE",
    tags=["security"],
    limit="read",
)


@api.route
def get_account_locked(
    ip: Annotated[IPvAnyAddress, Query()],
    user: Annotated[Identifier | None, Query()] = None,
    email: Annotated[Email | None, Query()] = None,
) -> AccountStanding:
    return tell_standing(LoginGuard.from_environment(), user_id=user, email=email, address=str(ip))


handler = api.handler
