"""Time as an argument: a clock that production and tests both can hold, and one text form for instants.

Instants are aware, in UTC, and have milliseconds, the precision of the API: what is stored, sent and read
back compares equal.
"""

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Protocol

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)", re.ASCII)


class Clock(Protocol):
    """Tells the time. Pass one wherever a decision depends on it."""

    def now(self) -> datetime:
        """This instant, in UTC, in whole milliseconds."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        return _milliseconds(datetime.now(UTC))


system_clock: Clock = SystemClock()


class FixedClock:
    """A clock that stands still until it is told to advance."""

    def __init__(self, at: datetime) -> None:
        self._at = _utc(at)

    def now(self) -> datetime:
        return self._at

    def advance(self, *, seconds: float) -> None:
        """Move the clock on (or back, with a negative number)."""
        self._at = _milliseconds(self._at + timedelta(seconds=seconds))


def rfc3339(instant: datetime) -> str:
    """`2026-11-24T20:29:00.000Z`. Fixed width, so that texts sort as the instants do.

    Raises:
        ValueError: the instant has no time zone.
    """
    return _utc(instant).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def parse_rfc3339(text: str) -> datetime:
    """The instant that an RFC 3339 date-time names, in UTC; what is finer than a millisecond is cut off.

    Raises:
        ValueError: not a date-time, or one without an offset.
    """
    if not _DATE_TIME.fullmatch(text):  # fromisoformat takes much more than RFC 3339 has
        raise ValueError("not an RFC 3339 date-time")
    return _utc(datetime.fromisoformat(text.upper()))


def epoch_seconds(instant: datetime) -> int:
    """Whole seconds since 1970, rounded down: the unit of DynamoDB's TTL and of JWT claims."""
    return int(_utc(instant).timestamp() // 1)


def _utc(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    try:
        return _milliseconds(instant.astimezone(UTC))
    except OverflowError:  # an hour before year 1, or after year 9999
        raise ValueError("an instant out of range") from None


def _milliseconds(instant: datetime) -> datetime:
    return instant.replace(microsecond=instant.microsecond // 1000 * 1000)


def _validate(value: Any) -> datetime:
    if isinstance(value, datetime):
        return _utc(value)
    if isinstance(value, str):
        return parse_rfc3339(value)
    raise ValueError("not an RFC 3339 date-time")


TIMESTAMP_SCHEMA = {"type": "string", "format": "date-time", "examples": ["2026-11-24T20:29:00.000Z"]}

Timestamp = Annotated[
    datetime,
    BeforeValidator(_validate),
    PlainSerializer(rfc3339, return_type=str),
    WithJsonSchema(TIMESTAMP_SCHEMA),
]
"""A model field that reads RFC 3339 text or an aware datetime, and is dumped as `rfc3339` in every mode."""
