"""On command: lists dead letters of notifications with their reasons, and sends them again."""

from collections.abc import Mapping
from typing import Any

from omnilife.notifications import DeadLetters, RedriveOrder


def handler(event: Mapping[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001 (Lambda's own form)
    return DeadLetters.from_environment().redrive(RedriveOrder.model_validate(event))
