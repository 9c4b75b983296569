"""`search_analytics`: what shoppers looked for, found and did not find, over a window of time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from omnilife.core.clock import Clock, Timestamp, system_clock
from omnilife.core.errors import FieldError, Invalid
from omnilife.search.rollups import FLOOR, Bucket, Step, Tally, distinct, length, percentile
from omnilife.search.store_rollups import QuerySums, RollupStore

LONGEST = timedelta(days=31)
LONGEST_BY_HOUR = timedelta(hours=48)
"""Windows up to this are read by the hour, longer ones by the day."""
HOURS_BACK = timedelta(days=7)
READ_A_LIST = 50
"""Queries read from each shard of each bucket's list: four times as many a bucket are looked at."""
CANDIDATES = 3
"""Times as many as are asked for are summed exactly before they are ranked."""
SMOOTHING = 5
"""Added to both periods' counts: a query that went from none to one has not risen without limit."""

_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1)}


class AnalyticsQuery(BaseModel):
    """A window: `window` up to now, or from `from` to `to`; the last 24 hours by default."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    window: Annotated[
        str | None, Field(pattern=r"^[1-9][0-9]{0,2}[hd]$", description="`24h`, `7d`, `30d`: up to now.")
    ] = None
    from_: Annotated[Timestamp | None, Field(alias="from", description="Where the window begins.")] = None
    to: Annotated[Timestamp | None, Field(description="Where it ends, exclusive; now by default.")] = None
    limit: Annotated[int, Field(ge=1, le=50, description="Length of each list.")] = 10

    @model_validator(mode="after")
    def _one_window(self) -> Self:
        if self.window and (self.from_ or self.to):
            raise ValueError("give a window, or from and to")
        if self.to and not self.from_:
            raise ValueError("to needs a from")
        return self


class Totals(BaseModel):
    """Rates are None where there is nothing to divide by."""

    searches: Annotated[int, Field(description="First pages asked for, with or without text.")]
    answered: int
    cached: int
    visitors: Annotated[int, Field(description="Different visitors, estimated with an error of some 3 %.")]
    zero_results: int
    zero_result_rate: Annotated[float | None, Field(description="Of the answered searches.")]
    click_through_rate: Annotated[
        float | None, Field(description="Share of the answered searches with a click.")
    ]
    clicks: int
    mean_clicked_position: float | None
    add_to_carts: int
    purchases: int
    conversion_rate: Annotated[
        float | None, Field(description="Share of the answered searches that led to a purchase.")
    ]
    latency_ms: Annotated[
        dict[str, float | None], Field(description="`p50`, `p95`, `p99` of `took_ms`, from a histogram.")
    ]


class QueryNumbers(BaseModel):
    """One query's numbers in the window, and its searches in the period of the same length before."""

    query: str
    searches: int
    searches_before: int
    visitors: Annotated[int, Field(description=f"Different visitors, exact up to {FLOOR}.")]
    visitors_at_least: Annotated[bool, Field(description="Whether there may be more visitors than that.")]
    zero_results: int
    zero_result_rate: float | None
    click_through_rate: float | None
    clicks: int
    mean_clicked_position: float | None
    add_to_carts: int
    purchases: int
    conversion_rate: float | None


class RisingQuery(QueryNumbers):
    """A query that is asked more than before; `growth` is (now + 5) / (before + 5)."""

    growth: float


class SearchAnalytics(BaseModel):
    """`from` and `to` are the window's, widened to whole hours or days of UTC."""

    model_config = ConfigDict(populate_by_name=True, serialize_by_alias=True)

    from_: Annotated[Timestamp, Field(alias="from")]
    to: Timestamp
    resolution: Step
    totals: Totals
    top_queries: list[QueryNumbers]
    zero_result_queries: list[QueryNumbers]
    rising_queries: list[RisingQuery]


@dataclass(frozen=True, slots=True)
class Window:
    """Whole buckets from `first` to `last`, both included."""

    first: Bucket
    last: Bucket

    @classmethod
    def of(cls, query: AnalyticsQuery, now: datetime) -> "Window":
        """The buckets that the window of `query` touches.

        Raises:
            Invalid: it ends before it begins, or is longer than 31 days.
        """
        end = query.to or now
        begin = query.from_ or end - _span(query.window or "24h")
        if begin >= end:
            raise Invalid(errors=[FieldError("/query/to", "to is not after from")])
        if end - begin > LONGEST:
            place = "/query/window" if query.window else "/query/from"
            raise Invalid(errors=[FieldError(place, "longer than 31 days")])
        by_hour = end - begin <= LONGEST_BY_HOUR and begin >= now - HOURS_BACK
        step: Step = "hour" if by_hour else "day"
        # `to` is exclusive; now is not, or what was searched just now would be missing.
        latest = now if query.to is None else end - timedelta(milliseconds=1)
        return cls(Bucket.of(step, begin), Bucket.of(step, latest))

    @property
    def step(self) -> Step:
        return self.first.step

    @property
    def end(self) -> datetime:
        return self.last.next.start

    @property
    def before(self) -> "Window":
        """The period of the same length that ends where this one begins."""
        begin = self.first.start
        first = Bucket(self.step, begin - (self.end - begin))
        return Window(first, Bucket(self.step, begin - length(self.step)))


