"""Import step: takes on an uploaded file and cuts it into chunks."""

from collections.abc import Mapping
from typing import Any

from omnilife.catalogue import ImportFiles, ImportStore, UploadedFile, plan_import, shop_currency


def handler(event: Mapping[str, Any], context: Any) -> Mapping[str, Any]:  # noqa: ARG001 (Lambda's own form)
    return plan_import(
        ImportStore.from_environment(),
        ImportFiles.from_environment(),
        UploadedFile.announced(event["object"]),
        execution=event["execution"],
        currency=shop_currency(),
    )
