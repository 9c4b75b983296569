"""Changing synonyms and rules: who comes second is told, and every change is announced."""

import json

import pytest

from omnilife.core.cursors import BadCursor, CursorCodec
from omnilife.core.errors import Invalid, NotFound, PreconditionFailed
from omnilife.core.table import ConditionFailed, Table
from omnilife.search import (
    BusyConfiguration,
    ConfigurationStore,
    RuleChange,
    SynonymChange,
    TooManyRules,
    delete_rule,
    find_rule,
    list_rules,
    put_rule,
    replace_synonyms,
)
from omnilife.search import edit_configuration as editing
from tests.support.callers import ADMIN

PIN = RuleChange.model_validate({"match": {"kind": "any"}, "actions": {"pin": ["p1"]}})
HIDE = RuleChange.model_validate({"match": {"kind": "any"}, "actions": {"hide": ["p1"]}})
SOFAS = SynonymChange.model_validate({"entries": [{"kind": "two_way", "terms": ["sofa", "couch"]}]})
NONE = SynonymChange(entries=[])
CURSORS = CursorCodec(b"s" * 32)


@pytest.fixture
def store(search_table: Table) -> ConfigurationStore:
    return ConfigurationStore(search_table)


@pytest.fixture
def told() -> list[int]:
    return []


def test_a_set_takes_the_place_of_the_one_before(store, told, clock):
    first = replace_synonyms(store, SOFAS, caller=ADMIN, announce=told.append, clock=clock)
    assert (first.entries, first.version, first.updated_at) == (SOFAS.entries, 1, clock.now())
    assert replace_synonyms(store, NONE, caller=ADMIN, announce=told.append, if_match=1).version == 2
    assert store.synonyms().entries == []
    assert told == [1, 2]


def announced(store: ConfigurationStore) -> list[tuple[str, str, int, str, dict]]:
    """The events that wait in the outbox, in the order in which they were written."""
    rows = store.table.query("CONFIGURATION_EVENTS", begins_with="EVENT#", limit=9).items
    events = [json.loads(row["event"]) for row in rows]
    return [(e["type"], e["aggregate_id"], e["version"], e["actor"], e["data"]) for e in events]


def test_every_change_is_announced_with_who_made_it_in_its_own_transaction(store, told, ids):
    replace_synonyms(store, SOFAS, caller=ADMIN, announce=told.append, make_id=ids)
    put_rule(store, "r", PIN, caller=ADMIN, announce=told.append, make_id=ids)
    delete_rule(store, "r", caller=ADMIN, announce=told.append, make_id=ids)
    assert announced(store) == [
        ("SynonymsChanged", "synonyms", 1, "user:admin-1", {"entries": 1}),
        ("RuleChanged", "r", 2, "user:admin-1", {"rule_id": "r"}),
        ("RuleDeleted", "r", 3, "user:admin-1", {"rule_id": "r"}),
    ]


def test_a_refused_change_is_not_announced(store, told):
    with pytest.raises(PreconditionFailed):
        put_rule(store, "r", PIN, caller=ADMIN, announce=told.append, if_match=1)
    assert announced(store) == []


def test_what_is_announced_is_not_taken_for_a_part_of_the_configuration(store, told):
    replace_synonyms(store, SOFAS, caller=ADMIN, announce=told.append)
    put_rule(store, "r", PIN, caller=ADMIN, announce=told.append)
    assert [rule.rule_id for rule in store.snapshot().rules] == ["r"]


def test_a_set_that_is_not_the_one_that_was_seen_stays(store, told):
    replace_synonyms(store, SOFAS, caller=ADMIN, announce=told.append, if_match=0)
    for seen in (0, 2, -1):
        with pytest.raises(PreconditionFailed):
            replace_synonyms(store, NONE, caller=ADMIN, announce=told.append, if_match=seen)
    assert store.synonyms().entries == SOFAS.entries
    assert told == [1]


def test_a_set_that_contradicts_itself_is_not_written(store, told):
    twice = SynonymChange.model_validate({"entries": [{"kind": "two_way", "terms": ["sofa", "sofa"]}]})
    with pytest.raises(Invalid):
        replace_synonyms(store, twice, caller=ADMIN, announce=told.append)
    assert (store.head().generation, told) == (0, [])


