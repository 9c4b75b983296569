"""What is searched instead, in which order, and what is said of it."""

from typing import Any

from omnilife.search.interpretation import Boost, Interpretation, plain
from omnilife.search.relaxing import Relaxation, relaxations, with_fewer_words

BOOST = Boost({"term": {"brand": "Tarn"}}, 2.0)


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
    assert step.told_by(hit("Refrigerator lamp 12 V"), step.text).query == "refrigerator 12v lamp"
    assert Relaxation(kind="correction", text="desk lamp").told_by(hit("x"), "desk lamp").query == "desk lamp"


def test_words_that_the_best_product_does_without_are_named() -> None:
    told = Relaxation(kind="fewer_words", text="purple brass lamp").told_by(
        hit("Brass lamp", "1", "2", "enough0"), "purple brass lamp"
    )
    assert (told.query, told.dropped) == ("brass lamp", ("purple",))


def test_a_cursor_carries_it_whole() -> None:
    step = Relaxation(kind="fewer_words", text="a b", approximate=True, query="a", dropped=("b",))
    assert Relaxation.unpacked(step.packed()) == step


def test_a_corrected_text_means_what_the_shop_makes_of_it() -> None:
    step = Relaxation(kind="correction", text="sofa")
    written = Interpretation(
        text="sfa", hidden=frozenset({"p1"}), boosts=(BOOST,), redirect="/sofas", rules=("always",)
    )
    of_sofa = Interpretation(
        text="sofa",
        variants=("couch",),
        pinned=("p1", "p2"),
        boosts=(BOOST,),
        redirect="/couches",
        rules=("always", "sofas"),
    )
    meant = step.meant(written, {"sofa": of_sofa}.__getitem__)
    assert meant == Interpretation(
        text="sofa",
        variants=("couch",),
        pinned=("p2",),
        hidden=frozenset({"p1"}),
        boosts=(BOOST,),
        redirect="/sofas",
        rules=("always", "sofas"),
    )


def test_words_as_they_were_written_are_not_interpreted_again() -> None:
    written = plain("brass lamp")
    step = Relaxation(kind="fewer_words", text="brass lamp")
    assert step.meant(written, {}.__getitem__) is written


def test_right_words_have_one_step_if_there_are_several() -> None:
    assert with_fewer_words("lamp") == []
    (step,) = with_fewer_words("brass lamp")
    assert (step.fewer, step.guesses) == (True, False)
