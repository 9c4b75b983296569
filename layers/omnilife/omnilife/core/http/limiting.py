"""The rate limit of a route: a class from RATE_LIMITS, counted in Valkey or in DynamoDB."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from omnilife.core.config import Settings

if TYPE_CHECKING:
    from omnilife.core.limits import Decision


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitSettings(Settings):
    rate_limits: str = "read=600/60,write=120/60,search=300/60"
    valkey_url: str = ""


class Limiting:
    """Counts requests of one class; placeholder until core.limits lands."""

    def __init__(self, name: str, limiter: str) -> None:
        self.name = name
        self.limiter = limiter

    def check(self, key: str) -> "Decision | None":
        """Count one request for `key`."""
        return None


def limit_headers(decision: "Decision | None") -> Mapping[str, str]:
    """`RateLimit` and its kin; none on a request that was not counted."""
    if decision is None:
        return {}
    from omnilife.core.limits import headers  # noqa: PLC0415 (deferred: see core.lazy)

    return headers(decision)
