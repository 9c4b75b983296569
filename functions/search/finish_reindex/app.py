"""Reindex step: lets the new generation serve, and ends the job."""

from collections.abc import Mapping
from typing import Any

from omnilife.search import IndexGenerations, ReindexStore, finish_reindex


def handler(event: Mapping[str, Any], context: Any) -> Mapping[str, Any]:  # noqa: ARG001 (Lambda's own form)
    step = finish_reindex(
        ReindexStore.from_environment(), IndexGenerations.from_environment(), job_id=event["job_id"]
    )
    return step.model_dump()
