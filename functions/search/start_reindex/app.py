"""POST /api/search/reindex: has the index built anew in the background, or goes back to the one before."""

from omnilife.core.errors import IdempotencyConflict
from omnilife.core.http import Reply, endpoint
from omnilife.search import (
    NewReindex,
    NothingToRollBackTo,
    ReindexJob,
    ReindexRunning,
    ReindexStore,
    request_reindex,
)

api = endpoint(
    "POST",
    "/api/search/reindex",
    auth="admin",
    tags=["search"],
    limit="write",
    status=202,
    problems=[IdempotencyConflict, NothingToRollBackTo, ReindexRunning],
)


@api.route
def start(new: NewReindex) -> Reply[ReindexJob]:
    job = request_reindex(
        ReindexStore.from_environment(), new, caller=api.caller, idempotency=api.idempotency
    )
    return Reply(job, headers={"Location": f"/api/search/reindex/{job.job_id}"})


handler = api.handler
