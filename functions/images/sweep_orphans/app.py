"""Every ten minutes: removes files that nothing refers to, and sets images going that are stuck."""

from collections.abc import Mapping
from typing import Any

from omnilife.images import ImageStore, Originals, S3Storage, UploadQueue, sweep_orphans


def handler(event: Mapping[str, Any], context: Any) -> Mapping[str, int]:  # noqa: ARG001 (Lambda's own form)
    return sweep_orphans(
        ImageStore.from_environment(),
        Originals.from_environment(),
        S3Storage.from_environment(),
        UploadQueue.from_environment(),
    )
