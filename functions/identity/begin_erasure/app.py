"""Erasure step: notes that it runs, and says which domains are gone through."""

from collections.abc import Mapping
from typing import Any

from omnilife.identity import JobStore, begin_erasure
from omnilife.privacy import DOMAINS


def handler(event: Mapping[str, Any], context: Any) -> Mapping[str, Any]:  # noqa: ARG001 (Lambda's own form)
    steps = begin_erasure(JobStore.from_environment(), job_id=event["job_id"], domains=list(DOMAINS))
    return {"domains": steps}
