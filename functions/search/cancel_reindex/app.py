"""DELETE /api/search/reindex/{job_id}: calls a reindex off; the index that serves stays as it is."""

from omnilife.core.errors import NotFound
from omnilife.core.http import endpoint
from omnilife.search import ReindexEnded, ReindexJob, ReindexStore, cancel_reindex

api = endpoint(
    "DELETE",
    "/api/search/reindex/{job_id}",
    auth="admin",
    tags=["search"],
    limit="write",
    problems=[NotFound, ReindexEnded],
)


@api.route
def cancel(job_id: str) -> ReindexJob:
    return cancel_reindex(ReindexStore.from_environment(), job_id)


handler = api.handler
