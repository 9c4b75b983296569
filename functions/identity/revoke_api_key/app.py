"""DELETE /api/auth/api-keys/{key_id}: ends a key, from the next request on."""

from omnilife.core.errors import Conflict, NotFound
from omnilife.core.http import endpoint
from omnilife.identity import ApiKeyStore, revoke_api_key

api = endpoint(
    "DELETE",
    "/api/auth/api-keys/{key_id}",
    auth="admin",
    tags=["identity"],
    limit="write",
    status=204,
    problems=[Conflict, NotFound],
)


@api.route
def end_api_key(key_id: str) -> None:
    revoke_api_key(ApiKeyStore.from_environment(), key_id, caller=api.caller)


handler = api.handler
