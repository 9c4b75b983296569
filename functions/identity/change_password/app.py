"""POST /api/auth/password/change: sets a password with the one that was, and ends all other sessions."""

from omnilife.core.errors import NotFound, TooManyRequests
from omnilife.core.http import endpoint
from omnilife.identity import (
    ChangedMeanwhile,
    PasswordChange,
    SessionStore,
    WeakPassword,
    WrongPassword,
    change_password,
)

api = endpoint(
    "POST",
    "/api/auth/password/change",
    auth="user",
    tags=["identity"],
    limit="write",
    status=204,
    problems=[ChangedMeanwhile, NotFound, TooManyRequests, WeakPassword, WrongPassword],
)


@api.route
def replace_password(change: PasswordChange) -> None:
    change_password(change, sessions=SessionStore.from_environment(), caller=api.caller)


handler = api.handler
