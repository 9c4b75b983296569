"""Sums of searches: by hour and by day, in total and by query. What is counted, and how it is read.

All sums are additions of whole numbers and unions of sets, so that neither the order nor the grouping of what
is added matters.
"""

import hashlib
import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from omnilife.search.clicks import Click
from omnilife.search.searches import Search

FLOOR = 5
"""Visitors from whom a query must have come before it is shown to others."""

LATENCY_EDGES_MS = (
    1,
    2,
    3,
    5,
    7,
    10,
    15,
    20,
    30,
    50,
    70,
    100,
    150,
    200,
    300,
    500,
    700,
    1000,
    1500,
    2000,
    5000,
)
"""Upper edges of the latency histogram. Each is at most 2.5 times the one before: a percentile is read
from its bucket with less than that error, whatever the number of searches."""

Tally = Counter[str]
Step = Literal["hour", "day"]


def counted(search: Search) -> Tally:
    """What a search adds to the sums of its hour and day, in the state in which it is.

    Only the first page of a list is a search; later pages count for the latency, and as `pages`.
    """
    tally: Tally = Counter()
    if search.outcome is not None:
        tally[f"ms_{bisect_left(LATENCY_EDGES_MS, search.outcome.took_ms)}"] += 1
        tally["cached"] += search.outcome.cached
    if search.page > 1:
        tally["pages"] += 1
        return +tally
    tally["searches"] += 1
    if search.outcome is not None:
        tally["answered"] += 1
        tally["zero"] += search.outcome.total == 0
    for kind in search.kinds:
        tally[f"with_{kind}"] += 1
    return +tally


def counted_click(click: Click) -> Tally:
    """What a click adds to the sums of its search's hour and day."""
    if not click.counted:
        return Counter()
    tally = Counter({f"n_{click.kind}": 1})
    if click.kind == "click":
        tally["positions"] += click.position
    return tally


@dataclass(frozen=True, slots=True)
class Bucket:
    """An hour or a day of UTC."""

    step: Step
    start: datetime

    @classmethod
    def of(cls, step: Step, at: datetime) -> "Bucket":
        start = at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
        return cls(step, start if step == "hour" else start.replace(hour=0))

    @property
    def name(self) -> str:
        """`H#2026-11-24T12`, `D#2026-11-24`: of one step, names sort as their times do."""
        return f"H#{self.start:%Y-%m-%dT%H}" if self.step == "hour" else f"D#{self.start:%Y-%m-%d}"

    @property
    def next(self) -> "Bucket":
        return Bucket(self.step, self.start + length(self.step))


def length(step: Step) -> timedelta:
    """How long a bucket is."""
    return timedelta(hours=1) if step == "hour" else timedelta(days=1)


def buckets_at(at: datetime) -> tuple[Bucket, Bucket]:
    """The hour and the day in which something happened."""
    return Bucket.of("hour", at), Bucket.of("day", at)


def percentile(tally: Mapping[str, int], share: float) -> float | None:
    """The latency in ms that `share` of the searches kept, from the histogram; None if it is empty.

    Inside a bucket it is interpolated evenly. In the last one, which is open, it is its lower edge.
    """
    counts = [tally.get(f"ms_{index}", 0) for index in range(len(LATENCY_EDGES_MS) + 1)]
    wanted = share * sum(counts)
    if not wanted:
        return None
    seen = 0
    for index, count in enumerate(counts):
        if seen + count >= wanted:
            low = LATENCY_EDGES_MS[index - 1] if index else 0
            high = LATENCY_EDGES_MS[index] if index < len(LATENCY_EDGES_MS) else low
            return round(low + (high - low) * (wanted - seen) / count, 1)
        seen += count
    return float(
        LATENCY_EDGES_MS[-1]
    )  # pragma: no cover (floats: a share of 1 may pass the sum by an epsilon)


# ---------------------------------------------------------------- distinct visitors
# HyperLogLog (Flajolet, Fusy, Gandouet, Meunier, 2007), kept as a growing set of (register, rank): the
# maximum of a register is taken when it is read, so that adding is a union and may be repeated.

REGISTERS = 1024
"""A standard error of 1.04 / sqrt(1024), which is 3.3 %."""
GROUPS = 4
"""Items over which the registers of a bucket are spread."""
_RANKS = 64


def register_of(visitor: str) -> int:
    """What a visitor adds to the set: its register and rank as one number."""
    bits = int.from_bytes(hashlib.sha256(visitor.encode()).digest()[:8])
    register, rest = bits % REGISTERS, bits // REGISTERS
    return register * _RANKS + (54 - rest.bit_length()) + 1


def group_of(entry: int) -> int:
    """The item that an entry belongs to."""
    return entry // _RANKS % GROUPS


def news(entries: Iterable[int], known: Iterable[int]) -> set[int]:
    """Those of `entries` that change the estimate: no known one of their register ranks as high."""
    best = _best(known)
    return {entry for entry in entries if best.get(entry // _RANKS, 0) < entry % _RANKS}


def distinct(entries: Iterable[int]) -> int:
    """About how many visitors have added `entries`; below some 2,500 by counting empty registers."""
    best = _best(entries)
    alpha = 0.7213 / (1 + 1.079 / REGISTERS)
    empty = REGISTERS - len(best)
    estimate = alpha * REGISTERS**2 / (empty + sum(2.0**-rank for rank in best.values()))
    if estimate <= 2.5 * REGISTERS and empty:
        return round(REGISTERS * math.log(REGISTERS / empty))
    return round(estimate)


def _best(entries: Iterable[int]) -> dict[int, int]:
    best: dict[int, int] = {}
    for entry in entries:
        register, rank = divmod(entry, _RANKS)
        best[register] = max(rank, best.get(register, 0))
    return best
