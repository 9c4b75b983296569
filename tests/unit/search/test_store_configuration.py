"""Synonyms and rules in their table: one generation at a time, whole or not at all."""

import json
import random
import zlib

import pytest

from omnilife.core import aws
from omnilife.core.table import ConditionFailed, Table
from omnilife.search.rules import Rule
from omnilife.search.store_configuration import READS, ConfigurationStore, Head, Snapshot
from omnilife.search.synonyms import SynonymChange, Synonyms


@pytest.fixture
def store(search_table: Table) -> ConfigurationStore:
    return ConfigurationStore(search_table)


def a_rule(rule_id: str, version: int, clock) -> Rule:
    return Rule.model_validate(
        {
            "rule_id": rule_id,
            "version": version,
            "updated_at": clock.now(),
            "match": {"kind": "any"},
            "actions": {"pin": ["p1"]},
        }
    )


def a_set(version: int, clock, words: int = 2) -> Synonyms:
    entries = [{"kind": "two_way", "terms": ["sofa", f"couch{n}"]} for n in range(words)]
    return Synonyms(
        entries=SynonymChange.model_validate({"entries": entries}).entries,
        version=version,
        updated_at=clock.now(),
    )


def incompressible(version: int, clock) -> Synonyms:
    """A set that compresses to more than an item may hold."""
    letters, draw = "abcdefghijklmnopqrstuvwxyz0123456789", random.Random(1)  # noqa: S311
    entries = [
        {"kind": "two_way", "terms": ["".join(draw.choices(letters, k=79)) for _ in range(2)]}
        for _ in range(4500)
    ]
    return Synonyms(
        entries=SynonymChange.model_validate({"entries": entries}).entries,
        version=version,
        updated_at=clock.now(),
    )


def test_where_nothing_was_ever_configured_there_is_nothing(store):
    assert store.head() == Head()
    assert store.snapshot() == Snapshot()
    assert store.synonyms() == Synonyms()
    assert store.rule("r") is None
    assert store.rules(limit=10) == ([], None)


def test_what_is_written_is_read_and_each_change_is_a_generation(store, clock):
    store.save_synonyms(a_set(1, clock), head=store.head(), before=0)
    store.save_rule(a_rule("b", 2, clock), head=store.head(), before=None)
    store.save_rule(a_rule("a", 3, clock), head=store.head(), before=None)
    store.save_rule(a_rule("b", 4, clock), head=store.head(), before=a_rule("b", 2, clock))
    store.delete_rule(a_rule("a", 3, clock), head=store.head())

    assert (store.head().generation, store.head().rules) == (5, 1)
    assert store.synonyms() == a_set(1, clock)
    assert store.snapshot() == Snapshot(
        generation=5, entries=list(a_set(1, clock).entries), rules=[a_rule("b", 4, clock)]
    )


def test_rules_come_in_pages_by_id(store, clock):
    for number, rule_id in enumerate("cadb", start=1):
        store.save_rule(a_rule(rule_id, number, clock), head=store.head(), before=None)
    first, last = store.rules(limit=3)
    assert ([rule.rule_id for rule in first], last) == (["a", "b", "c"], "c")
    rest, last = store.rules(limit=3, after="c")
    assert ([rule.rule_id for rule in rest], last) == (["d"], None)


def test_a_large_set_is_kept_in_pieces_and_a_smaller_one_leaves_none_behind(store, search_table, clock):
    large = incompressible(1, clock)
    store.save_synonyms(large, head=store.head(), before=0)
    pieces = search_table.query("CONFIGURATION", begins_with="SYNONYMS#", limit=100).items
    assert len(pieces) > 1
    assert all(len(bytes(piece["body"])) < 400_000 for piece in pieces)
    assert store.synonyms() == large
    assert store.snapshot().entries == list(large.entries)

    store.save_synonyms(a_set(2, clock), head=store.head(), before=1)
    assert len(search_table.query("CONFIGURATION", begins_with="SYNONYMS#", limit=100).items) == 1
    assert store.snapshot().entries == list(a_set(2, clock).entries)


