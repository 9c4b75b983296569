"""Reprocess step: makes the variants of some images anew."""

from collections.abc import Mapping
from typing import Any

from omnilife.images import ImageStore, Originals, S3Storage, process, reprocess_shard


def handler(event: Mapping[str, Any], context: Any) -> Mapping[str, Any]:  # noqa: ARG001 (Lambda's own form)
    return reprocess_shard(
        event["shard"],
        images=ImageStore.from_environment(),
        originals=Originals.from_environment(),
        storage=S3Storage.from_environment(),
        process=process,
    )
