"""Stream reader: keeps each change of stock as an entry of the product's inventory log."""

from collections.abc import Mapping
from typing import Any

from omnilife.catalogue import ProductStore, project_inventory_logs


def handler(event: Mapping[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001 (Lambda's own form)
    failed = project_inventory_logs(ProductStore.from_environment(), event["Records"])
    return {"batchItemFailures": [{"itemIdentifier": number} for number in failed]}
