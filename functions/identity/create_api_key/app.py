"""POST /api/auth/api-keys: makes a key for server-side callers, and says its text this once."""

from omnilife.core.errors import Conflict
from omnilife.core.http import endpoint
from omnilife.identity import ApiKeyStore, CreatedApiKey, NewApiKey, create_api_key

api = endpoint(
    "POST",
    "/api/auth/api-keys",
    auth="admin",
    tags=["identity"],
    limit="write",
    status=201,
    problems=[Conflict],
)


@api.route
def add_api_key(wanted: NewApiKey) -> CreatedApiKey:
    return create_api_key(ApiKeyStore.from_environment(), wanted, caller=api.caller)


handler = api.handler
