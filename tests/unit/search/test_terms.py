"""A query's words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnilife.search.terms import MAX_WORDS, is_code, may_be_misspelt, neighbours, terms_of


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("Lamp for the Desk", ["lamp", "desk"]),
        ("back-pack", ["back", "pack"]),
        ("dcd-771", ["dcd771"]),
        ("16-20", ["16", "20"]),
        ("5-in-1", ["5", "1"]),
        ('3/4" ball valve', ["3_4in", "ball", "valve"]),
        ("the for", ["the", "for"]),
        ("!!!???...", []),
        ("name:(lamp OR *)^9", ["name", "lamp", "9"]),
    ],
)
def test_text_falls_into_words(text: str, terms: list[str]) -> None:
    assert terms_of(text) == terms


@given(st.text(max_size=200))
def test_any_text_has_a_bounded_number_of_words(text: str) -> None:
    assert len(terms_of(text)) <= MAX_WORDS


def test_codes_and_numbers_are_not_misspelt() -> None:
    assert [word for word in ("lamp", "cup", "dcd771", "2024") if may_be_misspelt(word)] == ["lamp"]
    assert [word for word in ("lamp", "12v", "dcd771", "2024") if is_code(word)] == ["dcd771"]


def test_a_word_is_joined_with_its_neighbours() -> None:
    assert neighbours(["kids", "back", "pack"], 1) == ["kidsback", "backpack"]
    assert neighbours(["lamp"], 0) == []
