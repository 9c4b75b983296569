"""POST /api/auth/refresh: new tokens for a refresh token, which is used up by it."""

from omnilife.core.http import endpoint
from omnilife.identity import (
    ChangedMeanwhile,
    Client,
    InvalidRefreshToken,
    Refresher,
    RefreshRequest,
    Tokens,
)

api = endpoint(
    "POST",
    "/api/auth/refresh",
    auth="public",
    tags=["identity"],
    limit="auth",
    limit_table="IDENTITY_TABLE",
    problems=[ChangedMeanwhile, InvalidRefreshToken],
)


@api.route
def refresh_session(asked: RefreshRequest) -> Tokens:
    return Refresher.from_environment().refresh(
        asked.refresh_token, Client.of(api.caller.address, api.headers)
    )


handler = api.handler
