"""Measures in their many spellings, made one; the engine's filters do the same to what is indexed."""

import pytest

from omnilife.search.units import FRACTIONS, UNITS, char_filters, normalised


@pytest.mark.parametrize(
    ("spellings", "one"),
    [
        (["3/4 in", "3/4in.", '3/4"', "3/4-inch", "3/4 Inches", "¾ in"], "3_4in"),
        (["1-1/2 inch", "1 1/2 in", "1½ in"], "1_1_2in"),
        (["12v", "12 V", "12-Volt", "12 volts", "12VDC"], "12v"),
        (["5 gal", "5 gallons", "5-gal.", "5gal"], "5gal"),
        (["6 ft", "6'", "6-foot", "6 feet", "6ft."], "6ft"),
        (["2x4", "2 x 4", "2 in. x 4 in.", "2×4", "2 X 4"], "2x4"),
        (["16 oz", "16 fl oz", "16 fl. oz.", "16-ounce"], "16oz"),
        (["10,000 mAh", "10000mah"], "10000mah"),
        (["500 pieces", "500-piece", "500 pcs"], "500pc"),
    ],
)
def test_one_measure_has_one_spelling(spellings: list[str], one: str) -> None:
    assert {normalised(each).strip().lower() for each in spellings} == {one}


@pytest.mark.parametrize("text", ["5 in 1 tool", "lamp in white", "m8 bolt", "windows 11", "a'b", "x4"])
def test_what_is_no_measure_is_left(text: str) -> None:
    assert normalised(text) == text


def test_the_sides_of_a_board_are_one_word() -> None:
    assert normalised("2 in. x 4 in. x 8 ft. board") == "2x4x8 board"


def test_the_index_has_a_filter_for_each_rule_of_the_table() -> None:
    filters = char_filters()
    assert [name for name in filters if name.startswith("unit_")] == [f"unit_{unit}" for unit in UNITS]
    assert len(filters["fractions"]["mappings"]) == len(FRACTIONS)
    assert list(filters)[-1] == "sides"
