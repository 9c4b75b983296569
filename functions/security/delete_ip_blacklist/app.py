"""DELETE /api/security/ip-blacklist/{entry_id}: takes an entry back, within 30 seconds."""

from omnilife.core.errors import NotFound
from omnilife.core.http import endpoint
from omnilife.security import BlacklistStore, BlocksCaller, delete_blacklist_entry

api = endpoint(
    "DELETE",
    "/api/security/ip-blacklist/{entry_id}",
    auth="admin",
    tags=["security"],
    limit="write",
    status=204,
    problems=[BlocksCaller, NotFound],
)


@api.route
def delete_ip_blacklist(entry_id: str) -> None:
    delete_blacklist_entry(BlacklistStore.from_environment(), entry_id, caller=api.caller)


handler = api.handler
