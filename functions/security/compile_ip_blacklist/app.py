"""Every minute: compiles the blacklist anew, so that entries end when they expire."""

from collections.abc import Mapping
from typing import Any

from omnilife.security import BlacklistStore, refresh_blacklist


def handler(event: Mapping[str, Any], context: Any) -> dict[str, int]:  # noqa: ARG001 (Lambda's form)
    return {"bytes": refresh_blacklist(BlacklistStore.from_environment())}
