"""Erasure step: completes the receipt; or notes, with `failed`, that the job broke off."""

from collections.abc import Mapping
from typing import Any

from omnilife.identity import JobStore, fail_erasure, finish_erasure


def handler(event: Mapping[str, Any], context: Any) -> None:  # noqa: ARG001 (Lambda's own form)
    end = fail_erasure if event["failed"] else finish_erasure
    end(JobStore.from_environment(), job_id=event["job_id"])
