"""Every minute: gives back what unpaid orders hold whose fifteen minutes are over."""

from collections.abc import Mapping
from typing import Any

from omnilife.checkout import release_expired_reservations, settling_desk


def handler(event: Mapping[str, Any], context: Any) -> dict[str, int]:  # noqa: ARG001 (Lambda's form)
    return release_expired_reservations(settling_desk())
