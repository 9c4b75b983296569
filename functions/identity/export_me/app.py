"""POST /api/auth/me/export: has all that is held about the caller collected, as a download when ready."""

from omnilife.core.errors import NotFound, TooManyRequests
from omnilife.core.http import Reply, endpoint
from omnilife.identity import ExportJob, JobStore, request_export

api = endpoint(
    "POST",
    "/api/auth/me/export",
    auth="user",
    tags=["identity"],
    limit="write",
    status=202,
    problems=[NotFound, TooManyRequests],
)


@api.route
def export_me() -> Reply[ExportJob]:
    job = request_export(JobStore.from_environment(), caller=api.caller)
    return Reply(job, headers={"Location": f"/api/auth/me/export/{job.job_id}"})


handler = api.handler
