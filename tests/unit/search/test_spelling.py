"""Corrections, from what the engine suggests and what it found."""

from typing import Any

from omnilife.search.spelling import corrected, suggester


def answer(suggested: dict[str, list[tuple[str, float, int]]], *matched: str) -> dict[str, Any]:
    entries = [
        {
            "text": word,
            "options": [{"text": text, "score": score, "freq": freq} for text, score, freq in found],
        }
        for word, found in suggested.items()
    ]
    return {"suggest": {"words": entries}, "hits": {"hits": [{"matched_queries": list(matched)}]}}


def test_only_words_that_can_be_misspelt_are_asked_about() -> None:
    assert suggester("12v cup cordles dcd771")["suggest"]["words"]["text"] == "cordles"
    assert suggester("12v 3/4 in") == {}


def test_the_likeliest_word_stands_in_the_text_as_it_was_typed() -> None:
    found = answer({"cordles": [("cordless", 0.86, 9), ("cord", 0.7, 2)]})
    assert corrected('Cordles drill 1/2"', found) == 'cordless drill 1/2"'


def test_among_words_as_like_the_commoner_is_meant() -> None:
    found = answer({"lmap": [("leap", 0.75, 1), ("lamp", 0.75, 40)]})
    assert corrected("lmap", found) == "lamp"


def test_a_word_that_was_found_is_right_as_it_is() -> None:
    found = answer({"lampes": [("lamps", 0.8, 9)]}, "0", "enough0")
    assert corrected("lampes", found) is None


def test_nothing_suggested_is_nothing_corrected() -> None:
    assert corrected("lamp", answer({})) is None
    assert corrected("lamp", {"hits": {"hits": []}}) is None
