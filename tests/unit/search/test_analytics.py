"""Analytics: what shoppers looked for, found and did not find."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from omnilife.core.clock import FixedClock
from omnilife.core.errors import Invalid
from omnilife.search.analytics import AnalyticsQuery, SearchAnalytics, Window, search_analytics
from omnilife.search.rollups import FLOOR, Bucket
from omnilife.search.store_rollups import RollupStore
from tests.unit.search.shoppers import Shoppers

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def analytics(shoppers: Shoppers, **query: Any) -> SearchAnalytics:
    shoppers.roll_up()
    return search_analytics(AnalyticsQuery(**query), store=RollupStore(shoppers.table), clock=shoppers.clock)


def ago(**time: float) -> datetime:
    return NOON - timedelta(**time)


def test_a_day_without_a_search_has_no_rates(shoppers: Shoppers) -> None:
    found = analytics(shoppers)
    assert found.totals.searches == found.totals.visitors == 0
    assert found.totals.zero_result_rate is None
    assert found.totals.latency_ms == {"p50": None, "p95": None, "p99": None}
    assert found.top_queries == found.zero_result_queries == found.rising_queries == []


def test_totals_tell_what_came_of_searches(shoppers: Shoppers) -> None:
    bought = shoppers.search("lamp", visitor="v1")
    shoppers.click(bought, "p1", position=1)
    shoppers.click(bought, "p2", position=4)
    shoppers.click(bought, "p1", kind="purchase")
    shoppers.search("lamp", visitor="v2")
    shoppers.search("sofa", visitor="v2", total=0)
    shoppers.search("sofa", visitor="v3", total=None)

    totals = analytics(shoppers, window="1h").totals
    assert (totals.searches, totals.answered, totals.visitors) == (4, 3, 3)
    assert totals.zero_result_rate == pytest.approx(1 / 3, abs=1e-4)
    assert totals.click_through_rate == pytest.approx(1 / 3, abs=1e-4)
    assert totals.conversion_rate == pytest.approx(1 / 3, abs=1e-4)
    assert (totals.clicks, totals.mean_clicked_position, totals.purchases) == (2, 2.5, 1)


def test_latency_is_read_from_the_histogram(shoppers: Shoppers) -> None:
    for took_ms in [8] * 18 + [180] * 2:
        shoppers.search("", took_ms=took_ms)
    latency = analytics(shoppers).totals.latency_ms
    assert latency["p50"] is not None
    assert latency["p95"] is not None
    assert 7 < latency["p50"] <= 10
    assert 150 < latency["p95"] <= 200


def test_queries_are_ranked_with_their_numbers(shoppers: Shoppers) -> None:
    for number in range(FLOOR + 1):
        search_id = shoppers.search("lamp", visitor=f"v{number}")
        shoppers.click(search_id, "p1", position=number + 1)
    shoppers.search("sofa", total=0)
    shoppers.search("sofa", total=0)

    found = analytics(shoppers)
    assert [query.query for query in found.top_queries] == ["lamp", "sofa"]
    lamp = found.top_queries[0]
    assert (lamp.searches, lamp.visitors, lamp.visitors_at_least) == (FLOOR + 1, FLOOR, True)
    assert (lamp.click_through_rate, lamp.mean_clicked_position) == (1.0, 3.5)
    (sofa,) = found.zero_result_queries
    assert (sofa.query, sofa.zero_results, sofa.visitors, sofa.visitors_at_least) == ("sofa", 2, 1, False)


def test_rising_is_what_is_asked_more_than_in_the_period_before(shoppers: Shoppers) -> None:
    for query, before, now in (("lamp", 3, 3), ("sofa", 1, 4), ("chair", 0, 2)):
        for _ in range(before):
            shoppers.search(query, at=ago(hours=30))
        for _ in range(now):
            shoppers.search(query, at=ago(hours=2))

    rising = analytics(shoppers, window="24h").rising_queries
    assert [(q.query, q.searches_before, q.searches, q.growth) for q in rising] == [
        ("sofa", 1, 4, 1.5),
        ("chair", 0, 2, 1.4),
    ]


def test_only_the_window_counts(shoppers: Shoppers) -> None:
    for hours in (0.5, 5, 50):
        shoppers.search("lamp", at=ago(hours=hours))
    counts = {window: analytics(shoppers, window=window).totals.searches for window in ("1h", "24h", "7d")}
    assert counts == {"1h": 1, "24h": 2, "7d": 3}

    found = analytics(shoppers, **{"from": ago(hours=6), "to": ago(hours=4)})
    assert found.totals.searches == 1
    assert (found.from_, found.to, found.resolution) == (ago(hours=6), ago(hours=4), "hour")


def test_a_long_window_is_read_by_the_day_and_says_so(shoppers: Shoppers) -> None:
    shoppers.search("lamp", at=ago(days=20))
    found = analytics(shoppers, window="30d")
    assert (found.resolution, found.totals.searches) == ("day", 1)
    assert (found.from_.hour, found.to.hour) == (0, 0)
    assert [query.query for query in found.top_queries] == ["lamp"]


def test_hours_that_are_no_longer_kept_are_read_by_the_day(shoppers: Shoppers) -> None:
    shoppers.search("lamp", at=ago(days=10))
    found = analytics(shoppers, **{"from": ago(days=10, hours=1), "to": ago(days=9, hours=23)})
    assert (found.resolution, found.totals.searches) == ("day", 1)


def test_lists_are_as_long_as_asked_for(shoppers: Shoppers) -> None:
    for query in ("a", "b", "c"):
        shoppers.search(query, total=0)
    found = analytics(shoppers, limit=2)
    assert [len(each) for each in (found.top_queries, found.zero_result_queries, found.rising_queries)] == [
        2
    ] * 3


def test_the_answer_names_its_window_as_the_question_does(shoppers: Shoppers) -> None:
    dumped = analytics(shoppers).model_dump(mode="json", by_alias=True)
    assert dumped["from"] == "2026-11-23T12:00:00.000Z"


@pytest.mark.parametrize(
    "query",
    [
        {"window": "0h"},
        {"window": "7w"},
        {"window": "7d", "from": NOON},
        {"to": NOON},
        {"limit": 51},
        {"from": "yesterday"},
    ],
)
def test_a_window_of_no_sense_is_refused(query: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        AnalyticsQuery(**query)


@pytest.mark.parametrize(
    "query",
    [
        {"window": "32d"},
        {"from": ago(days=40)},
        {"from": ago(hours=1), "to": ago(hours=2)},
        {"from": ago(hours=1), "to": ago(hours=1)},
    ],
)
def test_a_window_that_is_too_long_or_ends_before_it_begins_is_refused(query: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        Window.of(AnalyticsQuery(**query), NOON)


def test_the_period_before_is_as_long_and_ends_where_the_window_begins() -> None:
    window = Window.of(AnalyticsQuery(window="24h"), NOON)
    assert window.before.end == window.first.start
    assert window.first.start - window.before.first.start == window.end - window.first.start
    assert Window.of(AnalyticsQuery(window="30d"), NOON).before.last == Bucket.of("day", ago(days=31))


def test_the_clock_is_the_machines_own_by_default(search_table: Any) -> None:
    assert search_analytics(AnalyticsQuery(), store=RollupStore(search_table)).totals.searches == 0


def test_reads_are_bounded_by_what_was_searched(
    shoppers: Shoppers, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Eight for totals, four for visitors; four a bucket of each list; one a candidate."""
    shoppers.search("lamp")
    shoppers.search("sofa", total=0)
    shoppers.roll_up()
    asked: list[Any] = []
    query = type(shoppers.table).query
    monkeypatch.setattr(
        type(shoppers.table),
        "query",
        lambda *a, **k: asked.append(a) or query(*a, **k),  # type: ignore[func-returns-value]
    )
    search_analytics(AnalyticsQuery(window="48h"), store=RollupStore(shoppers.table), clock=clock)
    assert len(asked) == 8 + 4 + 4 + 4 + 2