def test_of_two_changes_of_one_generation_the_second_is_refused_and_leaves_nothing(store, clock):
    seen = store.head()
    store.save_rule(a_rule("a", 1, clock), head=seen, before=None)
    with pytest.raises(ConditionFailed):
        store.save_rule(a_rule("b", 1, clock), head=seen, before=None)
    with pytest.raises(ConditionFailed):
        store.save_synonyms(a_set(1, clock), head=seen, before=0)
    assert [rule.rule_id for rule in store.snapshot().rules] == ["a"]
    assert store.synonyms().version == 0


def test_a_row_that_is_not_as_it_was_seen_is_not_written_over(store, clock):
    store.save_rule(a_rule("a", 1, clock), head=store.head(), before=None)
    for before in (None, a_rule("a", 7, clock)):
        with pytest.raises(ConditionFailed):
            store.save_rule(a_rule("a", 2, clock), head=store.head(), before=before)
    with pytest.raises(ConditionFailed):
        store.delete_rule(a_rule("a", 7, clock), head=store.head())
    assert store.snapshot().rules == [a_rule("a", 1, clock)]


class HalfSeen(Table):
    """A table whose queries, for some times, see one row as it was once."""

    def query(self, pk, **more):
        page = super().query(pk, **more)
        if self.client.left:
            self.client.left -= 1
            old = self.client.old
            page.items[:] = [old if row["sk"] == old["sk"] else row for row in page.items]
        return page


class Client:
    """DynamoDB's, with what `HalfSeen` has to know."""

    def __init__(self, old, left):
        self.old, self.left = old, left

    def __getattr__(self, name):
        return getattr(aws.client("dynamodb"), name)


def half_seen(store: ConfigurationStore, sk: str, times: int) -> ConfigurationStore:
    """A store that `times` sees the row at `sk` as it is now, whatever is written."""
    old = store.table.get("CONFIGURATION", sk, consistent=True)
    return ConfigurationStore(HalfSeen(store.table.name, Client(old, times)))


def test_half_of_a_transaction_is_never_taken_for_a_generation(store, clock):
    store.save_rule(a_rule("a", 1, clock), head=store.head(), before=None)
    reader = half_seen(store, "RULE#a", times=2)
    store.save_rule(a_rule("a", 2, clock), head=store.head(), before=a_rule("a", 1, clock))
    assert reader.snapshot().rules == [a_rule("a", 2, clock)]


def test_rows_that_never_add_up_are_told_of_and_do_not_stop_the_search(store, clock, caplog, capsys):
    store.save_rule(a_rule("a", 1, clock), head=store.head(), before=None)
    reader = half_seen(store, "RULE#a", times=READS)
    store.save_rule(a_rule("a", 2, clock), head=store.head(), before=a_rule("a", 1, clock))
    assert reader.snapshot().generation == 2
    assert "does not add up" in capsys.readouterr().out


def test_an_entry_or_a_rule_that_is_no_longer_valid_is_left_out_and_told_of(
    store, search_table, clock, capsys
):
    store.save_synonyms(a_set(1, clock), head=store.head(), before=0)
    store.save_rule(a_rule("a", 2, clock), head=store.head(), before=None)
    entries = [{"kind": "two_way", "terms": ["sofa", "couch"]}, {"kind": "gone"}]
    body = zlib.compress(json.dumps(entries).encode())
    search_table.update({"pk": "CONFIGURATION", "sk": "SYNONYMS#0"}, set={"body": body})
    search_table.update({"pk": "CONFIGURATION", "sk": "RULE#a"}, set={"body": "{}"})
    found = store.snapshot()
    assert (len(found.entries), found.rules) == (1, [])
    assert capsys.readouterr().out.count("is not valid") == 2
