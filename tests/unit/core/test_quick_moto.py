"""The tests' own DynamoDB: what a refused transaction leaves behind is nothing."""

from typing import Any

import pytest
from moto.backends import get_backend
from moto.core import DEFAULT_ACCOUNT_ID

from omnilife.core import aws as aws_clients
from omnilife.core.conditions import missing
from omnilife.core.table import Check, ConditionFailed, Delete, Put, Table, Update
from tests.support.quick_moto import install

A, B, C, D = ({"pk": "P", "sk": letter} for letter in "ABCD")


def rows(table: Table) -> list[dict[str, Any]]:
    return table.query("P", limit=100).items


def records(table: Table) -> int:
    """How many changes the table's stream tells of."""
    shard = get_backend("dynamodb")[DEFAULT_ACCOUNT_ID][aws_clients.session().get_config_variable("region")]
    return len(shard.tables[table.name].stream_shard.items)


@pytest.fixture
def table(search_table: Table) -> Table:
    for key in (A, B, C):
        search_table.put({**key, "n": 1, "tags": {"x"}})
    return search_table


CHANGES = [
    Update(A, set={"n": 2}, add={"tags": {"y"}}, remove=["gone"]),
    Delete(B),
    Put({**D, "n": 9}),
]


def test_a_transaction_changes_all_that_it_names(table: Table) -> None:
    table.transact([*CHANGES, Check(C, condition=missing("other"))])
    assert rows(table) == [
        {**A, "n": 2, "tags": {"x", "y"}},
        {**C, "n": 1, "tags": {"x"}},
        {**D, "n": 9},
    ]
    assert records(table) == 6


def test_one_that_is_refused_changes_nothing(table: Table) -> None:
    before = rows(table)
    with pytest.raises(ConditionFailed):
        table.transact([*CHANGES, Check(C, condition=missing("n"))])
    assert rows(table) == before
    assert records(table) == 3
    table.transact(CHANGES)
    assert len(rows(table)) == 3


def test_installing_it_again_changes_nothing(table: Table) -> None:
    install()
    table.transact(CHANGES)
    assert len(rows(table)) == 3
