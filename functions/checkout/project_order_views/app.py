"""Stream reader: keeps each merchant's list of the orders that it has a part in."""

from collections.abc import Mapping
from typing import Any

from omnilife.checkout import OrderViewStore, project_orders


def handler(event: Mapping[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001 (Lambda's own form)
    failed = project_orders(OrderViewStore.from_environment(), event["Records"])
    return {"batchItemFailures": [{"itemIdentifier": number} for number in failed]}
