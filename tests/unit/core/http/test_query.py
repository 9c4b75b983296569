"""Query strings: read as they were sent, and nothing undeclared let through."""

from contextlib import suppress
from urllib.parse import quote, quote_plus, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnilife.core.errors import BadRequest
from omnilife.core.http.query import (
    MAX_FIELDS,
    MAX_QUERY_BYTES,
    QueryTooLong,
    RepeatedParameter,
    UnknownParameter,
    check_query,
    parse_query,
)

pytestmark = pytest.mark.unit

PAIRS = st.lists(st.tuples(st.text(min_size=1, max_size=8), st.text(max_size=12)), max_size=6)


@given(pairs=PAIRS, quoting=st.sampled_from([quote, quote_plus]))
def test_what_is_encoded_comes_back_in_its_order(pairs: list[tuple[str, str]], quoting):
    expected: dict[str, list[str]] = {}
    for name, value in pairs:
        expected.setdefault(name, []).append(value)
    assert parse_query(urlencode(pairs, quote_via=quoting)) == expected


@given(raw=st.text(max_size=60))
def test_any_text_is_a_query_or_a_bad_request(raw: str):
    with suppress(BadRequest):
        query = parse_query(raw)
        assert sum(len(values) for values in query.values()) <= raw.count("&") + 1


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("q=a,b", "a,b"),
        ("q=a%2Cb", "a,b"),
        ("q=a;b", "a;b"),
        ("q=a+b", "a b"),
        ("q=a%2Bb", "a+b"),
        ("q=100%", "100%"),
        ("q=", ""),
        ("q", ""),
        ("q=a=b", "a=b"),
        ("q=%25%32%30", "%20"),
        ("q=%F0%9F%98%80", "\U0001f600"),
    ],
)
def test_a_value_is_decoded_once_and_never_split(raw: str, value: str):
    assert parse_query(raw) == {"q": [value]}


def test_repeated_parameters_keep_their_order():
    assert parse_query("b=2&a=1&b=1,2") == {"b": ["2", "1,2"], "a": ["1"]}


@pytest.mark.parametrize("raw", ["q=%FF", "%C0%AF=1", "q=%ED%A0%80"])
def test_what_is_not_utf_8_is_refused(raw: str):
    with pytest.raises(BadRequest, match="UTF-8"):
        parse_query(raw)


def test_a_query_string_may_be_so_long_and_no_longer():
    parse_query("q=" + "a" * (MAX_QUERY_BYTES - 2))
    with pytest.raises(QueryTooLong):
        parse_query("q=" + "a" * (MAX_QUERY_BYTES - 1))
    with pytest.raises(QueryTooLong):
        parse_query("q=" + "é" * (MAX_QUERY_BYTES // 2))


def test_a_query_string_may_have_so_many_parameters_and_no_more():
    parse_query("&".join(["q=1"] * MAX_FIELDS))
    with pytest.raises(QueryTooLong):
        parse_query("&".join(["q=1"] * (MAX_FIELDS + 1)))


def test_declared_parameters_pass():
    check_query(
        {"q": ["lamp"], "brand": ["a", "b"], "attr.size": ["1", "2"]}, {"q": False, "brand": True}, ["attr."]
    )


@pytest.mark.parametrize("name", ["brnd", "Q", "q ", "attr.", "attribute.x", ""])
def test_an_unknown_parameter_is_named(name: str):
    with pytest.raises(UnknownParameter) as refused:
        check_query({"q": ["x"], name: ["1"]}, {"q": False}, ["attr."])
    assert [error.pointer for error in refused.value.errors] == [f"/query/{name}"]


def test_a_parameter_of_one_value_given_twice_is_named():
    with pytest.raises(RepeatedParameter) as refused:
        check_query({"limit": ["1", "1"], "brand": ["a", "b"]}, {"limit": False, "brand": True}, ())
    assert [error.pointer for error in refused.value.errors] == ["/query/limit"]


def test_a_pointer_escapes_what_a_pointer_must():
    with pytest.raises(UnknownParameter) as refused:
        check_query({"a/b~c": ["1"]}, {}, ())
    assert refused.value.errors[0].pointer == "/query/a~1b~0c"
