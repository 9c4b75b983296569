"""Export step: notes that it runs, and says which domains are asked."""

from collections.abc import Mapping
from typing import Any

from omnilife.identity import JobStore, begin_export
from omnilife.privacy import DOMAINS


def handler(event: Mapping[str, Any], context: Any) -> Mapping[str, Any]:  # noqa: ARG001 (Lambda's own form)
    steps = begin_export(
        JobStore.from_environment(),
        user_id=event["user_id"],
        job_id=event["job_id"],
        domains=list(DOMAINS),
    )
    return {"domains": steps}
