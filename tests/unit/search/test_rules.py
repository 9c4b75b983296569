"""Which rules a shop may have."""

from typing import Any

import pytest
from pydantic import ValidationError

from omnilife.search.rules import MAX_BOOSTS, MAX_HIDDEN, MAX_PINS, BoostAction, FilterAction, RuleChange

CONTAINS = {"kind": "contains", "text": "lamp"}


def rule(**changes: Any) -> RuleChange:
    return RuleChange.model_validate({"match": CONTAINS, "actions": {"pin": ["p1"]}} | changes)


def test_a_rule_is_in_force_at_once_and_for_ever_unless_it_says_otherwise():
    made = rule()
    assert (made.enabled, made.priority, made.valid_from, made.valid_to) == (True, 100, None, None)


@pytest.mark.parametrize(
    "match",
    [
        {"kind": "any", "text": "lamp"},
        {"kind": "exact"},
        {"kind": "contains", "text": "…"},
        {"kind": "contains", "text": "x" * 201},
        {"kind": "regex", "text": "l.mp"},
    ],
)
def test_a_match_without_sense_is_refused(match):
    with pytest.raises(ValidationError):
        rule(match=match)


@pytest.mark.parametrize(
    "actions",
    [
        {},
        {"filter": {}},
        {"pin": ["p1", "p1"]},
        {"pin": ["p1"], "hide": ["p1"]},
        {"pin": ["p 1"]},
        {"pin": [f"p{n}" for n in range(MAX_PINS + 1)]},
        {"hide": [f"p{n}" for n in range(MAX_HIDDEN + 1)]},
        {"boost": [{"by": "brand", "value": "Halden", "factor": 2}] * (MAX_BOOSTS + 1)},
        {"boost": [{"by": "brand", "value": "Halden", "factor": 0.09}]},
        {"boost": [{"by": "brand", "value": "Halden", "factor": 10.1}]},
        {"boost": [{"by": "brand", "value": "Halden", "factor": float("nan")}]},
        {"boost": [{"by": "brand", "name": "x", "value": "Halden", "factor": 2}]},
        {"boost": [{"by": "attribute", "value": "red", "factor": 2}]},
        {"boost": [{"by": "brand", "value": None, "factor": 2}]},
        {"filter": {"brand": [7]}},
        {"filter": {"min_price": 2, "max_price": 1}},
        {"filter": {"min_rating": 0}},
        {"filter": {"attributes": {"colour": []}}},
        {"pin": ["p1"], "script": "1"},
    ],
)
def test_actions_without_sense_are_refused(actions):
    with pytest.raises(ValidationError):
        rule(actions=actions)


@pytest.mark.parametrize(
    "there", ["/sale", "/", "/sale?x=1#top", "https://shop.example", "https://shop.example:8443/a?b=c"]
)
def test_a_redirect_leads_to_a_path_of_the_shop_or_by_https(there):
    assert rule(actions={"redirect": there}).actions.redirect == there


@pytest.mark.parametrize(
    "there",
    [
        "//evil.example",
        "/\\evil.example",
        "http://shop.example",
        "javascript:alert(1)",
        "https://user@evil.example",
        "https://",
        "https:/evil",
        "sale",
        "/a b",
        "/a\nb",
        "/a\n",
        "https://shop.example/\r\nSet-Cookie: x",
        "/" + "x" * 500,
    ],
)
def test_a_redirect_leads_nowhere_else(there):
    with pytest.raises(ValidationError):
        rule(actions={"redirect": there})


def test_a_rule_ends_after_it_begins():
    with pytest.raises(ValidationError):
        rule(valid_from="2026-12-01T00:00:00Z", valid_to="2026-12-01T00:00:00Z")


def test_a_rule_fits_a_table_s_item_whatever_it_is_made_of():
    values = ["ä" * 256 + str(n) for n in range(20)]
    with pytest.raises(ValidationError, match="bytes"):
        rule(actions={"filter": {"attributes": {f"a{n}": [v[:255] for v in values] for n in range(10)}}})


def test_boosts_and_filters_are_the_clauses_that_a_shopper_s_own_choices_make():
    assert BoostAction(by="brand", value="Halden", factor=2).clause == {"terms": {"brand": ("Halden",)}}
    assert BoostAction(by="category", value="home", factor=2).clause == {"terms": {"category": ("home",)}}
    assert BoostAction(by="attribute", name="a=b", value="c", factor=2).clause == {
        "terms": {"attributes": ["a%3Db=c"]}
    }
    chosen = FilterAction(
        category=("home",),
        brand=("A", "B"),
        max_price=5,
        min_rating=4,
        in_stock=True,
        attributes={"x": ("y",)},
    )
    assert list(chosen.clauses) == [
        {"terms": {"category": ("home",)}},
        {"terms": {"brand": ("A", "B")}},
        {"range": {"price": {"lte": 5}}},
        {"range": {"rating": {"gte": 4}}},
        {"terms": {"attributes": ["x=y"]}},
        {"term": {"in_stock": True}},
    ]
