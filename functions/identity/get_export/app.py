"""GET /api/auth/me/export/{job_id}: how an export stands, and where to download it for the next minutes."""

from omnilife.core.errors import NotFound
from omnilife.core.http import endpoint
from omnilife.identity import ExportFiles, ExportJob, JobStore, find_export

api = endpoint(
    "GET",
    "/api/auth/me/export/{job_id}",
    auth="user",
    tags=["identity"],
    limit="read",
    problems=[NotFound],
)


@api.route
def get_export(job_id: str) -> ExportJob:
    return find_export(JobStore.from_environment(), ExportFiles.from_environment(), job_id, caller=api.caller)


handler = api.handler
