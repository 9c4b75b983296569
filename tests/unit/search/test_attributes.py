"""Attributes as single keywords."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnilife.search import attributes

names = st.text(min_size=1, max_size=64)
values = st.text(min_size=1, max_size=64)


@given(names, values)
def test_a_keyword_gives_back_its_name_and_value(name: str, value: str) -> None:
    assert attributes.split(attributes.pair(name, value)) == (name, value)


@given(names, values, names, values)
def test_two_attributes_never_share_a_keyword(name: str, value: str, other: str, another: str) -> None:
    same = (name, value) == (other, another)
    assert (attributes.pair(name, value) == attributes.pair(other, another)) is same


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("colour", r"colour\=.*"),
        ("screen.size", r"screen\.size\=.*"),
        ("(a+)+", r"\(a\+\)\+\=.*"),
        ("a=b", r"a\%3Db\=.*"),
        (r"back\slash", r"back\\slash\=.*"),
    ],
)
def test_a_pattern_takes_every_character_of_a_name_as_itself(name: str, pattern: str) -> None:
    assert attributes.pattern(name) == pattern
