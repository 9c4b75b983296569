"""Erasure step: forgets what one domain holds of a user, for as long as the function may work."""

from collections.abc import Mapping
from typing import Any

from omnilife.identity import JobStore, erase_user_data
from omnilife.privacy import holder_of

FINISH_S = 30.0
"""What is left of the function's time for the portion that it is at."""


def handler(event: Mapping[str, Any], context: Any) -> Mapping[str, bool]:
    finished = erase_user_data(
        JobStore.from_environment(),
        holder_of(event["domain"]),
        job_id=event["job_id"],
        domain=event["domain"],
        work_s=context.get_remaining_time_in_millis() / 1000 - FINISH_S,
    )
    return {"finished": finished}
