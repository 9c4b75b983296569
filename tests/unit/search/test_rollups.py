"""Sums of searches: percentiles and visitors."""

from collections import Counter
from datetime import UTC, datetime
from itertools import batched

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnilife.search.rollups import (
    LATENCY_EDGES_MS,
    Bucket,
    buckets_at,
    distinct,
    group_of,
    news,
    percentile,
    register_of,
)


def histogram(*took_ms: int) -> Counter[str]:
    from bisect import bisect_left  # noqa: PLC0415

    return Counter(f"ms_{bisect_left(LATENCY_EDGES_MS, each)}" for each in took_ms)


def test_a_percentile_of_nothing_is_none() -> None:
    assert percentile({}, 0.5) is None


@pytest.mark.parametrize(("share", "least", "most"), [(0.5, 7, 10), (0.95, 70, 100), (0.99, 300, 500)])
def test_a_percentile_lies_in_the_bucket_that_holds_it(share: float, least: float, most: float) -> None:
    found = percentile(histogram(*[9] * 90, *[80] * 7, *[400] * 3), share)
    assert found is not None
    assert least < found <= most


def test_a_latency_beyond_the_last_edge_is_that_edge() -> None:
    assert percentile(histogram(60_000), 0.99) == LATENCY_EDGES_MS[-1]


@given(st.lists(st.integers(0, 5000), min_size=1, max_size=60), st.floats(0.01, 1))
def test_a_percentile_is_off_by_less_than_its_bucket(took_ms: list[int], share: float) -> None:
    found = percentile(histogram(*took_ms), share)
    exact = sorted(took_ms)[max(0, -int(-share * len(took_ms) // 1) - 1)]
    assert found is not None
    low = max((edge for edge in (0, *LATENCY_EDGES_MS) if edge < max(exact, 1)), default=0)
    high = min(edge for edge in LATENCY_EDGES_MS if edge >= exact)
    assert low <= found <= high


@given(st.lists(st.text(max_size=5), max_size=50), st.randoms())
def test_visitors_are_counted_the_same_in_any_order_and_however_often(
    seen: list[str], random: object
) -> None:
    entries = [register_of(visitor) for visitor in seen]
    kept: set[int] = set()
    again = entries * 2
    random.shuffle(again)  # type: ignore[attr-defined]
    for entry in again:
        kept |= news([entry], kept)
    assert distinct(kept) == distinct(entries)


@pytest.mark.parametrize("number", [0, 1, 10, 1000, 20_000])
def test_an_estimate_of_visitors_is_close(number: int) -> None:
    entries = {register_of(f"visitor-{each}") for each in range(number)}
    assert distinct(entries) == pytest.approx(number, rel=0.1)


def test_entries_are_spread_over_the_groups() -> None:
    assert {group_of(register_of(f"v{number}")) for number in range(100)} == {0, 1, 2, 3}


def test_a_set_of_visitors_stays_small() -> None:
    kept: set[int] = set()
    for batch in batched(range(20_000), 20, strict=True):
        kept |= news([register_of(f"v{number}") for number in batch], kept)
    assert len(kept) < 6 * 1024


def test_buckets_are_named_so_that_names_sort_as_times() -> None:
    hour, day = buckets_at(datetime(2026, 11, 24, 9, 59, tzinfo=UTC))
    assert (hour.name, day.name) == ("H#2026-11-24T09", "D#2026-11-24")
    assert (hour.next.name, day.next.name) == ("H#2026-11-24T10", "D#2026-11-25")
    assert Bucket.of("hour", hour.start) == hour
