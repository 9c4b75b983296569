"""POST /api/auth/password/reset: sets a password by the mailed link, and ends all sessions."""

from omnilife.core.http import endpoint
from omnilife.identity import (
    ChangedMeanwhile,
    DeadLink,
    MailedTokens,
    NewPassword,
    SessionStore,
    WeakPassword,
    reset_password,
)

api = endpoint(
    "POST",
    "/api/auth/password/reset",
    auth="public",
    tags=["identity"],
    limit="auth",
    limit_table="IDENTITY_TABLE",
    status=204,
    problems=[ChangedMeanwhile, DeadLink, WeakPassword],
)


@api.route
def set_new_password(given: NewPassword) -> None:
    reset_password(
        given.token,
        given.password,
        sessions=SessionStore.from_environment(),
        tokens=MailedTokens.to_redeem(),
        address=api.caller.address,
    )


handler = api.handler
