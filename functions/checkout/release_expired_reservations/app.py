"""Every minute: gives back what unpaid orders hold whose fifteen minutes are over."""

from collections.abc import Mapping
from typing import Any

from omnilife.checkout import release_expired_reservations, settling_desk

FINISH_MS = 30_000
"""What one order may take while the gateway is slow: several calls of five seconds."""


def handler(event: Mapping[str, Any], context: Any) -> dict[str, int]:  # noqa: ARG001 (Lambda's form)
    return release_expired_reservations(
        settling_desk(), may_go_on=lambda: context.get_remaining_time_in_millis() > FINISH_MS
    )
