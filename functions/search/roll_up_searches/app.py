"""Stream reader: sums up searches and what came of them."""

from collections.abc import Mapping
from typing import Any

from omnilife.search import RollupStore, roll_up_searches


def handler(event: Mapping[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001 (Lambda's own form)
    failed = roll_up_searches(RollupStore.from_environment(), event["Records"])
    return {"batchItemFailures": [{"itemIdentifier": number} for number in failed]}
