"""Export step: makes one document of the parts and orders the mail; `failed` notes that it broke off."""

from collections.abc import Mapping
from typing import Any

from omnilife.identity import ExportFiles, JobStore, fail_export, finish_export
from omnilife.privacy import HOLDS_NOBODY


def handler(event: Mapping[str, Any], context: Any) -> None:  # noqa: ARG001 (Lambda's own form)
    store, whose = JobStore.from_environment(), {"user_id": event["user_id"], "job_id": event["job_id"]}
    if event["failed"]:
        fail_export(store, **whose)
    else:
        finish_export(store, ExportFiles.from_environment(), **whose, left_out=HOLDS_NOBODY)