def test_a_rule_is_made_changed_and_taken_away(store, told, clock):
    made = put_rule(store, "r", PIN, caller=ADMIN, announce=told.append, clock=clock)
    assert (made.rule_id, made.version, made.actions) == ("r", 1, PIN.actions)
    assert find_rule(store, "r") == made
    changed = put_rule(store, "r", HIDE, caller=ADMIN, announce=told.append, if_match=1)
    assert (changed.version, find_rule(store, "r").actions) == (2, HIDE.actions)
    delete_rule(store, "r", caller=ADMIN, announce=told.append, if_match=2)
    with pytest.raises(NotFound):
        find_rule(store, "r")
    assert told == [1, 2, 3]


def test_a_version_never_comes_again_also_not_after_a_delete(store, told):
    put_rule(store, "r", PIN, caller=ADMIN, announce=told.append)
    delete_rule(store, "r", caller=ADMIN, announce=told.append)
    put_rule(store, "r", PIN, caller=ADMIN, announce=told.append)
    with pytest.raises(PreconditionFailed):
        delete_rule(store, "r", caller=ADMIN, announce=told.append, if_match=1)
    assert find_rule(store, "r").version == 3


def test_a_rule_that_is_not_the_one_that_was_seen_stays(store, told):
    with pytest.raises(PreconditionFailed):
        put_rule(store, "r", PIN, caller=ADMIN, announce=told.append, if_match=1)
    put_rule(store, "r", PIN, caller=ADMIN, announce=told.append)
    with pytest.raises(PreconditionFailed):
        put_rule(store, "r", HIDE, caller=ADMIN, announce=told.append, if_match=7)
    with pytest.raises(NotFound):
        delete_rule(store, "other", caller=ADMIN, announce=told.append)
    assert find_rule(store, "r").actions == PIN.actions
    assert told == [1]


def test_there_may_be_so_many_rules_and_those_may_still_be_changed(store, told, monkeypatch):
    monkeypatch.setattr(editing, "MAX_RULES", 2)
    for rule_id in "ab":
        put_rule(store, rule_id, PIN, caller=ADMIN, announce=told.append)
    with pytest.raises(TooManyRules):
        put_rule(store, "c", PIN, caller=ADMIN, announce=told.append)
    put_rule(store, "a", HIDE, caller=ADMIN, announce=told.append)
    delete_rule(store, "b", caller=ADMIN, announce=told.append)
    put_rule(store, "c", PIN, caller=ADMIN, announce=told.append)
    assert store.head().rules == 2


def test_a_change_that_was_overtaken_is_made_again_on_what_is_there_now(store, told):
    class Overtaken(ConfigurationStore):
        def save_rule(self, rule, **more):
            if not overtaken:
                overtaken.append(1)
                put_rule(store, "other", PIN, caller=ADMIN, announce=told.append)
            super().save_rule(rule, **more)

    overtaken: list[int] = []
    assert put_rule(Overtaken(store.table), "r", PIN, caller=ADMIN, announce=told.append).version == 2
    assert told == [1, 2]


def test_who_is_always_overtaken_is_told_to_try_again(store, told):
    class Busy(ConfigurationStore):
        def save_rule(self, *_, **__):
            raise ConditionFailed("generation", None)

    with pytest.raises(BusyConfiguration):
        put_rule(Busy(store.table), "r", PIN, caller=ADMIN, announce=told.append)
    assert told == []


def test_a_list_goes_on_behind_its_cursor_and_behind_no_other(store, told):
    for rule_id in "abc":
        put_rule(store, rule_id, PIN, caller=ADMIN, announce=told.append)
    first = list_rules(store, limit=2, cursor=None, cursors=CURSORS)
    assert [rule.rule_id for rule in first.items] == ["a", "b"]
    rest = list_rules(store, limit=2, cursor=first.next_cursor, cursors=CURSORS)
    assert ([rule.rule_id for rule in rest.items], rest.next_cursor) == (["c"], None)
    with pytest.raises(BadCursor):
        list_rules(store, limit=2, cursor=CURSORS.issue("a", bound_to="products/1"), cursors=CURSORS)
