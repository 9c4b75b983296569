"""What is searched instead, in which order, and what is said of it."""

from typing import Any

from omnilife.search.interpretation import plain
from omnilife.search.relaxing import Relaxation, relaxations


def hit(name: str, *matched: str) -> dict[str, Any]:
    return {"_source": {"product": {"name": name}}, "matched_queries": list(matched)}


def test_a_correction_comes_before_guesses_and_those_before_fewer_words() -> None:
    steps = relaxations("brass lmap", "brass lamp")
    assert [(step.kind, step.text, step.approximate, step.fewer) for step in steps] == [
        ("correction", "brass lamp", False, False),
        ("correction", "brass lamp", True, False),
        ("fewer_words", "brass lamp", True, True),
    ]


def test_one_word_cannot_be_fewer_and_no_word_is_not_searched() -> None:
    assert [step.kind for step in relaxations("lmap", None)] == ["correction"]
    assert relaxations("!!!", None) == []


def test_what_was_meant_is_read_from_the_best_product() -> None:
    step = Relaxation(kind="correction", text="refrig 12v lmap", approximate=True)
    assert step.told_by(hit("Refrigerator lamp 12 V")).query == "refrigerator 12v lamp"
    assert Relaxation(kind="correction", text="desk lamp").told_by(hit("x")).query == "desk lamp"


def test_words_that_the_best_product_does_without_are_named() -> None:
    told = Relaxation(kind="fewer_words", text="purple brass lamp").told_by(
        hit("Brass lamp", "1", "2", "enough0")
    )
    assert (told.query, told.dropped) == ("brass lamp", ("purple",))


def test_a_cursor_carries_it_whole() -> None:
    step = Relaxation(kind="fewer_words", text="a b", approximate=True, query="a", dropped=("b",))
    assert Relaxation.unpacked(step.packed()) == step
    assert step.of(plain("x")).text == "a b"
