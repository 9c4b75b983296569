"""Every hour: lets go of points whose time is over, the first in first."""

from collections.abc import Mapping
from typing import Any

from omnilife.checkout import LoyaltyStore, expire_points

FINISH_S = 5.0


def handler(event: Mapping[str, Any], context: Any) -> Mapping[str, int]:  # noqa: ARG001 (Lambda's own form)
    work_s = context.get_remaining_time_in_millis() / 1000 - FINISH_S
    return {"expired": expire_points(LoyaltyStore.from_environment(), work_s=work_s)}
