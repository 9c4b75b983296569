"""Cursors: only ours, only of this query, only in their one spelling."""

import string
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnilife.core.cursors import MAX_CHARS, BadCursor, CursorCodec
from omnilife.core.secrets import secret

CODEC = CursorCodec(b"k" * 32)
ALPHABET = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_"
PAYLOADS = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)


def refused(token: str, *, bound_to: str = "query") -> bool:
    try:
        CODEC.read(token, bound_to=bound_to)
    except BadCursor:
        return True
    return False


@given(PAYLOADS, st.text())
def test_a_cursor_gives_back_what_was_put_into_it(payload, bound_to):
    assert CODEC.read(CODEC.issue(payload, bound_to=bound_to), bound_to=bound_to) == payload


@given(PAYLOADS, st.data())
def test_any_changed_character_is_refused(payload, data):
    token = CODEC.issue(payload, bound_to="query")
    place = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.sampled_from(ALPHABET).filter(lambda character: character != token[place]))
    assert refused(token[:place] + other + token[place + 1 :])


@given(PAYLOADS, st.data())
def test_anything_added_or_left_out_is_refused(payload, data):
    token = CODEC.issue(payload, bound_to="query")
    place = data.draw(st.integers(0, len(token)))
    added = data.draw(st.text(st.characters(), min_size=1, max_size=3))
    assert refused(token[:place] + added + token[place:])
    if place < len(token):
        assert refused(token[:place])


@given(st.text())
def test_any_other_text_is_refused(text):
    assert refused(text)


@pytest.mark.parametrize("spelling", ["{}=", "{}==", " {}", "{}\n", "{}.", "{}%3D"])
def test_a_cursor_has_one_spelling(spelling):
    assert refused(spelling.format(CODEC.issue([1], bound_to="query")))


def test_bits_beyond_the_last_byte_are_part_of_the_spelling():
    token = next(
        token for token in (CODEC.issue("x" * n, bound_to="query") for n in range(3)) if len(token) % 4
    )
    place = ALPHABET.index(token[-1])
    assert refused(token[:-1] + ALPHABET[place ^ 1])


def test_a_cursor_of_another_query_is_refused():
    assert refused(CODEC.issue([1], bound_to="another query"))


def test_a_byte_does_not_move_between_the_query_and_the_payload():
    assert refused(CODEC.issue("ab", bound_to="c"), bound_to="ca")


def test_a_cursor_under_another_secret_is_refused():
    assert refused(CursorCodec(b"o" * 32).issue([1], bound_to="query"))


def test_a_cursor_that_would_be_too_long_is_not_issued():
    assert len(CODEC.issue("x" * 2200, bound_to="query")) <= MAX_CHARS
    with pytest.raises(ValueError, match="3000"):
        CODEC.issue("x" * 2300, bound_to="query")


def test_a_cursor_that_is_too_long_is_refused_unread():
    assert refused("A" * (MAX_CHARS + 1))


@pytest.mark.parametrize("payload", [float("nan"), float("inf")])
def test_what_json_cannot_say_is_not_issued(payload: Any):
    with pytest.raises(ValueError, match="JSON"):
        CODEC.issue(payload, bound_to="query")


def test_a_short_secret_is_no_secret():
    with pytest.raises(ValueError, match="16 bytes"):
        CursorCodec(b"short").issue([1], bound_to="query")


def test_the_codec_of_a_function_uses_the_deployed_secret(secrets):
    token = CursorCodec.from_environment().issue([1], bound_to="query")
    assert CursorCodec(secret("omnilife/cursor").encode()).read(token, bound_to="query") == [1]


def test_the_problem_points_at_the_parameter():
    problem = BadCursor()
    assert (problem.status, problem.slug) == (400, "bad-cursor")
    assert [error.pointer for error in problem.errors] == ["/query/cursor"]


def test_no_secret_is_read_where_no_cursor_is_issued_or_read():
    asked = []
    codec = CursorCodec(lambda: asked.append(1) or b"s" * 32)
    assert asked == []
    token = codec.issue([1], bound_to="query")
    assert codec.read(token, bound_to="query") == [1]
    assert asked == [1, 1]
