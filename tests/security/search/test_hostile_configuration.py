"""Synonyms and rules as somebody with an administrator's token and bad intentions would write them."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from omnilife.core.table import Table
from omnilife.search.configuration import Configuration
from omnilife.search.interpretation import Interpretation
from omnilife.search.rules import Rule
from omnilife.search.synonyms import MAX_ENTRIES, SynonymChange
from tests.support.functions import Functions
from tests.support.http import Answer, http_event

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
Ask = Callable[..., Answer]


@pytest.fixture
def ask(invoke: Functions, search_table: Table, secrets: dict[str, str], token: Callable[..., str]) -> Ask:
    """`ask("put_rule", "PUT", "/api/…", body=…)`: what an admin is answered, or who `role` says."""

    def send(
        function: str, method: str, path: str, *, role: str | None = "admin", headers: Any = None, **more: Any
    ) -> Answer:
        known = {"Authorization": f"Bearer {token(role)}"} if role != "nobody" else {}
        event = http_event(method, path, headers={**known, **(headers or {})}, **more)
        return Answer.of(invoke(f"search/{function}", event))

    return send


def put(ask: Ask, entries: Any, **more: Any) -> Answer:
    return ask("replace_synonyms", "PUT", "/api/search/synonyms", body={"entries": entries}, **more)


def pointers(answer: Answer) -> list[str]:
    assert answer.status == 422, answer.body
    return [error["pointer"] for error in answer.json["errors"]]


ROUTES = [
    ("list_synonyms", "GET", "/api/search/synonyms", None),
    ("replace_synonyms", "PUT", "/api/search/synonyms", {"entries": []}),
    ("list_rules", "GET", "/api/search/rules", None),
    ("get_rule", "GET", "/api/search/rules/r", None),
    ("put_rule", "PUT", "/api/search/rules/r", {"match": {"kind": "any"}, "actions": {"redirect": "/x"}}),
    ("delete_rule", "DELETE", "/api/search/rules/r", None),
]


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route[0])
def test_nobody_but_an_admin_reads_or_writes_them(ask, search_table, route):
    function, method, path, body = route
    assert ask(function, method, path, role="nobody", body=body).status == 401
    for role in ("customer", "merchant"):
        assert ask(function, method, path, role=role, body=body).status == 403
    assert search_table.query("CONFIGURATION", limit=10).items == []


def test_what_an_admin_writes_is_read_back_under_its_version(ask):
    entries = [{"kind": "one_way", "from": ["seat"], "to": ["chair"]}]
    written = put(ask, entries, headers={"If-Match": '"0"'})
    assert (written.status, written.headers["etag"]) == (200, '"1"')
    read = ask("list_synonyms", "GET", "/api/search/synonyms")
    assert (read.json["entries"], read.headers["etag"]) == (entries, '"1"')
    assert put(ask, [], headers={"If-Match": '"0"'}).status == 412

    rule = {"match": {"kind": "any"}, "actions": {"redirect": "/sale"}}
    made = ask("put_rule", "PUT", "/api/search/rules/sale", body=rule)
    assert (made.status, made.headers["etag"]) == (200, '"2"')
    assert ask("get_rule", "GET", "/api/search/rules/sale").json == made.json
    assert ask("list_rules", "GET", "/api/search/rules").json == {"items": [made.json], "next_cursor": None}
    stale = ask("delete_rule", "DELETE", "/api/search/rules/sale", headers={"If-Match": '"1"'})
    assert stale.status == 412
    assert ask("delete_rule", "DELETE", "/api/search/rules/sale", headers={"If-Match": '"2"'}).status == 204
    assert ask("get_rule", "GET", "/api/search/rules/sale").status == 404


def test_ten_thousand_entries_are_refused_with_one_pointer(ask, search_table):
    entries = [{"kind": "two_way", "terms": [f"a{n}", f"b{n}"]} for n in range(10_000)]
    assert pointers(put(ask, entries)) == ["/entries"]
    assert search_table.query("CONFIGURATION", limit=10).items == []


def test_regular_expressions_and_wildcards_are_pointed_at(ask):
    terms = ["sofa", "(a+)+$", "so*", "cou?h", "[a-z]", "a|b", "couch~2", "<script>", "x\\y"]
    assert pointers(put(ask, [{"kind": "two_way", "terms": terms}])) == [
        f"/entries/0/terms/{n}" for n in range(1, len(terms))
    ]


def test_empty_long_and_repeated_terms_are_pointed_at(ask):
    entries = [
        {"kind": "two_way", "terms": ["sofa", " "]},
        {"kind": "one_way", "from": ["x" * 81], "to": ["y"]},
        {"kind": "replacement", "from": "tv", "to": "\u200b"},
    ]
    assert pointers(put(ask, entries)) == ["/entries/0/terms/1", "/entries/1/from/0", "/entries/2/to"]
    assert pointers(put(ask, [{"kind": "two_way", "terms": ["Sofa", "sofas"]}])) == ["/entries/0/terms/1"]


def test_a_circle_of_five_thousand_replacements_is_found_in_a_moment(ask):
    circle = [
        {"kind": "replacement", "from": f"w{n}", "to": f"w{(n + 1) % MAX_ENTRIES}"}
        for n in range(MAX_ENTRIES)
    ]
    found = pointers(put(ask, circle))
    assert found[:2] == ["/entries/0/to", "/entries/1/to"]
    assert len(found) == 50


def test_an_answer_s_errors_do_not_repeat_what_was_sent_at_length(ask):
    answer = put(ask, [{"kind": "x" * 50_000, "terms": []}])
    assert answer.status == 422
    assert len(answer.body) < 2_000


@pytest.mark.parametrize("there", ["//evil.example", "javascript:alert(1)", "/\\evil.example", "/a\r\nX: y"])
def test_a_redirect_out_of_the_shop_is_refused(ask, there):
    rule = {"match": {"kind": "any"}, "actions": {"redirect": there}}
    assert pointers(ask("put_rule", "PUT", "/api/search/rules/r", body=rule)) == ["/actions/redirect"]


@pytest.mark.parametrize("rule_id", ["a b", "a#b", "x" * 65, "%2e%2e%2f", "a%00"])
def test_an_id_that_is_none_leads_nowhere(ask, rule_id):
    rule = {"match": {"kind": "any"}, "actions": {"pin": ["p"]}}
    assert ask("put_rule", "PUT", f"/api/search/rules/{rule_id}", body=rule).status == 404


def test_what_stands_in_a_filter_is_a_value_and_never_a_query(ask):
    evil = '"}}, {"script": {"source": "while(true){}"}}'
    rule = {"match": {"kind": "any"}, "actions": {"filter": {"brand": [evil]}}}
    made = Rule.model_validate(ask("put_rule", "PUT", "/api/search/rules/r", body=rule).json)
    [clause] = Configuration(rules=[made]).interpret("x", NOW).filters
    assert clause == {"terms": {"brand": (evil,)}}
    assert json.loads(json.dumps(clause))["terms"]["brand"] == [evil]


def test_no_set_makes_a_query_cost_more_than_a_bounded_number_of_steps():
    """Every word of the longest query begins a phrase of every entry, and each has twenty alternatives."""
    entries = [
        {"kind": "one_way", "from": ["a " * 7 + "a", "a"], "to": [f"b{n} {m}" for m in range(20)]}
        for n in range(1000)
    ]
    shop = Configuration(SynonymChange.model_validate({"entries": entries}).entries)
    found = shop.interpret("a " * 100, NOW)
    assert isinstance(found, Interpretation)
    assert len(found.variants) <= 8
