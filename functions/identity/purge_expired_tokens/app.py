"""Every hour: deletes tokens, tickets and sessions whose time is over and that the TTL has left."""

from collections.abc import Mapping
from typing import Any

from omnilife.identity import ExpiredTokens, purge_expired_tokens

FINISH_S = 5.0


def handler(event: Mapping[str, Any], context: Any) -> Mapping[str, int]:  # noqa: ARG001 (Lambda's own form)
    work_s = context.get_remaining_time_in_millis() / 1000 - FINISH_S
    return {"purged": purge_expired_tokens(ExpiredTokens.from_environment(), work_s=work_s)}
