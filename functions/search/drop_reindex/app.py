"""Reindex step: removes what a failed or cancelled job has half built, and ends it."""

from collections.abc import Mapping
from typing import Any

from omnilife.search import IndexGenerations, ReindexStore, drop_reindex


def handler(event: Mapping[str, Any], context: Any) -> None:  # noqa: ARG001 (Lambda's own form)
    drop_reindex(ReindexStore.from_environment(), IndexGenerations.from_environment(), job_id=event["job_id"])
