"""Reindex step: compares what the new generation holds with what the catalogue does."""

from collections.abc import Mapping
from typing import Any

from omnilife.catalogue import ProductStore
from omnilife.search import IndexGenerations, ReindexStore, check_reindex


def handler(event: Mapping[str, Any], context: Any) -> Mapping[str, Any]:  # noqa: ARG001 (Lambda's own form)
    step = check_reindex(
        ReindexStore.from_environment(),
        ProductStore.from_environment(),
        IndexGenerations.from_environment(),
        job_id=event["job_id"],
    )
    return step.model_dump()
