"""POST /api/auth/login: tokens for the right password, or a ticket for the second factor."""

from omnilife.core.errors import TooManyRequests
from omnilife.core.http import Reply, endpoint
from omnilife.identity import (
    DEVICE_COOKIE,
    BadCredentials,
    Client,
    Credentials,
    MfaRequired,
    PasswordSignIn,
    SignedIn,
    device_cookie,
)

api = endpoint(
    "POST",
    "/api/auth/login",
    auth="public",
    tags=["identity"],
    limit="auth",
    limit_table="IDENTITY_TABLE",
    problems=[BadCredentials, TooManyRequests],
)


@api.route
def log_in(credentials: Credentials) -> Reply[SignedIn | MfaRequired]:
    answer = PasswordSignIn.from_environment().sign_in(
        credentials, Client.of(api.caller.address, api.headers), device=api.cookies.get(DEVICE_COOKIE)
    )
    return Reply(answer, headers=device_cookie(answer))


handler = api.handler