def search_analytics(
    query: AnalyticsQuery, *, store: RollupStore, clock: Clock = system_clock
) -> SearchAnalytics:
    """Numbers of a window, from the sums of its hours or days.

    Lists hold masked queries of whatever number of visitors: an administrator needs to see what a single
    shopper did not find. They are drawn from the 50 first of each bucket's four shards and then summed
    exactly; a query that is in none of these is not found.

    Cost: 12 queries, four for each bucket in which anything was searched and twice as many where nothing was
    found (at most 48 buckets), and one for each of at most 300 candidates.

    Raises:
        Invalid: see `Window.of`.
    """
    window = Window.of(query, clock.now())
    totals = store.totals(window.first, window.last)
    listed = store.leading([n for n, tally in totals.items() if tally["searches"]], most=READ_A_LIST)
    empty = store.leading([n for n, tally in totals.items() if tally["zero"]], zero=True, most=READ_A_LIST)
    most = query.limit * CANDIDATES
    candidates = _first(listed, "searches", most) | _first(empty, "zero", most)
    before = window.before
    exact = store.of_queries(sorted(candidates), before.first, window.last)
    numbers = [_numbers(text, by_bucket, window) for text, by_bucket in exact.items()]
    asked = [each for each in numbers if each.searches]
    visitors = distinct(store.visitors(window.first, window.last))
    return SearchAnalytics(
        from_=window.first.start,
        to=window.end,
        resolution=window.step,
        totals=_totals(sum(totals.values(), Tally()), visitors),
        top_queries=sorted(asked, key=lambda q: (-q.searches, q.query))[: query.limit],
        zero_result_queries=sorted(
            (each for each in asked if each.zero_results), key=lambda q: (-q.zero_results, q.query)
        )[: query.limit],
        rising_queries=_rising(asked)[: query.limit],
    )


def _span(window: str) -> timedelta:
    return int(window[:-1]) * _UNITS[window[-1]]


def _first(listed: Iterable[QuerySums], name: str, most: int) -> set[str]:
    """The queries that have most of `name` over all lists."""
    seen = Tally()
    for each in listed:
        seen[each.query] += each.tally[name]
    return {query for query, _ in seen.most_common(most)}


def _numbers(query: str, by_bucket: dict[str, QuerySums], window: Window) -> QueryNumbers:
    names = (window.first.name, window.last.name)
    inside = [sums for name, sums in by_bucket.items() if names[0] <= name <= names[1]]
    earlier = [sums for name, sums in by_bucket.items() if name < names[0]]
    tally = _sum(inside)
    visitors = len(frozenset().union(*(sums.visitors for sums in inside)))
    return QueryNumbers(
        query=query,
        searches=tally["searches"],
        searches_before=_sum(earlier)["searches"],
        visitors=min(visitors, FLOOR),
        visitors_at_least=visitors >= FLOOR,
        zero_results=tally["zero"],
        zero_result_rate=_rate(tally["zero"], tally["answered"]),
        click_through_rate=_rate(tally["with_click"], tally["answered"]),
        clicks=tally["n_click"],
        mean_clicked_position=_rate(tally["positions"], tally["n_click"]),
        add_to_carts=tally["n_add_to_cart"],
        purchases=tally["n_purchase"],
        conversion_rate=_rate(tally["with_purchase"], tally["answered"]),
    )


def _sum(found: Iterable[QuerySums]) -> Tally:
    return sum((sums.tally for sums in found), Tally())


def _totals(tally: Tally, visitors: int) -> Totals:
    return Totals(
        searches=tally["searches"],
        answered=tally["answered"],
        cached=tally["cached"],
        visitors=visitors,
        zero_results=tally["zero"],
        zero_result_rate=_rate(tally["zero"], tally["answered"]),
        click_through_rate=_rate(tally["with_click"], tally["answered"]),
        clicks=tally["n_click"],
        mean_clicked_position=_rate(tally["positions"], tally["n_click"]),
        add_to_carts=tally["n_add_to_cart"],
        purchases=tally["n_purchase"],
        conversion_rate=_rate(tally["with_purchase"], tally["answered"]),
        latency_ms={name: percentile(tally, share) for name, share in _PERCENTILES},
    )


_PERCENTILES = (("p50", 0.5), ("p95", 0.95), ("p99", 0.99))


def _rising(asked: Sequence[QueryNumbers]) -> list[RisingQuery]:
    rising = [
        RisingQuery(
            **each.model_dump(),
            growth=round((each.searches + SMOOTHING) / (each.searches_before + SMOOTHING), 3),
        )
        for each in asked
        if each.searches > each.searches_before
    ]
    return sorted(rising, key=lambda q: (-q.growth, q.query))


def _rate(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
