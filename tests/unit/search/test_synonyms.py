"""Which synonyms a shop may have, and what is said of those that it may not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from omnilife.core.errors import Invalid
from omnilife.search.synonyms import (
    MAX_ENTRIES,
    MAX_ERRORS,
    MAX_TERM,
    MAX_TERM_WORDS,
    MAX_TERMS,
    SynonymChange,
    check_synonyms,
)


def two_way(*terms):
    return {"kind": "two_way", "terms": terms}


def one_way(sources, targets):
    return {"kind": "one_way", "from": sources, "to": targets}


def replacement(source, target):
    return {"kind": "replacement", "from": source, "to": target}


def entries(*given_):
    return SynonymChange.model_validate({"entries": given_}).entries


def refused(*given_):
    with pytest.raises(Invalid) as error:
        check_synonyms(entries(*given_))
    return [each.pointer for each in error.value.errors]


def test_an_entry_is_written_as_it_is_read():
    given_ = [two_way("sofa", "couch"), one_way(["seat"], ["chair"]), replacement("tee vee", "television")]
    change = SynonymChange.model_validate({"entries": given_})
    check_synonyms(change.entries)
    assert SynonymChange.model_validate_json(change.model_dump_json()) == change
    assert change.model_dump(mode="json")["entries"][1] == {
        "kind": "one_way",
        "from": ["seat"],
        "to": ["chair"],
    }


@pytest.mark.parametrize(
    "entry",
    [
        two_way("sofa"),
        two_way(),
        two_way("sofa", ""),
        two_way("sofa", "…"),
        two_way("sofa", "x" * (MAX_TERM + 1)),
        two_way("sofa", " ".join("a" * (MAX_TERM_WORDS + 1))),
        two_way(*(f"term{n}" for n in range(MAX_TERMS + 1))),
        one_way([], ["chair"]),
        one_way(["seat"], []),
        replacement("", "television"),
        replacement("tv", 7),
        {"kind": "regex", "from": "a", "to": "b"},
        {**two_way("sofa", "couch"), "weight": 2},
        *(two_way("sofa", f"cou{sign}ch") for sign in "*?\\^$|~<>[](){}"),
    ],
)
def test_what_is_no_term_or_no_entry_is_refused(entry):
    with pytest.raises(ValidationError):
        entries(entry)


def test_there_may_be_so_many_entries_and_no_more():
    entry = two_way("sofa", "couch")
    assert len(entries(*[entry] * MAX_ENTRIES)) == MAX_ENTRIES
    with pytest.raises(ValidationError):
        entries(*[entry] * (MAX_ENTRIES + 1))


def test_a_term_twice_in_an_entry_is_pointed_at_however_it_is_written():
    assert refused(two_way("sofa", "couch", "Sofas")) == ["/entries/0/terms/2"]
    assert refused(two_way("a", "b"), one_way(["seat", "SEAT"], ["x", "y", "x"])) == [
        "/entries/1/from/1",
        "/entries/1/to/2",
    ]


def test_what_is_replaced_twice_is_pointed_at():
    assert refused(replacement("tv", "television"), replacement("TV", "screen")) == ["/entries/1/from"]


def test_replacements_in_a_circle_are_pointed_at_and_those_that_lead_there_are_not():
    assert refused(
        replacement("a", "b c"),
        replacement("c", "d"),
        replacement("d", "the a"),
        replacement("x", "a"),
        replacement("b", "y"),
        two_way("p", "q"),
    ) == ["/entries/0/to", "/entries/1/to", "/entries/2/to"]


def test_a_replacement_that_holds_what_it_replaces_is_a_circle_of_one():
    assert refused(replacement("tv", "tv set")) == ["/entries/0/to"]


def test_a_chain_is_no_circle():
    check_synonyms(entries(replacement("a", "b"), replacement("b", "c"), replacement("c", "d")))


def test_two_way_entries_may_lead_in_circles():
    check_synonyms(entries(two_way("a", "b"), two_way("b", "a"), one_way(["a"], ["a", "b"])))


def test_a_thousand_mistakes_are_not_answered_with_a_thousand_sentences():
    assert len(refused(*[two_way("a", "a")] * 1000)) == MAX_ERRORS


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=10, unique_by=lambda e: e[0]))
def test_circles_are_found_exactly_where_following_never_ends(edges):
    leads = dict(edges)

    def on_circle(start):
        at = leads.get(start)
        for _ in range(20):
            if at == start:
                return True
            at = leads.get(at)
        return False

    given_ = entries(*(replacement(f"w{a}", f"w{b}") for a, b in edges))
    expected = [f"/entries/{n}/to" for n, (a, _) in enumerate(edges) if on_circle(a)]
    try:
        check_synonyms(given_)
        found = []
    except Invalid as error:
        found = [each.pointer for each in error.errors]
    assert found == expected
