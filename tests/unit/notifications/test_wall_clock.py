"""Wall clocks, through the nights in which they are set."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from omnilife.notifications.wall_clock import instant, next_time, quiet_until, zone

BERLIN = zone("Europe/Berlin")
ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    "America/St_Johns",
    "UTC",
)

_FIRST, _LAST = (datetime(year, 1, 1) for year in (2026, 2028))  # noqa: DTZ001 (drawn without, as asked)
times = st.times().map(lambda at: at.replace(second=0, microsecond=0))
zones = st.sampled_from(ZONES).map(zone)
instants = st.datetimes(_FIRST, _LAST).map(lambda at: at.replace(microsecond=0, tzinfo=UTC))


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]


def test_an_ordinary_time_is_what_the_zone_says() -> None:
    assert instant(date(2026, 7, 1), time(9, 30), BERLIN) == utc(2026, 7, 1, 7, 30)


def test_a_time_that_clocks_leave_out_is_the_end_of_the_gap() -> None:
    assert instant(date(2027, 3, 28), time(2, 30), BERLIN) == utc(2027, 3, 28, 1, 0)


@pytest.mark.parametrize(("last", "hour"), [(False, 0), (True, 1)])
def test_of_a_time_that_comes_twice_one_is_chosen(last: bool, hour: int) -> None:
    assert instant(date(2026, 10, 25), time(2, 30), BERLIN, last=last) == utc(2026, 10, 25, hour, 30)


def test_a_gap_of_half_an_hour_is_found_too() -> None:
    lord_howe = zone("Australia/Lord_Howe")

    assert instant(date(2026, 10, 4), time(2, 15), lord_howe) == utc(2026, 10, 3, 15, 30)


@pytest.mark.parametrize(
    "name", ["Europe/Atlantis", "", "../etc/passwd", "/etc/localtime", "a\0b", "x" * 500]
)
def test_a_zone_that_does_not_exist_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="no such zone"):
        zone(name)


def test_quiet_hours_last_an_hour_longer_when_clocks_go_back() -> None:
    begins, ends = utc(2026, 10, 24, 20), utc(2026, 10, 25, 6)

    assert quiet_until(begins, time(22), time(7), BERLIN) == ends
    assert ends - begins == timedelta(hours=10)


def test_quiet_hours_last_an_hour_less_when_clocks_go_forward() -> None:
    begins = utc(2027, 3, 27, 21)

    assert quiet_until(begins, time(22), time(7), BERLIN) == utc(2027, 3, 28, 5)


def test_quiet_hours_that_end_in_the_hour_that_comes_twice_end_once() -> None:
    between = utc(2026, 10, 25, 0, 45)  # 02:45, the first time

    assert quiet_until(between, time(22), time(2, 30), BERLIN) == utc(2026, 10, 25, 1, 30)


def test_the_first_minute_is_quiet_and_the_last_one_is_not() -> None:
    assert quiet_until(utc(2026, 7, 1, 20), time(22), time(7), BERLIN) == utc(2026, 7, 2, 5)
    assert quiet_until(utc(2026, 7, 2, 5), time(22), time(7), BERLIN) is None


@settings(max_examples=300)
@given(instants, times, times, zones)
def test_when_quiet_hours_end_the_clock_shows_no_quiet_time(
    now: datetime, start: time, end: time, where
) -> None:  # type: ignore[no-untyped-def]
    if start == end:
        return
    until = quiet_until(now, start, end, where)

    if until is None:
        shown = now.astimezone(where).time()
        inside = start <= shown < end if start < end else shown >= start or shown < end
        assert not inside
    else:
        assert now < until <= now + timedelta(hours=25)
        assert quiet_until(until, start, end, where) is None


@settings(max_examples=300)
@given(instants, times, zones, st.none() | st.integers(0, 6))
def test_the_next_time_is_after_now_and_within_a_day_or_a_week(  # type: ignore[no-untyped-def]
    now: datetime, at: time, where, weekday: int | None
) -> None:
    found = next_time(now, at, where, weekday=weekday)

    assert now < found <= now + (timedelta(hours=26) if weekday is None else timedelta(days=8))
    local = found.astimezone(where)
    assert weekday is None or local.weekday() == weekday
    assert local.time() >= at  # later only where clocks leave it out
