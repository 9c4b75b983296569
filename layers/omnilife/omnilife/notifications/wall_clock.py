"""Wall clocks: instants from what a clock on the wall shows, where that happens twice, or not at all.

When clocks go forward, times of day are left out: such a time means the first instant after the gap. When
they go back, times of day happen twice: whoever asks says whether the first or the last is meant.
Source: PEP 495.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

SECOND = timedelta(seconds=1)


@lru_cache(maxsize=512)
def zone(name: str) -> ZoneInfo:
    """The zone of that IANA name.

    Raises:
        ValueError: there is none.
    """
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # zoneinfo's own is a KeyError; odd names fail otherwise
        raise ValueError("no such zone") from None


def instant(day: date, at: time, where: ZoneInfo, *, last: bool = False) -> datetime:
    """When clocks in that zone show `at` on that day, in UTC; see the module for gaps and repetitions."""
    naive = datetime.combine(day, at)
    first, second = (naive.replace(tzinfo=where, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first == second:
        return first
    if first < second:  # it happens twice
        return second if last else first
    # It does not happen: `second` lies before the change of offset, and `first` after it.
    before, after = second, first
    offset = after.astimezone(where).utcoffset()
    while after - before > SECOND:
        middle = before + (after - before) / 2
        before, after = (
            (before, middle) if middle.astimezone(where).utcoffset() == offset else (middle, after)
        )
    return after.replace(microsecond=0)


def quiet_until(now: datetime, start: time, end: time, where: ZoneInfo) -> datetime | None:
    """When the quiet hours end in which `now` lies; None if it lies in none.

    They begin when the clock first shows `start` and end when it last shows `end`: they are shorter in the
    night in which an hour is left out, and longer in the one with an hour more.
    """
    today = now.astimezone(where).date()
    for day in (today - timedelta(days=1), today):
        begins = instant(day, start, where)
        ends = instant(day if end > start else day + timedelta(days=1), end, where, last=True)
        if begins <= now < ends:
            return ends
    return None


def next_time(now: datetime, at: time, where: ZoneInfo, *, weekday: int | None = None) -> datetime:
    """The first instant after `now` at which clocks show `at`; on that weekday (0: Monday), if given."""
    day = now.astimezone(where).date()
    while True:
        if weekday is None or day.weekday() == weekday:
            found = instant(day, at, where)
            if found > now:
                return found
        day += timedelta(days=1)
