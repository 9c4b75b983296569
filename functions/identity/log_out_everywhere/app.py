"""POST /api/auth/logout-all: ends all sessions of whoever asks."""

from omnilife.core.http import endpoint
from omnilife.identity import ChangedMeanwhile, SessionStore, log_out_everywhere

api = endpoint(
    "POST",
    "/api/auth/logout-all",
    auth="user",
    tags=["identity"],
    limit="write",
    status=204,
    problems=[ChangedMeanwhile],
)


@api.route
def end_all_sessions() -> None:
    log_out_everywhere(SessionStore.from_environment(), api.caller)


handler = api.handler
