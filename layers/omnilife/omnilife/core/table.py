"""A DynamoDB table: items as plain dicts, keys `pk` and `sk`, four generic indexes, refusals as errors.

Every table of this project has the same shape, so that its keys are a matter of its store alone:

| index  | partition | sort | projects |
|---|---|---|---|
| table  | pk   | sk   | |
| index1 | i1pk | i1sk | all |
| index2 | i2pk | i2sk | all |
| index3 | i3pk | i3sk | all |
| index4 | i4pk | i4sk | all; outbox rows that are not sent yet |

`expires_at` (whole epoch seconds) is the TTL attribute. DynamoDB deletes late: readers check it themselves.
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from omnilife.core import aws
from omnilife.core.attributes import Item, item_from_wire, item_to_wire
from omnilife.core.conditions import Condition, Path, Placeholders
from omnilife.core.retries import Retrying
from omnilife.core.transactions import (
    MAX_PARTS,
    Check,
    ConditionFailed,
    Delete,
    Key,
    Part,
    Put,
    Update,
    failed_condition,
    part_name,
    transaction_items,
)

__all__ = [
    "Check",
    "ConditionFailed",
    "Delete",
    "Item",
    "Key",
    "Page",
    "Part",
    "Put",
    "Table",
    "Update",
]

BATCH_GET_KEYS = 100
BATCH_PUT_ITEMS = 25


@dataclass(frozen=True, slots=True)
class Page:
    """One answer of a query.

    Attributes:
        items: those that passed the filter, in the index's order.
        last_key: where the next page begins (`after=`); None when there is nothing more.
        read: how many items were read, those that the filter dropped included. It is what a query costs.
    """

    items: list[Item]
    last_key: dict[str, str] | None
    read: int


@dataclass(frozen=True, slots=True)
class Table:
    """A table by name. Cheap to make: the client is the process's own unless one is given.

    Every call retries throttling and conflicts with other transactions inside `retrying`'s deadline, and then
    raises `Unavailable`; it also does when DynamoDB fails or cannot be reached.
    """

    name: str
    client: Any = None
    retrying: Retrying = field(default_factory=Retrying, kw_only=True)

    def get(self, pk: str, sk: str, *, consistent: bool = False) -> Item | None:
        """The item of that key, or None. Cost: half a read unit each 4 KB, one if consistent."""
        answer = self._call("get_item", Key=item_to_wire({"pk": pk, "sk": sk}), ConsistentRead=consistent)
        return item_from_wire(answer["Item"]) if "Item" in answer else None

    def batch_get(self, keys: Iterable[Key], *, consistent: bool = False) -> list[Item]:
        """The items that exist of those keys, in the keys' order, each once.

        Cost: as many single reads; one round trip for each 100 keys. What DynamoDB leaves unprocessed is
        asked for again inside the deadline, then it is `Unavailable`: a part is never taken for the whole.
        """
        wanted = list(dict.fromkeys((key["pk"], key["sk"]) for key in keys))
        found: dict[tuple[str, str], Item] = {}
        for start in range(0, len(wanted), BATCH_GET_KEYS):
            chunk = [item_to_wire({"pk": pk, "sk": sk}) for pk, sk in wanted[start : start + BATCH_GET_KEYS]]
            for _ in self.retrying.attempts():
                request = {self.name: {"Keys": chunk, "ConsistentRead": consistent}}
                answer = self.retrying.call(self._client().batch_get_item, RequestItems=request)
                for each in answer["Responses"].get(self.name, []):
                    item = item_from_wire(each)
                    found[item["pk"], item["sk"]] = item
                chunk = answer.get("UnprocessedKeys", {}).get(self.name, {}).get("Keys", [])
                if not chunk:
                    break
        return [found[key] for key in wanted if key in found]

    def batch_put(self, items: Iterable[Mapping[str, Any]]) -> None:
        """Write whole items, over whatever is there; of two with one key the last.

        It is no transaction: each item is written or not. Cost: as many single writes; one round trip for
        each 25 items. What DynamoDB leaves unprocessed is sent again inside the deadline.

        Raises:
            Unavailable: not all were written, and nobody says which.
        """
        latest = list({(item["pk"], item["sk"]): item for item in items}.values())
        for start in range(0, len(latest), BATCH_PUT_ITEMS):
            portion = latest[start : start + BATCH_PUT_ITEMS]
            requests = [{"PutRequest": {"Item": item_to_wire(item)}} for item in portion]
            for _ in self.retrying.attempts():
                answer = self.retrying.call(
                    self._client().batch_write_item, RequestItems={self.name: requests}
                )
                requests = answer.get("UnprocessedItems", {}).get(self.name, [])
                if not requests:
                    break

    def query(
        self,
        pk: str,
        *,
        limit: int,
        index: str | None = None,
        begins_with: str | None = None,
        between: tuple[str, str] | None = None,
        after: Mapping[str, str] | None = None,
        forward: bool = True,
        filter: Condition | None = None,
        consistent: bool = False,
    ) -> Page:
        """One page of the items of a partition, in the order of their sort keys.

        Args:
            limit: how many items to read, before the filter: with one, a page may be shorter, even empty,
                and still have more after it. A page also ends at 1 MB.
            index: `"index1"` … `"index4"`; the table itself by default. Indexes lag behind by moments.
            begins_with: only sort keys with this prefix.
            between: only sort keys from the first to the second, both included.
            after: begin after this key: a `last_key`, or one made by hand with all of the table's and the
                index's key attributes; no item need have it.
            forward: ascending sort keys; False for descending.
            filter: drops items after they were read and paid for.
            consistent: see all earlier writes; of the table only.

        Raises:
            ValueError: both `begins_with` and `between`.
        """
        if begins_with is not None and between is not None:
            raise ValueError("begins_with and between exclude each other")
        prefix = "" if index is None else f"i{index.removeprefix('index')}"
        to = Placeholders()
        conditions = f"{to.path((f'{prefix}pk',))} = {to.value(pk)}"
        if begins_with is not None:
            conditions += f" AND begins_with({to.path((f'{prefix}sk',))}, {to.value(begins_with)})"
        if between is not None:
            low, high = map(to.value, between)
            conditions += f" AND {to.path((f'{prefix}sk',))} BETWEEN {low} AND {high}"
        arguments: dict[str, Any] = {
            "KeyConditionExpression": conditions,
            "Limit": limit,
            "ScanIndexForward": forward,
            "ConsistentRead": consistent,
        }
        if index is not None:
            arguments["IndexName"] = index
        if after is not None:
            arguments["ExclusiveStartKey"] = item_to_wire(after)
        if filter is not None:
            arguments["FilterExpression"] = filter.compile(to)
        answer = self._call("query", **arguments, **to.arguments())
        last = answer.get("LastEvaluatedKey")
        return Page(
            items=[item_from_wire(each) for each in answer["Items"]],
            last_key=item_from_wire(last) if last else None,
            read=answer["ScannedCount"],
        )

    def put(self, item: Mapping[str, Any], *, condition: Condition | None = None, name: str = "") -> None:
        """Write a whole item.

        Raises:
            ConditionFailed: and nothing was written.
        """
        self._write("put_item", Put(item, condition=condition, name=name))

    def update(
        self,
        key: Key,
        *,
        set: Mapping[str | Path, Any] | None = None,
        add: Mapping[str, Any] | None = None,
        remove: Sequence[str | Path] = (),
        condition: Condition | None = None,
        name: str = "",
    ) -> Item:
        """Change attributes (see `Update`) and return the whole new item.

        When the network fails, botocore sends the request a second time, and an `add` may then happen twice.
        What must be exact goes through `transact`, whose token makes the repeat harmless.

        Raises:
            ConditionFailed: and nothing was written.
        """
        part = Update(key, set=set or {}, add=add or {}, remove=remove, condition=condition, name=name)
        return item_from_wire(self._write("update_item", part, ReturnValues="ALL_NEW")["Attributes"])

    def delete(self, key: Key, *, condition: Condition | None = None, name: str = "") -> Item | None:
        """Remove an item and return it as it was; None if it was not there.

        Raises:
            ConditionFailed: and nothing was removed.
        """
        part = Delete(key, condition=condition, name=name)
        old = self._write("delete_item", part, ReturnValues="ALL_OLD").get("Attributes")
        return item_from_wire(old) if old else None

    def transact(self, parts: Sequence[Part], *, token: str | None = None) -> None:
        """Carry out all parts or none. Cost: two write units for each 1 KB of each part.

        All tries carry one `ClientRequestToken`, so that a transaction whose answer was lost is not carried
        out again. A caller that may itself come twice with the same parts can give its own `token` (at most
        36 characters); DynamoDB remembers it for ten minutes.

        Raises:
            ConditionFailed: names the first part that failed; nothing was written.
            Unavailable: other transactions held the items until the deadline.
            ValueError: no parts, or more than 100.
        """
        if not 1 <= len(parts) <= MAX_PARTS:
            raise ValueError(f"a transaction has 1 to {MAX_PARTS} parts, not {len(parts)}")
        from botocore.exceptions import ClientError  # noqa: PLC0415 (deferred: see core.lazy)

        try:
            self.retrying.call(
                self._client().transact_write_items,
                TransactItems=transaction_items(parts, self.name),
                ClientRequestToken=token or uuid.uuid4().hex,
            )
        except ClientError as error:
            failed = failed_condition(parts, error.response.get("CancellationReasons", ()))
            if failed is None:
                raise
            raise failed from error

    def _write(self, operation: str, part: Part, **arguments: Any) -> Any:
        from botocore.exceptions import ClientError  # noqa: PLC0415 (deferred: see core.lazy)

        _, request = part.request()
        request["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
        try:
            return self._call(operation, **request, **arguments)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
            old: Any = error.response.get("Item")
            raise ConditionFailed(part_name(part), item_from_wire(old) if old else None) from error

    def _call(self, operation: str, **arguments: Any) -> Any:
        return self.retrying.call(getattr(self._client(), operation), TableName=self.name, **arguments)

    def _client(self) -> Any:
        return self.client or aws.client("dynamodb")
