"""DynamoDB in memory, as far as `core.table` asks of it: a client that evaluates conditions and updates.

It is a twin for tests that make thousands of transactions (state machines, a replayed year), where moto
takes milliseconds for each. `tests/unit/checkout/test_memory_dynamodb.py` holds both to one contract. Items
are kept in DynamoDB's own form, numbers as text, so that what is stored is what would be. A stored item is
never changed, only replaced: what was read stays as it was, and a copy of a table is a shallow one.

What it does not have is what `core.table` does not send: filters of queries other than none, projections,
sets, limits of size. It raises `NotImplementedError` for what it does not know, and never guesses.
"""

import re
from collections.abc import Mapping, Sequence
from copy import deepcopy
from decimal import Decimal
from threading import RLock
from typing import Any

from botocore.exceptions import ClientError

type Wire = dict[str, Any]
type KeyPair = tuple[str, str]

_TOKEN = re.compile(r"\s*(<>|<=|>=|[=<>(),]|[#:]?[A-Za-z0-9_#.:\[\]]+)")
_ORDER = {
    "=": lambda one, two: one == two,
    "<>": lambda one, two: one != two,
    "<": lambda one, two: one < two,
    "<=": lambda one, two: one <= two,
    ">": lambda one, two: one > two,
    ">=": lambda one, two: one >= two,
}


