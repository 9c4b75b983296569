"""Text that people write."""

import pytest
from pydantic import TypeAdapter, ValidationError

from omnilife.catalogue.text import CategoryName, Description, Name

pytestmark = pytest.mark.unit

name = TypeAdapter(Name).validate_python
description = TypeAdapter(Description).validate_python
category = TypeAdapter(CategoryName).validate_python


def test_what_looks_the_same_is_stored_the_same():
    assert name("Cafe\u0301") == name("Caf\u00e9") == "Café"


def test_surrounding_white_space_is_dropped():
    assert name("  a lamp\n") == "a lamp"


@pytest.mark.parametrize(
    "text", ["שולחן עץ \u200f2", "👩\u200d🚀 suit", "<script>alert(1)</script>", "a/b?(x|y)*"]
)
def test_any_script_emoji_and_markup_is_text(text):
    assert name(text) == text


@pytest.mark.parametrize("character", ["\x00", "\x07", "\n", "\x7f", "\x85", "\u2028", "\ud800"])
def test_a_control_character_inside_is_refused_by_its_code(character):
    with pytest.raises(ValidationError) as refused:
        name(f"a{character}b")
    assert f"U+{ord(character):04X}" in refused.value.errors()[0]["msg"]


def test_a_description_keeps_its_lines():
    assert description("one\r\n\ttwo\n") == "one\n\ttwo"


@pytest.mark.parametrize("bad", ["", "   ", "x" * 201, 7, None, ["a"]])
def test_no_text_or_too_much_is_refused(bad):
    with pytest.raises(ValidationError):
        name(bad)


def test_the_length_counts_after_normalisation():
    assert len(name("e\u0301" * 200)) == 200


def test_a_category_s_name_holds_no_slash():
    with pytest.raises(ValidationError, match="list of names"):
        category("a/b")


@pytest.mark.parametrize("text", ["4111 1111 1111 1111", "call 4111-1111-1111-1111 now"])
def test_a_card_number_is_refused_and_not_repeated(text):
    for take in (name, description):
        with pytest.raises(ValidationError, match="a card number does not belong here") as refused:
            take(text)
        assert "4111" not in str(refused.value.errors(include_input=False))
