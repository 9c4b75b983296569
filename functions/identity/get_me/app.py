"""GET /api/auth/me: the caller's own account."""

from omnilife.core.errors import NotFound
from omnilife.core.http import endpoint
from omnilife.identity import AccountStore, User, find_profile

api = endpoint("GET", "/api/auth/me", auth="user", tags=["identity"], limit="read", problems=[NotFound])


@api.route
def get_me() -> User:
    return find_profile(AccountStore.from_environment(), api.caller)


handler = api.handler
