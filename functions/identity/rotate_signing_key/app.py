"""Every five minutes: brings signing keys through their lives. `{"rotate": "now"}` publishes a new one."""

from collections.abc import Mapping
from typing import Any

from omnilife.identity import KeyMaker, TrustedKeys, rotate_signing_key


def handler(event: Mapping[str, Any], context: Any) -> dict[str, list[str]]:  # noqa: ARG001 (Lambda's own form)
    return rotate_signing_key(
        TrustedKeys.from_environment(),
        KeyMaker.from_environment(),
        now_please=event.get("rotate") == "now",
    )
