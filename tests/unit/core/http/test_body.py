"""Strict JSON bodies."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnilife.core.errors import MalformedBody
from omnilife.core.http.body import MAX_DEPTH, parse_json

pytestmark = pytest.mark.unit

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(value=VALUES)
def test_json_is_read_as_json(value: Any):
    assert parse_json(json.dumps(value).encode()) == value


@given(value=VALUES)
def test_json_in_plain_utf_8_is_read_as_well(value: Any):
    assert parse_json(json.dumps(value, ensure_ascii=False).encode()) == value


@given(raw=st.binary(max_size=40))
def test_any_bytes_are_a_value_or_a_malformed_body(raw: bytes):
    try:
        value = parse_json(raw)
    except MalformedBody:
        return
    json.dumps(value).encode()


def nested(depth: int, opening: str = "[", closing: str = "]", inside: str = "1") -> bytes:
    return (opening * depth + inside + closing * depth).encode()


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
def test_nesting_may_be_so_deep_and_no_deeper(opening: str, closing: str):
    parse_json(nested(MAX_DEPTH, opening, closing))
    with pytest.raises(MalformedBody, match="deeper than 32"):
        parse_json(nested(MAX_DEPTH + 1, opening, closing))


def test_a_megabyte_of_brackets_is_refused_without_exhausting_the_stack():
    with pytest.raises(MalformedBody, match="deeper"):
        parse_json(b"[" * 1_000_000)


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b'{"a":1,"b":2,"a":3}', '"a" twice'),
        (b'[{"x":{"y":1,"y":1}}]', '"y" twice'),
        (b'{"a":1,"\\u0061":2}', '"a" twice'),
        (b"NaN", "NaN"),
        (b'{"a":-Infinity}', "Infinity"),
        (b"1e999", "too large"),
        (b"9" * 5000, "too long"),
        (b"\xff", "UTF-8"),
        (b'"\xed\xa0\x80"', "UTF-8"),
        (b"\xef\xbb\xbf{}", "not JSON"),
        (b'{"a":1,}', "line 1, column"),
        (b"{'a':1}", "not JSON"),
        (b'{"a":1} trailing', "not JSON"),
        (b"", "not JSON"),
        (b'"\t"', "not JSON"),
        (b"// comment\n1", "not JSON"),
        (b'"\\ud800"', "surrogate"),
        (b'{"\\udc00 \\ud800":1}', "surrogate"),
    ],
)
def test_what_two_readers_could_read_differently_is_refused(raw: bytes, said: str):
    with pytest.raises(MalformedBody) as refused:
        parse_json(raw)
    assert said in refused.value.detail


def test_a_whole_surrogate_pair_is_a_character():
    assert parse_json(b'"\\ud83d\\ude00"') == "\U0001f600"
