"""Export step: collects a part of what one domain holds of a user, for as long as the function may work."""

from collections.abc import Mapping
from typing import Any

from omnilife.identity import ExportFiles, JobStore, export_user_data
from omnilife.privacy import holder_of

FINISH_S = 30.0
"""What is left of the function's time for the page that it is at, and for writing the part."""


def handler(event: Mapping[str, Any], context: Any) -> Mapping[str, Any]:
    return export_user_data(
        JobStore.from_environment(),
        ExportFiles.from_environment(),
        holder_of(event["domain"]),
        user_id=event["user_id"],
        job_id=event["job_id"],
        domain=event["domain"],
        place=event["place"],
        work_s=context.get_remaining_time_in_millis() / 1000 - FINISH_S,
    )
