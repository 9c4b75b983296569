"""POST /api/marketplace/imports: opens an import and says where its file is to be uploaded."""

from omnilife.catalogue import ImportFiles, ImportStore, ImportTicket, NewImport, create_import
from omnilife.core.errors import IdempotencyConflict
from omnilife.core.http import Reply, endpoint

api = endpoint(
    "POST",
    "/api/marketplace/imports",
    auth="merchant",
    tags=["catalogue"],
    limit="write",
    status=201,
    problems=[IdempotencyConflict],
)


@api.route
def start_import(new: NewImport) -> Reply[ImportTicket]:
    ticket = create_import(
        ImportStore.from_environment(),
        ImportFiles.from_environment(),
        new,
        caller=api.caller,
        idempotency=api.idempotency,
    )
    return Reply(ticket, headers={"Location": f"/api/marketplace/imports/{ticket.job_id}"})


handler = api.handler
