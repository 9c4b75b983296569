"""Instants, their one text form, and clocks."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter, ValidationError

from omnilife.core.clock import (
    FixedClock,
    SystemClock,
    Timestamp,
    epoch_seconds,
    parse_rfc3339,
    rfc3339,
)

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
OFFSETS = st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
INSTANTS = st.datetimes(datetime(2, 1, 1), datetime(9990, 1, 1), timezones=OFFSETS)  # noqa: DTZ001


class Meeting(BaseModel):
    at: Timestamp


def test_an_instant_is_written_in_utc_with_milliseconds():
    vienna = timezone(timedelta(hours=1))
    assert rfc3339(datetime(2026, 11, 24, 21, 29, 0, 7999, tzinfo=vienna)) == "2026-11-24T20:29:00.007Z"


@given(INSTANTS)
def test_what_is_written_reads_back_as_the_same_millisecond(instant):
    read = parse_rfc3339(rfc3339(instant))
    assert timedelta(0) <= instant - read < timedelta(milliseconds=1)
    assert rfc3339(read) == rfc3339(instant)


@given(INSTANTS, INSTANTS)
def test_texts_sort_as_their_instants_do(one, other):
    if rfc3339(one) < rfc3339(other):
        assert one < other


@pytest.mark.parametrize(
    "text",
    [
        "",
        "now",
        "2026-11-24",
        "2026-W48-2T12:00:00Z",
        "20261124T120000.000000Z",
        "2026-11-24T12:00:00",
        "2026-11-24T25:00:00Z",
        "2026-02-30T12:00:00Z",
        "1795521600",
        "٢٠٢٦-11-24T12:00:00Z",
        "0001-01-01T00:00:00+23:00",
        "9999-12-31T23:59:59-01:00",
    ],
)
def test_what_is_no_date_time_with_an_offset_is_refused(text):
    with pytest.raises(ValueError, match=r".+"):
        parse_rfc3339(text)


def test_lower_case_letters_and_a_blank_are_understood():
    assert parse_rfc3339("2026-11-24t12:00:00z") == parse_rfc3339("2026-11-24 12:00:00Z") == NOON


def test_an_offset_other_than_z_is_understood():
    assert parse_rfc3339("2026-11-24T13:00:00.5+01:00") == NOON + timedelta(milliseconds=500)


def test_an_instant_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        rfc3339(datetime(2026, 11, 24, 12))  # noqa: DTZ001


@pytest.mark.parametrize("value", [1795521600, 1.5, None, True, "2026-11-24", datetime(2026, 1, 1)])  # noqa: DTZ001
def test_a_model_takes_no_number_or_incomplete_date_for_a_timestamp(value):
    with pytest.raises(ValidationError):
        Meeting(at=value)


def test_a_timestamp_is_dumped_as_text_in_both_modes():
    meeting = Meeting.model_validate({"at": "2026-11-24T12:00:00Z"})
    assert meeting.at == NOON
    assert meeting.model_dump() == {"at": "2026-11-24T12:00:00.000Z"}
    assert Meeting(at=NOON).model_dump_json() == '{"at":"2026-11-24T12:00:00.000Z"}'


def test_a_timestamp_is_documented_as_a_date_time():
    schema = TypeAdapter(Timestamp).json_schema()
    assert (schema["type"], schema["format"]) == ("string", "date-time")


def test_the_system_clock_tells_utc_in_whole_milliseconds():
    now = SystemClock().now()
    assert now.tzinfo is UTC
    assert now.microsecond % 1000 == 0


def test_a_fixed_clock_moves_only_when_told_to():
    clock = FixedClock(NOON)
    assert clock.now() == clock.now() == NOON
    clock.advance(seconds=0.25)
    assert clock.now() == NOON + timedelta(milliseconds=250)


def test_epoch_seconds_round_down_before_1970_too():
    assert epoch_seconds(datetime(1970, 1, 1, 0, 0, 1, 999_000, tzinfo=UTC)) == 1
    assert epoch_seconds(datetime(1969, 12, 31, 23, 59, 59, 500_000, tzinfo=UTC)) == -1
