"""Reindex step: makes the new generation of the index, and says which segments are to be walked."""

from collections.abc import Mapping
from typing import Any

from omnilife.catalogue import ProductStore
from omnilife.search import IndexGenerations, ReindexStore, begin_reindex


def handler(event: Mapping[str, Any], context: Any) -> Mapping[str, Any]:  # noqa: ARG001 (Lambda's own form)
    step = begin_reindex(
        ReindexStore.from_environment(),
        ProductStore.from_environment(),
        IndexGenerations.from_environment(),
        job_id=event["job_id"],
        execution=event["execution"],
    )
    return step.model_dump()
