"""DELETE /api/auth/sessions/{session_id}: ends one of the caller's sessions."""

from omnilife.core.errors import NotFound
from omnilife.core.http import endpoint
from omnilife.identity import SessionStore, end_session

api = endpoint(
    "DELETE",
    "/api/auth/sessions/{session_id}",
    auth="user",
    tags=["identity"],
    limit="write",
    status=204,
    problems=[NotFound],
)


@api.route
def end_one_session(session_id: str) -> None:
    end_session(SessionStore.from_environment(), api.caller, session_id)


handler = api.handler
