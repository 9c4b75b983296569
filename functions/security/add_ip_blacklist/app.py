"""POST /api/security/ip-blacklist: blocks or allows an address or a range, within 30 seconds."""

from omnilife.core.errors import IdempotencyConflict
from omnilife.core.http import endpoint
from omnilife.security import (
    BlacklistFull,
    BlacklistStore,
    BlocksCaller,
    Entry,
    NewEntry,
    add_blacklist_entry,
)

api = endpoint(
    "POST",
    "/api/security/ip-blacklist",
    auth="admin",
    tags=["security"],
    limit="write",
    status=201,
    problems=[BlacklistFull, BlocksCaller, IdempotencyConflict],
)


@api.route
def add_ip_blacklist(entry: NewEntry) -> Entry:
    return add_blacklist_entry(
        BlacklistStore.from_environment(), entry, caller=api.caller, idempotency=api.idempotency
    )


handler = api.handler