class MemoryDynamoDB:
    """A client with any number of tables, made when they are first named. It counts what it is asked.

    Threads may share it: each write is one step, as a transaction is in DynamoDB.
    """

    def __init__(self) -> None:
        self._one_at_a_time = RLock()
        self.tables: dict[str, dict[KeyPair, Wire]] = {}
        self.partitions: dict[tuple[str, str, str], set[KeyPair]] = {}
        self.transactions = 0
        self.writes = 0
        self.reads = 0

    # -- reading -----------------------------------------------------------------------------------------

    def get_item(self, *, TableName: str, Key: Wire, **_: Any) -> Wire:  # noqa: N803
        self.reads += 1
        with self._one_at_a_time:  # a transaction is seen whole, or not at all
            item = self._table(TableName).get(_key(Key))
        return {} if item is None else {"Item": item}

    def batch_get_item(self, *, RequestItems: Mapping[str, Any]) -> Wire:  # noqa: N803
        self.reads += 1
        found = {
            name: [item for key in asked["Keys"] if (item := self._table(name).get(_key(key))) is not None]
            for name, asked in RequestItems.items()
        }
        return {"Responses": found, "UnprocessedKeys": {}}

    def query(self, *, TableName: str, **asked: Any) -> Wire:  # noqa: N803
        self.reads += 1
        if "FilterExpression" in asked:
            raise NotImplementedError("filters")
        index = asked.get("IndexName", "")
        prefix = index.replace("index", "i")
        sort = f"{prefix}sk"
        names, values = asked["ExpressionAttributeNames"], asked["ExpressionAttributeValues"]
        partition = values[":0"]["S"]
        table = self._table(TableName)
        with self._one_at_a_time:
            rows = [table[key] for key in self.partitions.get((TableName, index, partition), ())]
        test = Expression(asked["KeyConditionExpression"], names, values)
        rows = [row for row in rows if test.holds(row)]
        order = lambda row: (row[sort]["S"], *_key(row))  # noqa: E731 (beside its two uses)
        rows.sort(key=order, reverse=not asked["ScanIndexForward"])
        if start := asked.get("ExclusiveStartKey"):
            at = order(start)
            rows = [
                row for row in rows if (order(row) > at if asked["ScanIndexForward"] else order(row) < at)
            ]
        page = rows[: asked["Limit"]]
        answer: Wire = {"Items": page, "ScannedCount": len(page)}
        if len(page) == asked["Limit"] and page:
            keys = {"pk", "sk", f"{prefix}pk", sort}
            answer["LastEvaluatedKey"] = {name: page[-1][name] for name in keys}
        return answer

    # -- writing -----------------------------------------------------------------------------------------

    def put_item(self, *, TableName: str, **part: Any) -> Wire:  # noqa: N803
        return self._single("Put", TableName, part)

    def update_item(self, *, TableName: str, **part: Any) -> Wire:  # noqa: N803
        return self._single("Update", TableName, part)

    def delete_item(self, *, TableName: str, **part: Any) -> Wire:  # noqa: N803
        return self._single("Delete", TableName, part)

    def batch_write_item(self, *, RequestItems: Mapping[str, Any]) -> Wire:  # noqa: N803
        for name, requests in RequestItems.items():
            for request in requests:
                self._store(name, _key(request["PutRequest"]["Item"]), request["PutRequest"]["Item"])
        return {"UnprocessedItems": {}}

    def transact_write_items(
        self,
        *,
        TransactItems: Sequence[Mapping[str, Any]],  # noqa: N803
        **_: Any,
    ) -> Wire:
        if not 1 <= len(TransactItems) <= 100:
            raise _refused("ValidationException", "1 to 100 items")
        with self._one_at_a_time:
            return self._transact(TransactItems)

    def _transact(self, asked: Sequence[Mapping[str, Any]]) -> Wire:
        named = [next(iter(each.items())) for each in asked]
        keys = [(part["TableName"], *_key(part.get("Key") or part["Item"])) for _, part in named]
        if len(set(keys)) < len(keys):
            raise _refused(
                "ValidationException", "Transaction request cannot include multiple operations on one item"
            )
        reasons = [self._reason(part) for _, part in named]
        if any(reason["Code"] != "None" for reason in reasons):
            raise _refused("TransactionCanceledException", "cancelled", CancellationReasons=reasons)
        for operation, part in named:
            self._apply(operation, part["TableName"], part)
        self.transactions += 1
        return {}

    def items(self, table: str) -> list[Wire]:
        """Everything that a table holds, for tests that add it up."""
        return list(self._table(table).values())

    def _single(self, operation: str, table: str, part: Mapping[str, Any]) -> Wire:
        with self._one_at_a_time:
            return self._write(operation, table, part)

    def _write(self, operation: str, table: str, part: Mapping[str, Any]) -> Wire:
        reason = self._reason({**part, "TableName": table})
        if reason["Code"] != "None":
            more = {"Item": reason["Item"]} if "Item" in reason else {}
            raise _refused("ConditionalCheckFailedException", "the condition failed", **more)
        old = self._table(table).get(_key(part.get("Key") or part["Item"]))
        self._apply(operation, table, part)
        new = self._table(table).get(_key(part.get("Key") or part["Item"]))
        wanted = {"ALL_NEW": new, "ALL_OLD": old}.get(part.get("ReturnValues", ""))
        return {"Attributes": wanted} if wanted else {}

    def _reason(self, part: Mapping[str, Any]) -> Wire:
        item = self._table(part["TableName"]).get(_key(part.get("Key") or part["Item"]))
        condition = part.get("ConditionExpression")
        if condition is None or _expression(condition, part).holds(item or {}):
            return {"Code": "None"}
        return {"Code": "ConditionalCheckFailed", **({"Item": item} if item else {})}

    def _apply(self, operation: str, table: str, part: Mapping[str, Any]) -> None:
        if operation == "ConditionCheck":
            return
        self.writes += 1
        key = _key(part.get("Key") or part["Item"])
        if operation == "Put":
            self._store(table, key, part["Item"])
        elif operation == "Delete":
            self._store(table, key, None)
        else:
            item = deepcopy(self._table(table).get(key)) or deepcopy(part["Key"])
            _update(item, part)
            self._store(table, key, item)

    def _store(self, table: str, key: KeyPair, item: Wire | None) -> None:
        rows = self._table(table)
        for index, partition in _places(rows.get(key)):
            self.partitions[table, index, partition].discard(key)
        if item is None:
            rows.pop(key, None)
            return
        rows[key] = item
        for index, partition in _places(item):
            self.partitions.setdefault((table, index, partition), set()).add(key)

    def _table(self, name: str) -> dict[KeyPair, Wire]:
        return self.tables.setdefault(name, {})


