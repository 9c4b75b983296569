"""POST /api/auth/mfa/verify: completes a sign-in with a code of the app, or a recovery code."""

from omnilife.core.errors import TooManyRequests
from omnilife.core.http import Reply, endpoint
from omnilife.identity import (
    DEVICE_COOKIE,
    BadCode,
    Client,
    MfaAnswer,
    MfaSignIn,
    SignedIn,
    TicketOver,
    device_cookie,
)

api = endpoint(
    "POST",
    "/api/auth/mfa/verify",
    auth="public",
    tags=["identity"],
    limit="auth",
    limit_table="IDENTITY_TABLE",
    problems=[BadCode, TicketOver, TooManyRequests],
)


@api.route
def finish_sign_in(given: MfaAnswer) -> Reply[SignedIn]:
    signed_in = MfaSignIn.from_environment().answer(
        given, Client.of(api.caller.address, api.headers), device=api.cookies.get(DEVICE_COOKIE)
    )
    return Reply(signed_in, headers=device_cookie(signed_in))


handler = api.handler
