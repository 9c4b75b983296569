"""DynamoDB's attributes and Python's values."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnilife.core.attributes import from_wire, item_from_wire, item_to_wire, to_wire

NUMBERS = st.integers(-(10**38) + 1, 10**38 - 1) | st.decimals(
    allow_nan=False, allow_infinity=False, places=4, min_value=-(10**20), max_value=10**20
)
SCALARS = st.none() | st.booleans() | st.text() | st.binary() | NUMBERS
SETS = (
    st.sets(st.text(), min_size=1)
    | st.sets(st.integers(-(10**9), 10**9), min_size=1)
    | st.sets(st.binary(), min_size=1)
)
VALUES = st.recursive(
    SCALARS | SETS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4)
)


@given(VALUES)
def test_what_is_written_reads_back_equal(value):
    assert from_wire(to_wire(value)) == value


def test_values_survive_dynamodb_itself(catalogue_table):
    item = {
        "pk": "a",
        "sk": "b",
        "none": None,
        "yes": True,
        "whole": 12345678901234567890,
        "exact": Decimal("0.1"),
        "blob": b"\x00\xff",
        "list": [1, "two", [3]],
        "map": {"deep": {"er": 1}},
        "texts": {"x", "y"},
        "numbers": {1, 2},
    }
    catalogue_table.put(item)
    assert catalogue_table.get("a", "b") == item


def test_whole_numbers_come_back_as_int_and_others_as_decimal():
    assert type(from_wire({"N": "3"})) is int
    assert from_wire({"N": "0.10"}) == Decimal("0.1")
    assert type(from_wire({"N": "1E+3"})) is Decimal


def test_tuples_and_read_only_maps_are_taken_as_lists_and_maps():
    assert to_wire((1, 2)) == {"L": [{"N": "1"}, {"N": "2"}]}
    assert item_to_wire(MappingProxyType({"a": MappingProxyType({"b": "c"})})) == {
        "a": {"M": {"b": {"S": "c"}}}
    }


@pytest.mark.parametrize(
    "value", [0.1, datetime(2026, 1, 1, tzinfo=UTC), object(), [1.5], {"deep": {"x": 1.0}}]
)
def test_floats_and_other_foreign_types_are_refused(value):
    with pytest.raises(TypeError, match="DynamoDB holds no"):
        to_wire(value)


@pytest.mark.parametrize(
    "value",
    [
        10**38 + 1,
        Decimal("1." + "1" * 38),
        Decimal("NaN"),
        Decimal("Infinity"),
        Decimal("1e126"),
        Decimal("1e-131"),
    ],
)
def test_numbers_that_dynamodb_would_not_hold_exactly_are_refused(value):
    with pytest.raises(ValueError, match=r"range|finite"):
        to_wire(value)


@pytest.mark.parametrize("value", [set(), {1, "two"}, {True}, {None}, {(1, 2)}])
def test_a_set_is_of_texts_numbers_or_binaries_and_not_empty(value):
    with pytest.raises(ValueError, match="set"):
        to_wire(value)


def test_an_unknown_type_is_an_error_and_not_a_guess():
    wire: Mapping[str, Any] = {"item": {"X": "1"}}
    with pytest.raises(ValueError, match="unknown DynamoDB type X"):
        item_from_wire(wire)
