"""Rate limits: GCRA, the generic cell rate algorithm, with one number of state a key.

The state is the theoretical arrival time (TAT): when the key's bucket will be empty again. A request is let
in while the TAT lies less than the burst's worth ahead of now. Compared with counting in windows it needs no
window's edge, at which a client could send twice its share.
Source: ATM Forum, Traffic Management Specification 4.1 (af-tm-0121.000), section 4.4.2.

All times are whole microseconds since 1970, so that Python, Lua (whose doubles are exact to 2^53) and
DynamoDB decide the same to the last request.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from omnilife.core.clock import Clock, system_clock
from omnilife.core.conditions import attribute, missing
from omnilife.core.errors import Unavailable

if TYPE_CHECKING:
    from omnilife.core.cache import Cache, Command
    from omnilife.core.table import Table

MICROSECONDS = 1_000_000

SCRIPT = """
local now = tonumber(ARGV[1])
if now < 0 then
  local time = redis.call('TIME')
  now = time[1] * 1000000 + time[2]
end
local tat = tonumber(redis.call('GET', KEYS[1]) or '0')
local new = math.max(tat, now) + tonumber(ARGV[2])
if new - now <= tonumber(ARGV[3]) then
  redis.call('SET', KEYS[1], string.format('%.0f', new), 'PX', math.ceil((new - now) / 1000))
