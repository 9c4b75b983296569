"""Every five minutes: asks the gateway about payments that no webhook has told of."""

from collections.abc import Mapping
from typing import Any

from omnilife.checkout import reconcile_payments, settling_desk


def handler(event: Mapping[str, Any], context: Any) -> dict[str, int]:  # noqa: ARG001 (Lambda's form)
    return reconcile_payments(settling_desk())
