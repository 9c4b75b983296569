"""The correlation id."""

import pytest

from omnilife.core.context import correlated, current_correlation_id


def test_outside_of_a_request_there_is_no_correlation_id():
    assert current_correlation_id() == ""


def fail_within(value: str) -> None:
    with correlated(value):
        assert current_correlation_id() == value
        raise LookupError


def test_an_inner_id_gives_way_to_the_outer_one_even_after_an_error():
    with correlated("outer"):
        with pytest.raises(LookupError):
            fail_within("inner")
        assert current_correlation_id() == "outer"
    assert current_correlation_id() == ""
