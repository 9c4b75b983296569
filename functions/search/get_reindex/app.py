"""GET /api/search/reindex/{job_id}: how a reindex is doing."""

from omnilife.core.errors import NotFound
from omnilife.core.http import endpoint
from omnilife.search import ReindexJob, ReindexStore, find_reindex

api = endpoint(
    "GET",
    "/api/search/reindex/{job_id}",
    auth="admin",
    tags=["search"],
    limit="read",
    problems=[NotFound],
)


@api.route
def get_job(job_id: str) -> ReindexJob:
    return find_reindex(ReindexStore.from_environment(), job_id)


handler = api.handler
