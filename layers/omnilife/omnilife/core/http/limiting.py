"""The rate limit of a route: a class from RATE_LIMITS, counted in Valkey or in a table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from omnilife.core.config import BadSetting, Settings, required

if TYPE_CHECKING:
    from omnilife.core.cache import Command
    from omnilife.core.limits import Decision, DynamoLimiter, Limit, ValkeyLimiter


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitSettings(Settings):
    rate_limits: str = "read=600/60,write=120/60,search=300/60"


class Limiting:
    """Counts a route's requests.

    Args:
        name: the class in RATE_LIMITS.
        table_variable: the environment variable that names the table to count in, for functions that are
            outside the VPC. None counts in Valkey, and not at all where the deployment has none.
    """

    def __init__(self, name: str, *, table_variable: str | None = None) -> None:
        self.name = name
        self._table_variable = table_variable

    def check(self, key: str) -> "Decision | None":
        """Count one request of `key`; None if nobody counts, or Valkey does not answer.

        Raises:
            Unavailable: the table could not count it.
        """
        return self._limiter.check(key, self._limit) if self._limiter else None

    def check_beside(
        self, key: str, commands: "Sequence[Command]"
    ) -> "tuple[Decision | None, Sequence[Any] | None]":
        """Count one request of `key` in Valkey, and carry out `commands` in the same round trip.

        Returns:
            The decision, and what each command answered; None and None without a Valkey that answers.
        """
        from omnilife.core.limits import ValkeyLimiter  # noqa: PLC0415 (deferred: see core.lazy)

        if not isinstance(self._limiter, ValkeyLimiter):
            return self.check(key), None
        return self._limiter.check_beside(key, self._limit, commands)

    @cached_property
    def _limit(self) -> "Limit":
        from omnilife.core.limits import parse_limits  # noqa: PLC0415 (deferred: see core.lazy)

        try:
            return parse_limits(LimitSettings.from_environment().rate_limits)[self.name]
        except (KeyError, ValueError):
            raise BadSetting("RATE_LIMITS", f"a list of limits with one named {self.name}") from None

    @cached_property
    def _limiter(self) -> "ValkeyLimiter | DynamoLimiter | None":
        from omnilife.core.limits import DynamoLimiter, ValkeyLimiter  # noqa: PLC0415 (deferred)

        if self._table_variable:
            from omnilife.core.table import Table  # noqa: PLC0415 (deferred)

            return DynamoLimiter(Table(required(self._table_variable)))
        from omnilife.core.cache import process_cache  # noqa: PLC0415 (deferred)

        cache = process_cache()
        return ValkeyLimiter(cache) if cache else None


def limit_headers(decision: "Decision | None") -> Mapping[str, str]:
    """`RateLimit` and its kin; none on a request that was not counted."""
    if decision is None:
        return {}
    from omnilife.core.limits import headers  # noqa: PLC0415 (deferred: see core.lazy)

    return headers(decision)
