"""GET /api/auth/sessions: where the caller is signed in."""

from omnilife.core.http import endpoint
from omnilife.identity import SessionPage, SessionStore, list_sessions

api = endpoint("GET", "/api/auth/sessions", auth="user", tags=["identity"], limit="read")


@api.route
def get_sessions() -> SessionPage:
    return list_sessions(SessionStore.from_environment(), api.caller)


handler = api.handler
