"""What synonyms and rules make of a query."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnilife.search.configuration import MAX_APPLIED, MAX_BOOSTS, MAX_PINNED, Configuration
from omnilife.search.interpretation import Interpretation
from omnilife.search.models import MAX_TEXT
from omnilife.search.rewriting import MAX_VARIANTS, Replacements
from omnilife.search.rules import Rule
from omnilife.search.synonyms import Replacement, SynonymChange

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


def two_way(*terms: str) -> dict[str, Any]:
    return {"kind": "two_way", "terms": terms}


def one_way(source: str, *targets: str) -> dict[str, Any]:
    return {"kind": "one_way", "from": [source], "to": targets}


def replacement(source: str, target: str) -> dict[str, Any]:
    return {"kind": "replacement", "from": source, "to": target}


def rule(rule_id: str = "r", kind: str = "contains", text: str = "lamp", **changes: Any) -> Rule:
    actions = changes.pop("actions", {"pin": [f"pin-of-{rule_id}"]})
    return Rule.model_validate(
        {
            "rule_id": rule_id,
            "version": 1,
            "updated_at": NOW,
            "match": {"kind": kind, "text": text},
            "actions": actions,
            **changes,
        }
    )


def shop(*entries: dict[str, Any], rules: tuple[Rule, ...] = ()) -> Configuration:
    return Configuration(SynonymChange.model_validate({"entries": entries}).entries, rules)


def meant(text: str, *entries: dict[str, Any], rules: tuple[Rule, ...] = ()) -> Interpretation:
    return shop(*entries, rules=rules).interpret(text, NOW)


def applied(text: str, *rules: Rule, at: datetime = NOW) -> tuple[str, ...]:
    return Configuration(rules=rules).interpret(text, at).rules


# -- synonyms


def test_without_a_word_that_the_shop_knows_a_query_means_itself():
    assert meant("Brass  LAMP", two_way("sofa", "couch"), rules=(rule(text="sofa"),)) == Interpretation(
        text="Brass  LAMP"
    )


def test_a_two_way_synonym_works_both_ways_and_keeps_the_other_words_as_written():
    assert meant("Blue SOFAS!", two_way("sofa", "couch")).variants == ("Blue couch!",)
    assert meant("couch", two_way("sofa", "couch")).variants == ("sofa",)


def test_a_one_way_synonym_works_one_way():
    assert meant("seat", one_way("seat", "chair", "stool")).variants == ("chair", "stool")
    assert meant("chair", one_way("seat", "chair", "stool")).variants == ()


def test_terms_of_several_words_are_found_the_longest_first():
    entries = (two_way("desk lamp", "task light"), two_way("desk", "table"))
    assert meant("the desk lamp", *entries).variants == ("the task light",)
    assert meant("desk", *entries).variants == ("table",)


def test_several_phrases_are_changed_one_at_a_time_and_then_together():
    entries = (two_way("sofa", "couch", "settee"), two_way("big", "large"))
    assert meant("big sofa", *entries).variants == (
        "large sofa",
        "big couch",
        "big settee",
        "large couch",
        "large settee",
    )


def test_no_variant_comes_twice_and_none_is_the_text_itself():
    variants = meant("sofa", two_way("sofa", "couch"), one_way("sofa", "Couches", "sofas")).variants
    assert variants == ("couch",)


def test_a_replacement_takes_the_place_of_what_was_written():
    found = meant("my Tee-Vee stand", replacement("tee vee", "television"), two_way("television", "tv"))
    assert (found.text, found.variants) == ("my television stand", ("my tv stand",))


def test_replacements_that_follow_each_other_lead_to_the_last():
    chain = [replacement(f"w{n}", f"w{n + 1}") for n in range(5)]
    assert meant("w0 and w3", *chain).text == "w5 and w5"


def test_replacements_cannot_loop_even_where_they_lead_in_a_circle():
    circle = [
        Replacement.model_validate(replacement(a, b)) for a, b in (("a", "b b"), ("b", "a a"), ("c", "c"))
    ]
    assert len(Replacements.of(circle).apply("a c a b")) <= MAX_TEXT


def test_what_stands_together_only_after_a_replacement_is_not_replaced():
    assert meant("x lamp", replacement("x", "desk"), replacement("desk lamp", "light")).text == "desk lamp"


@given(
    st.lists(
        st.tuples(
            st.sampled_from("abcd"),
            st.text("abcd ", min_size=1, max_size=60).filter(lambda text: 0 < len(text.split()) <= 8),
        ),
        max_size=4,
        unique_by=lambda pair: pair[0],
    ),
    st.text("abcd ", max_size=MAX_TEXT),
)
def test_no_set_and_no_text_lead_to_more_than_a_query_may_hold(pairs, text):
    entries = [replacement(a, b) for a, b in pairs] + [one_way(a, b) for a, b in pairs]
    found = meant(text, *entries)
    assert len(found.text) <= max(MAX_TEXT, len(text))
    assert len(found.variants) <= MAX_VARIANTS
    assert all(len(variant) <= MAX_TEXT for variant in found.variants)
    assert len(set(found.variants)) == len(found.variants)


# -- rules


@pytest.mark.parametrize(
    ("kind", "rule_text", "matching", "others"),
    [
        ("exact", "desk lamp", ["Desk Lamps", "desk-lamp"], ["lamp desk", "a desk lamp", "desk", ""]),
        ("contains", "desk lamp", ["a desk lamp", "desk lamp blue"], ["lamp desk", "desk blue lamp", "desk"]),
        ("all_words", "desk lamp", ["lamp for a desk", "desk lamp"], ["desk", "lamp", ""]),
        ("any", "", ["", "lamp", "anything"], []),
    ],
)
def test_a_rule_is_for_the_queries_that_it_names(kind, rule_text, matching, others):
    one = rule("r", kind, rule_text)
    assert [text for text in matching + others if applied(text, one)] == matching


def test_a_rule_matches_what_was_written_and_what_is_meant():
    found = meant("telly", replacement("telly", "tv"), rules=(rule("a", text="telly"), rule("b", text="tv")))
    assert found.rules == ("a", "b")


def test_a_rule_is_in_force_between_its_dates():
    one = rule(valid_from=NOW, valid_to=NOW + timedelta(hours=1))
    times = [NOW - timedelta(milliseconds=1), NOW, NOW + timedelta(minutes=59), NOW + timedelta(hours=1)]
    assert [bool(applied("lamp", one, at=at)) for at in times] == [False, True, True, False]


def test_a_rule_that_is_switched_off_does_nothing():
    assert applied("lamp", rule(enabled=False)) == ()


def test_rules_apply_by_priority_and_then_by_id():
    rules = [rule("b"), rule("a"), rule("z", priority=101), rule("c", priority=0)]
    assert applied("lamp", *rules) == ("z", "a", "b", "c")


def test_so_many_rules_have_a_say_and_no_more():
    rules = [rule(f"r{n:03}") for n in range(MAX_APPLIED + 5)]
    assert applied("lamp", *rules) == tuple(f"r{n:03}" for n in range(MAX_APPLIED))


def test_about_one_product_the_first_rule_has_its_way():
    first = rule("a", priority=2, actions={"pin": ["p1", "p2"], "hide": ["p3"]})
    second = rule("b", priority=1, actions={"pin": ["p3", "p2", "p4"], "hide": ["p1", "p5"]})
    found = meant("lamp", rules=(second, first))
    assert found.pinned == ("p1", "p2", "p4")
    assert found.hidden == {"p3", "p5"}


def test_the_first_redirect_wins_and_filters_and_boosts_add_up():
    boost = {"by": "brand", "value": "A", "factor": 2}
    first = rule("a", actions={"redirect": "/sale", "boost": [boost], "filter": {"in_stock": True}})
    second = rule("b", actions={"redirect": "/other", "boost": [boost], "filter": {"brand": ["A"]}})
    found = meant("lamp", rules=(first, second))
    assert found.redirect == "/sale"
    assert [each.factor for each in found.boosts] == [2, 2]
    assert found.filters == ({"term": {"in_stock": True}}, {"terms": {"brand": ("A",)}})


def test_together_rules_do_a_bounded_number_of_things():
    boost = {"by": "brand", "value": "A", "factor": 2}
    rules = tuple(
        rule(f"r{n}", actions={"pin": [f"p{n}-{m}" for m in range(50)], "boost": [boost] * 20})
        for n in range(5)
    )
    found = meant("lamp", rules=rules)
    assert len(found.pinned) == MAX_PINNED
    assert len(found.boosts) == MAX_BOOSTS
