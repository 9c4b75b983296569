"""moto's DynamoDB, with transactions that cost what they touch.

Before each transaction moto copies the whole table, once for every item of the transaction, to have what to
go back to when it is refused. A hundred writes into a table of a few hundred rows take ten seconds that way.
Here what is copied is what the transaction may change: its own items, and what lists them.
"""

import copy
from collections import defaultdict
from collections.abc import Mapping, Sequence
from threading import local
from typing import Any

from moto.dynamodb import models
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import DynamoType
from moto.dynamodb.models.table import Table

_taken = local()


class _Copying:
    """The module `copy`, which has a table's copy already while a transaction runs."""

    copy = staticmethod(copy.copy)

    @staticmethod
    def deepcopy(value: Any, memo: dict[int, Any] | None = None) -> Any:
        taken = getattr(_taken, "tables", {})
        return (
            taken[value.name]
            if isinstance(value, Table) and value.name in taken
            else copy.deepcopy(value, memo)
        )


def install() -> None:
    """From here on, in this process."""
    if isinstance(models.copy, _Copying):
        return
    transact = DynamoDBBackend.transact_write_items

    def transact_write_items(self: DynamoDBBackend, transact_items: list[dict[str, Any]]) -> None:
        _taken.tables = _copies(self.tables, transact_items)
        try:
            transact(self, transact_items)
        finally:
            del _taken.tables

    models.copy = _Copying()  # type: ignore[attr-defined]
    DynamoDBBackend.transact_write_items = transact_write_items  # type: ignore[method-assign]


def _copies(tables: Mapping[str, Table], parts: Sequence[Mapping[str, Any]]) -> dict[str, Table]:
    copies: dict[str, Table] = {}
    for part in parts:
        for operation in part.values():
            name = operation.get("TableName")
            if name not in tables:
                continue  # moto says so itself
            table = tables[name]
            if name not in copies:
                copies[name] = _copy(table)
            _copy_item(copies[name], operation.get("Item") or operation.get("Key") or {})
    return copies


def _copy(table: Table) -> Table:
    """The table, sharing its items."""
    copied = copy.copy(table)
    copied.items = defaultdict(dict)
    for hash_key, found in table.items.items():
        copied.items[hash_key] = dict(found) if table.has_range_key else found
    if table.stream_shard is not None:
        shard = copied.stream_shard = copy.copy(table.stream_shard)
        shard.table, shard.items = copied, list(shard.items)
    return copied


def _copy_item(table: Table, key: Mapping[str, Any]) -> None:
    """Let `table` have the item of that key to itself: moto changes items in place."""
    if table.hash_key_attr not in key:
        return
    hash_key = DynamoType(key[table.hash_key_attr])
    if hash_key not in table.items:
        return
    found: Any = table.items[hash_key]
    if not table.has_range_key:
        table.items[hash_key] = copy.deepcopy(found)
    elif table.range_key_attr in key:
        range_key = DynamoType(key[table.range_key_attr])
        if range_key in found:
            found[range_key] = copy.deepcopy(found[range_key])