end
return {string.format('%.0f', tat), string.format('%.0f', now)}
"""
"""One key, so that it runs on any cluster. It answers what it saw; `gcra` says what that means."""


@dataclass(frozen=True, slots=True)
class Limit:
    """`requests` every `seconds`, of which `burst` may come at once (all of them, unless said otherwise)."""

    name: str
    requests: int
    seconds: int
    burst: int | None = None

    def __post_init__(self) -> None:
        if min(self.requests, self.seconds, 1 if self.burst is None else self.burst) < 1:
            raise ValueError(f"limit {self.name}: requests, seconds and burst are at least 1")

    @property
    def interval(self) -> int:
        """Microseconds between two requests at the steady rate."""
        return max(1, self.seconds * MICROSECONDS // self.requests)

    @property
    def capacity(self) -> int:
        """How far ahead of now, in microseconds, the TAT may lie."""
        return self.interval * (self.burst or self.requests)


@dataclass(frozen=True, slots=True)
class Decision:
    """What a limit says of one request.

    Attributes:
        remaining: requests that would be let in now.
        reset_s: whole seconds until the limit is as if unused, rounded up.
        retry_after_s: whole seconds until a refused request would be let in, rounded up; 0 if let in.
    """

    limit: Limit
    allowed: bool
    remaining: int
    reset_s: int
    retry_after_s: int


def gcra(tat: int, now: int, limit: Limit, cost: int = 1) -> tuple[Decision, int]:
    """Decide about a request of `cost` at `now`; returns the TAT that it leaves (unchanged if refused).

    A request that costs more than the burst is never let in.
    """
    new = max(tat, now) + limit.interval * cost
    ahead = new - now
    allowed = ahead <= limit.capacity
    left = new if allowed else max(tat, now)
    return Decision(
        limit=limit,
        allowed=allowed,
        remaining=max(0, (limit.capacity - (left - now)) // limit.interval),
        reset_s=_whole_seconds(left - now),
        retry_after_s=0 if allowed else _whole_seconds(ahead - limit.capacity),
    ), (new if allowed else tat)


def parse_limits(text: str) -> Mapping[str, Limit]:
    """Limits by name from `read=600/60,write=120/60/20`: requests, seconds, and the burst if it differs.

    Raises:
        ValueError: not of that form; says which part.
    """
    limits = {}
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        name, _, numbers = part.partition("=")
        try:
            requests, seconds, *burst = (int(number) for number in numbers.split("/"))
            limits[name.strip()] = Limit(name.strip(), requests, seconds, *burst)
        except (ValueError, TypeError):
            raise ValueError(f"“{part}” is not name=requests/seconds") from None
    return limits


def headers(decision: Decision) -> dict[str, str]:
    """`RateLimit`, `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers); `Retry-After` on a refusal."""
    limit = decision.limit
    found = {
        "RateLimit": f'"{limit.name}";r={decision.remaining};t={decision.reset_s}',
        "RateLimit-Policy": f'"{limit.name}";q={limit.requests};w={limit.seconds}',
    }
    if not decision.allowed:
        found["Retry-After"] = str(decision.retry_after_s)
    return found


class ValkeyLimiter:
    """Counts in Valkey, in one call. With Valkey dead everybody is let in, and a metric says so."""

    def __init__(self, cache: "Cache", *, clock: Clock | None = None) -> None:
        """`clock` replaces the server's own time, which all callers share: for tests."""
        self._cache = cache
        self._clock = clock

    def check(self, key: str, limit: Limit, cost: int = 1) -> Decision | None:
        """Count a request; None if nobody could."""
        return self.check_beside(key, limit, (), cost)[0]

    def check_beside(
        self, key: str, limit: Limit, commands: Sequence["Command"], cost: int = 1
    ) -> tuple[Decision | None, Sequence[Any] | None]:
        """Count a request and carry out `commands`, in one round trip.

        Returns:
            The decision, and what each command answered; None and None if Valkey did not answer.
        """
        now = _microseconds(self._clock) if self._clock else -1
        count = ("EVAL", SCRIPT, 1, _name(key, limit), now, limit.interval * cost, limit.capacity)
        answers = self._cache.ask([count, *commands])
        if answers is None:
            return None, None
        seen_tat, seen_now = (int(number) for number in answers[0])
        return gcra(seen_tat, seen_now, limit, cost)[0], answers[1:]


class DynamoLimiter:
    """Counts in a table: for functions outside the VPC, and for what must be limited with Valkey dead.

    Costs one write unit a request; two at the first one after the limit was as if unused. Requests of one key
    do not get in each other's way: what each adds to the TAT adds up.
    Rows: pk `LIMIT#limit:<name>:<key>`, sk `LIMIT`, `tat`, `expires_at`.
    """

    ATTEMPTS = 4

    def __init__(self, table: "Table", *, clock: Clock = system_clock) -> None:
        self._table = table
        self._clock = clock

    def check(self, key: str, limit: Limit, cost: int = 1) -> Decision:
        """Count a request.

        Raises:
            Unavailable: the table could not count it; nobody is let in on a guess.
        """
        from omnilife.core.table import ConditionFailed  # noqa: PLC0415 (deferred: see core.lazy)

        row = row_key(key, limit)
        now = _microseconds(self._clock)
        step = limit.interval * cost
        expires_at = (now + limit.capacity) // MICROSECONDS + 1
        tat = attribute("tat")
        for _ in range(self.ATTEMPTS):
            try:
                item = self._table.update(
                    row,
                    add={"tat": step},
                    set={"expires_at": expires_at},
                    condition=(tat > now) & (tat <= now + limit.capacity - step),
                )
            except ConditionFailed as failed:
                seen = failed.item["tat"] if failed.item else 0
            else:
                return gcra(item["tat"] - step, now, limit, cost)[0]
            decision, new = gcra(seen, now, limit, cost)
            if not decision.allowed:
                return decision
            try:
                self._table.put(
                    {**row, "tat": new, "expires_at": expires_at},
                    condition=missing("pk") | (tat <= now),
                )
            except ConditionFailed:
                continue  # another request was the first; ours adds to it
            return decision
        raise Unavailable("Too many requests at once. Try again shortly.", retry_after=1)


def row_key(key: str, limit: Limit) -> dict[str, str]:
    """Where a table counts these requests."""
    return {"pk": f"LIMIT#{_name(key, limit)}", "sk": "LIMIT"}


def _name(key: str, limit: Limit) -> str:
    return f"limit:{limit.name}:{key}"


def _microseconds(clock: Clock) -> int:
    return round(clock.now().timestamp() * 1000) * 1000


def _whole_seconds(microseconds: int) -> int:
    return -(-microseconds // MICROSECONDS)
