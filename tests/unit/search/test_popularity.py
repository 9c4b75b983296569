"""Popularity: what counts how much, and for how long."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count as counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnilife.core.clock import FixedClock
from omnilife.search.clicks import Kind
from omnilife.search.popularity import (
    HALF_LIFE,
    MOST_CORRECTION,
    WEIGHTS,
    added,
    landmark,
    score,
    weight,
)
from omnilife.search.refresh_popularity import FADES_AFTER, popularity_of, refresh_popularity
from omnilife.search.store_popularity import PopularityStore
from tests.unit.search.shoppers import Shoppers

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
kinds = st.sampled_from(list(WEIGHTS))
instants = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


def sums(*events: tuple[Kind, int, datetime]) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for kind, position, at in events:
        found[landmark(at)] = found.get(landmark(at), Decimal()) + added(kind, position, at)
    return found


def test_an_action_counts_its_weight_on_its_day() -> None:
    for kind, worth in WEIGHTS.items():
        assert score(sums((kind, 1, NOON)), NOON) == pytest.approx(worth, rel=1e-4)


@given(kinds, st.integers(1, 10_000), instants)
def test_a_score_is_halved_after_a_half_life(kind: Kind, position: int, at: datetime) -> None:
    kept = sums((kind, position, at))
    assert score(kept, at + HALF_LIFE) == pytest.approx(score(kept, at) / 2, rel=1e-4)


def test_the_turn_of_the_year_changes_no_score() -> None:
    before, after = datetime(2026, 12, 31, 23, 59, tzinfo=UTC), datetime(2027, 1, 1, 0, 1, tzinfo=UTC)
    kept = sums(("purchase", 1, before), ("purchase", 1, after))
    assert score(kept, after) == pytest.approx(2 * WEIGHTS["purchase"], rel=1e-3)


def test_what_is_long_ago_is_none() -> None:
    assert score(sums(("click", 1, NOON)), NOON + 8 * HALF_LIFE) == 0


@given(st.integers(1, 10_000), st.integers(1, 10_000))
def test_a_click_further_down_never_counts_less_and_never_more_than_the_clip(one: int, other: int) -> None:
    low, high = sorted((one, other))
    assert 1 <= weight("click", low) <= weight("click", high) <= MOST_CORRECTION * weight("click", 1)


def test_a_single_click_anywhere_counts_less_than_a_cart() -> None:
    assert weight("click", 10_000) < weight("add_to_cart", 1) < weight("purchase", 1)


@given(st.lists(st.tuples(kinds, st.integers(1, 50), instants), max_size=20), st.randoms())
def test_the_order_of_events_does_not_matter(
    events: list[tuple[Kind, int, datetime]], random: object
) -> None:
    shuffled = events[:]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert sums(*events) == sums(*shuffled)


@pytest.fixture
def store(shoppers: Shoppers, clock: FixedClock) -> PopularityStore:
    return PopularityStore(shoppers.table, clock=clock)


def wanted(shoppers: Shoppers, *product_ids: str, visitor: str = "v1") -> None:
    search_id = shoppers.search(visitor=visitor)
    for product_id in product_ids:
        shoppers.click(search_id, product_id)
    shoppers.roll_up()


def test_products_of_which_nothing_was_learned_have_no_popularity(
    shoppers: Shoppers, store: PopularityStore
) -> None:
    wanted(shoppers, "p1")
    assert popularity_of(["p1", "p2"], store=store) == {"p1": pytest.approx(1.0, rel=1e-3)}


class Index:
    """Counts how often each product was indexed."""

    def __init__(self, *failing: str) -> None:
        self.written: Counter[str] = Counter()
        self.failing = set(failing)

    def write(self, product_ids: Iterable[str]) -> set[str]:
        self.written.update(product_ids)
        return self.failing & set(product_ids)


def test_a_change_is_written_once(shoppers: Shoppers, store: PopularityStore, clock: FixedClock) -> None:
    wanted(shoppers, "p1", "p2")
    index = Index()
    assert refresh_popularity(index.write, store=store, work_s=10, clock=clock) == 2
    assert refresh_popularity(index.write, store=store, work_s=10, clock=clock) == 0
    assert index.written == {"p1": 1, "p2": 1}


def test_what_the_engine_does_not_take_stays_due(
    shoppers: Shoppers, store: PopularityStore, clock: FixedClock
) -> None:
    wanted(shoppers, "p1", "p2")
    assert refresh_popularity(Index("p2").write, store=store, work_s=10, clock=clock) == 1
    index = Index()
    refresh_popularity(index.write, store=store, work_s=10, clock=clock)
    assert index.written == {"p2": 1}


def test_what_comes_while_a_document_is_written_makes_it_due_again(
    shoppers: Shoppers, store: PopularityStore, clock: FixedClock
) -> None:
    wanted(shoppers, "p1")

    def write(product_ids: Iterable[str]) -> set[str]:
        clock.advance(seconds=1)
        wanted(shoppers, "p1", visitor="v2")
        return set()

    refresh_popularity(write, store=store, work_s=10, clock=clock)
    assert [each.product_id for each in store.stale(most=100)] == ["p1"]


def test_a_fading_score_is_written_again_until_it_is_none(
    shoppers: Shoppers, store: PopularityStore, clock: FixedClock
) -> None:
    wanted(shoppers, "p1")
    index = Index()
    refresh_popularity(index.write, store=store, work_s=10, clock=clock)
    clock.advance(seconds=FADES_AFTER.total_seconds())
    assert refresh_popularity(index.write, store=store, work_s=10, clock=clock) == 1

    clock.advance(seconds=timedelta(days=150).total_seconds())
    assert refresh_popularity(index.write, store=store, work_s=10, clock=clock) == 1
    clock.advance(seconds=timedelta(days=150).total_seconds())
    assert refresh_popularity(index.write, store=store, work_s=10, clock=clock) == 0
    assert index.written == {"p1": 3}


def test_a_run_stops_when_its_time_is_up(
    shoppers: Shoppers, store: PopularityStore, clock: FixedClock
) -> None:
    wanted(shoppers, "p1")
    ticks = counter(0, 100)
    index = Index()
    done = refresh_popularity(
        index.write, store=store, work_s=10, clock=clock, monotonic=lambda: float(next(ticks))
    )
    assert (done, index.written) == (0, {})
