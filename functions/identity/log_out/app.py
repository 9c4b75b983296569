"""POST /api/auth/logout: ends the session that asks."""

from omnilife.core.http import endpoint
from omnilife.identity import SessionStore, log_out

api = endpoint("POST", "/api/auth/logout", auth="user", tags=["identity"], limit="write", status=204)


@api.route
def end_own_session() -> None:
    log_out(SessionStore.from_environment(), api.caller)


handler = api.handler