class Expression:
    """A condition in DynamoDB's language, as `core.conditions` writes it."""

    def __init__(self, text: str, names: Mapping[str, str], values: Mapping[str, Any]) -> None:
        self._tokens = _TOKEN.findall(text)
        self._names, self._values = names, values
        self._at = 0
        self._item: Mapping[str, Any] = {}

    def holds(self, item: Mapping[str, Any]) -> bool:
        self._at, self._item = 0, item
        held = self._any()
        if self._at != len(self._tokens):
            raise NotImplementedError(f"after {self._tokens[: self._at]}")
        return held

    def _any(self) -> bool:
        held = self._all()
        while self._next("OR"):
            other = self._all()
            held = held or other
        return held

    def _all(self) -> bool:
        held = self._one()
        while self._next("AND"):
            other = self._one()
            held = held and other
        return held

    def _one(self) -> bool:
        if self._next("NOT"):
            return not self._one()
        if self._next("("):
            held = self._any()
            self._take(")")
            return held
        token = self._tokens[self._at]
        if token in {"attribute_exists", "attribute_not_exists", "begins_with", "contains"}:
            return self._function(token)
        return self._comparison()

    def _function(self, name: str) -> bool:
        self._at += 1
        self._take("(")
        left = self._operand()
        right = self._operand() if self._next(",") else None
        self._take(")")
        if name == "attribute_exists":
            return left is not None
        if name == "attribute_not_exists":
            return left is None
        if name == "begins_with":
            return left is not None and str(left).startswith(str(right))
        return left is not None and right in left

    def _comparison(self) -> bool:
        left = self._operand()
        if self._next("BETWEEN"):
            low = self._operand()
            self._take("AND")
            high = self._operand()
            return left is not None and low <= left <= high
        if self._next("IN"):
            self._take("(")
            choices = [self._operand()]
            while self._next(","):
                choices.append(self._operand())
            self._take(")")
            return left is not None and left in choices
        sign = self._tokens[self._at]
        self._at += 1
        right = self._operand()
        if left is None or right is None:
            return sign == "<>"
        if type(left) is not type(right):
            return sign == "<>"
        return bool(_ORDER[sign](left, right))

    def _operand(self) -> Any:
        token = self._tokens[self._at]
        self._at += 1
        if token.startswith(":"):
            return _plain(self._values[token])
        found = _at_path(self._item, _path(token, self._names))
        return None if found is None else _plain(found)

    def _next(self, token: str) -> bool:
        if self._at < len(self._tokens) and self._tokens[self._at] == token:
            self._at += 1
            return True
        return False

    def _take(self, token: str) -> None:
        if not self._next(token):
            raise NotImplementedError(f"{token} expected in {self._tokens}")


def _expression(text: str, part: Mapping[str, Any]) -> Expression:
    return Expression(
        text, part.get("ExpressionAttributeNames", {}), part.get("ExpressionAttributeValues", {})
    )


def _update(item: Wire, part: Mapping[str, Any]) -> None:
    names, values = part.get("ExpressionAttributeNames", {}), part.get("ExpressionAttributeValues", {})
    for clause in re.split(r"(?=\b(?:SET|ADD|REMOVE)\b )", part["UpdateExpression"]):
        verb, _, rest = clause.strip().partition(" ")
        for action in filter(None, (each.strip() for each in rest.split(","))):
            if verb == "SET":
                target, value = (each.strip() for each in action.split("="))
                _put_at(item, _path(target, names), deepcopy(values[value]))
            elif verb == "ADD":
                target, value = action.split()
                path = _path(target, names)
                before = _at_path(item, path) or {"N": "0"}
                _put_at(item, path, {"N": str(Decimal(before["N"]) + Decimal(values[value]["N"]))})
            else:
                *parents, last = _path(action, names)
                holder = item if not parents else (_at_path(item, parents) or {"M": {}})["M"]
                holder.pop(last, None)


def _path(text: str, names: Mapping[str, str]) -> list[str]:
    if "[" in text:
        raise NotImplementedError("indexes into lists")
    return [names.get(each, each) for each in text.split(".")]


def _at_path(item: Mapping[str, Any], path: Sequence[str]) -> Any:
    value: Any = {"M": item}
    for name in path:
        value = value.get("M", {}).get(name)
        if value is None:
            return None
    return value


def _put_at(item: Wire, path: Sequence[str], value: Any) -> None:
    *parents, last = path
    holder = item
    for name in parents:
        if name not in holder:
            raise _refused("ValidationException", "The document path provided in the update is invalid")
        holder = holder[name]["M"]
    holder[last] = value


def _plain(value: Mapping[str, Any]) -> Any:
    ((kind, inner),) = value.items()
    if kind == "N":
        return Decimal(inner)
    if kind == "NULL":
        return "NULL"
    return inner


def _key(item: Mapping[str, Any]) -> KeyPair:
    return item["pk"]["S"], item["sk"]["S"]


def _places(item: Mapping[str, Any] | None) -> list[tuple[str, str]]:
    """Index and partition of each place where an item is found."""
    if item is None:
        return []
    indexes = [
        (f"index{number}", item[f"i{number}pk"]["S"])
        for number in range(1, 5)
        if f"i{number}pk" in item and f"i{number}sk" in item
    ]
    return [("", item["pk"]["S"]), *indexes]


def _refused(code: str, message: str, **more: Any) -> ClientError:
    response: Any = {
        "Error": {"Code": code, "Message": message},
        "ResponseMetadata": {"HTTPStatusCode": 400},
        **more,
    }
    return ClientError(response, "memory")
