"""Every five minutes: asks the gateway about payments that no webhook has told of."""

from collections.abc import Mapping
from typing import Any

from omnilife.checkout import reconcile_payments, settling_desk

FINISH_MS = 30_000
"""What one order may take while the gateway is slow: several calls of five seconds."""


def handler(event: Mapping[str, Any], context: Any) -> dict[str, int]:  # noqa: ARG001 (Lambda's form)
    return reconcile_payments(
        settling_desk(), may_go_on=lambda: context.get_remaining_time_in_millis() > FINISH_MS
    )
