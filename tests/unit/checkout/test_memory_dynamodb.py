"""One contract for DynamoDB as moto has it and for its twin in memory: the same calls, the same outcomes."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from omnilife.core.conditions import Condition, attribute, exists, missing
from omnilife.core.table import Check, ConditionFailed, Delete, Part, Put, Table, Update
from tests.support.memory_dynamodb import MemoryDynamoDB

KEY = {"pk": "A", "sk": "1"}
ITEM = {**KEY, "n": 3, "name": "brass lamp", "map": {"inner": 5}, "i1pk": "P", "i1sk": "b"}

CONDITIONS: dict[str, Condition] = {
    "equal": attribute("n") == 3,
    "not equal": attribute("n") != 3,
    "less": attribute("n") < 4,
    "at least": attribute("n") >= 4,
    "absent compares false": attribute("gone") < 4,
    "absent is unequal": attribute("gone") != 4,
    "exists": exists("pk"),
    "missing": missing("pk"),
    "path": attribute("map", "inner") == 5,
    "path below a number": missing("n", "inner"),
    "and": (attribute("n") == 3) & missing("gone"),
    "or": (attribute("n") == 9) | (attribute("name") == "brass lamp"),
    "not": ~((attribute("n") == 9) | missing("gone")),
    "between": attribute("n").between(1, 3) & exists("name"),
    "in": attribute("n").is_in([1, 2, 3]),
    "begins": attribute("name").begins_with("brass"),
    "contains": attribute("name").contains("lamp"),
}


@pytest.fixture
def both(checkout_table: Table) -> list[Table]:
    return [checkout_table, Table("checkout", MemoryDynamoDB())]


def outcome(do: Callable[[], Any]) -> Any:
    try:
        return do()
    except ConditionFailed as failed:
        return failed.part, failed.item


@pytest.mark.parametrize("name", list(CONDITIONS))
def test_conditions_hold_of_the_same_items(both: list[Table], name: str):
    part = Check(KEY, condition=CONDITIONS[name], name="it")
    answers = []
    for table in both:
        absent = outcome(lambda table=table: table.transact([part]))
        table.put(ITEM)
        answers.append((absent, outcome(lambda table=table: table.transact([part]))))
    assert answers[0] == answers[1]


WRITES: dict[str, list[Part]] = {
    "set and add": [
        Update(KEY, set={"name": "x", ("map", "inner"): 6}, add={"n": -5}, remove=["i1pk", "i1sk"])
    ],
    "add to nothing": [Update({"pk": "B", "sk": "1"}, add={"n": 2})],
    "remove from a map": [Update(KEY, remove=[("map", "inner")])],
    "put over": [Put({**KEY, "n": 1})],
    "delete": [Delete(KEY, condition=attribute("n") == 3)],
    "all or nothing": [Delete(KEY), Put({"pk": "C", "sk": "1"}, condition=exists("pk"), name="second")],
    "the first that fails": [
        Put({"pk": "C", "sk": "1"}),
        Update(KEY, add={"n": 1}, condition=attribute("n") > 5, name="n"),
        Delete({"pk": "D", "sk": "1"}, condition=exists("pk"), name="later"),
    ],
}


@pytest.mark.parametrize("name", list(WRITES))
def test_writes_leave_the_same_items(both: list[Table], name: str):
    left = []
    for table in both:
        table.put(ITEM)
        told = outcome(lambda table=table: table.transact(WRITES[name]))
        keys = [{"pk": each, "sk": "1"} for each in "ABCD"]
        left.append((told, table.batch_get(keys), table.query("P", index="index1", limit=9).items))
    assert left[0] == left[1]


def test_single_writes_answer_the_same(both: list[Table]):
    answers = []
    for table in both:
        table.put(ITEM)
        answers.append(
            [
                table.update(KEY, add={"n": 1}),
                outcome(
                    lambda table=table: table.update(KEY, add={"n": 1}, condition=missing("pk"), name="it")
                ),
                table.delete(KEY),
                table.delete(KEY),
                table.get("A", "1"),
            ]
        )
    assert answers[0] == answers[1]


@pytest.mark.parametrize("forward", [True, False])
@pytest.mark.parametrize("index", [None, "index1"])
def test_queries_give_the_same_pages(both: list[Table], forward: bool, index: str | None):
    pages = []
    for table in both:
        table.batch_put([{"pk": "A", "sk": each, "i1pk": "A", "i1sk": each} for each in "badce"])
        first = table.query("A", index=index, limit=2, forward=forward)
        second = table.query("A", index=index, limit=9, forward=forward, after=first.last_key)
        ranges = table.query("A", index=index, limit=9, between=("b", "d")).items
        prefixed = table.query("A", index=index, limit=9, begins_with="c").items
        pages.append((first, second, ranges, prefixed))
    assert pages[0] == pages[1]


def test_one_item_has_one_part_in_a_transaction():
    from botocore.exceptions import ClientError  # noqa: PLC0415 (beside its one use)

    with pytest.raises(ClientError, match="multiple operations"):
        Table("checkout", MemoryDynamoDB()).transact([Put(ITEM), Delete(KEY)])


@settings(max_examples=50)
@given(steps=st.lists(st.tuples(st.sampled_from("AB"), st.integers(-5, 5)), max_size=20))
def test_a_conditional_balance_never_falls_below_zero(steps: list[tuple[str, int]]):
    table, balances = Table("checkout", MemoryDynamoDB()), {"A": 0, "B": 0}
    for name, amount in steps:
        enough = attribute("n") >= -amount if amount < 0 else missing("pk") | exists("pk")
        part = Update({"pk": name, "sk": "1"}, add={"n": amount}, condition=enough, name="n")
        if balances[name] + amount >= 0 and (amount >= 0 or table.get(name, "1")):
            table.transact([part])
            balances[name] += amount
        else:
            with pytest.raises(ConditionFailed):
                table.transact([part])
        assert (table.get(name, "1") or {"n": 0})["n"] == balances[name]
