"""Words as they are compared, and phrases found among them."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnilife.search.words import Phrases, keys_of, words_of


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("Men's SOFAS", ("men", "sofa")),
        ("crème brûlée", ("creme", "brulee")),
        ("ＬＥＤ lamp", ("led", "lamp")),
        ('3/4" pipe', ("3", "4", "pipe")),
        ("usb-c, hub_2", ("usb", "c", "hub", "2")),
        ("batteries boxes couches dresses", ("battery", "box", "couch", "dress")),
        ("movies movie ties shoes trees", ("movy", "movy", "tie", "shoe", "tree")),
        ("glass gas bus", ("glass", "gas", "bus")),
        ("…!?", ()),
        ("", ()),
    ],
)
def test_case_accents_and_plural_endings_make_no_difference(text, keys):
    assert keys_of(text) == keys


@given(st.text(max_size=40))
def test_each_word_says_where_it_stands(text):
    words = words_of(text)
    assert tuple(word.key for word in words) == keys_of(text)
    assert [keys_of(text[word.start : word.end]) for word in words] == [(word.key,) for word in words]
    assert all(before.end <= after.start for before, after in itertools.pairwise(words))


def phrases(*texts):
    found = Phrases()
    for text in texts:
        found.add(text.split(), text)
    return found


def test_of_phrases_that_begin_alike_the_longest_is_found():
    found = phrases("desk", "desk lamp", "desk lamp shade stand")
    assert found.longest_at(["desk", "lamp", "shade"], 0) == (2, ["desk lamp"])
    assert found.longest_at(["lamp", "desk"], 1) == (2, ["desk"])
    assert found.longest_at(["lamp"], 0) is None


def test_phrases_are_found_anywhere_and_each_once():
    found = phrases("lamp", "desk lamp", "floor lamp")
    assert sorted(found.anywhere(["desk", "lamp", "lamp"])) == ["desk lamp", "lamp"]


@given(
    st.lists(st.lists(st.sampled_from("abc"), min_size=1, max_size=3), max_size=6),
    st.lists(st.sampled_from("abc"), max_size=8),
)
def test_phrases_are_found_as_a_plain_search_finds_them(entries, text):
    found = Phrases()
    for number, entry in enumerate(entries):
        found.add(entry, number)
    expected = {
        number
        for number, entry in enumerate(entries)
        if any(text[at : at + len(entry)] == entry for at in range(len(text)))
    }
    assert sorted(found.anywhere(text)) == sorted(expected)
