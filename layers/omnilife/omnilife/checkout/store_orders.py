"""`OrderStore`: orders, each one item with its reservations inside, in the `checkout` table.

| entity      | pk         | sk         | index 1                        | index 2 (sparse)         |
| orders      | ORDER#<id> | ORDER      | USER#<user id>, ORDER#<at>#<id> | DUE#<shard>, <due>#<id> |
| outbox      | ORDER#<id> | EVENT#<id> |                                |                          |
| idempotency | see core.idempotency    |                                |                          |

`<at>` is when it was placed; there are 16 shards.

Index 2 holds what somebody must come back for: an unpaid order at the end of its reservation, a payment that
was not opened, is being taken or may still be made, a refund that the gateway has not confirmed. `due_at`
says when. An order that has nothing open is not in it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self
from zlib import crc32

from omnilife.checkout.order_models import Order
from omnilife.checkout.store_carts import CheckoutSettings
from omnilife.core.attributes import Item
from omnilife.core.clock import rfc3339
from omnilife.core.conditions import attribute, missing
from omnilife.core.events import DomainEvent
from omnilife.core.idempotency import Idempotency, recall, transact_once
from omnilife.core.outbox import announce
from omnilife.core.table import Check, Part, Put, Table
from omnilife.core.transactions import Key

PART = "order"
"""The name of an order's part in a transaction, as `ConditionFailed` tells it."""

SHARDS = 16
DUE_PAGE = 50
CONFIRM_AFTER = timedelta(minutes=2)
"""When a call to the gateway whose answer was not seen is asked about."""

LATE_PAYMENT = timedelta(hours=1)
"""How long after its reservation's end an order's payment is still open: a shopper may sit in 3-D Secure."""


@dataclass(frozen=True, slots=True)
class OrderPage:
    """Some orders, newest first, and the sort key after which more follow; None at the end."""

    orders: list[Order]
    after: str | None


class OrderStore:
    """Orders. Whoever changes one says from which version; of two at once, one has to look again."""

    def __init__(self, table: Table) -> None:
        self.table = table

    @classmethod
    def from_environment(cls) -> Self:
        return cls(Table(CheckoutSettings.from_environment().checkout_table))

    def get(self, order_id: str) -> Order | None:
        """An order, strongly consistent. Cost: 1 RCU each 4 KB."""
        key = order_key(order_id)
        item = self.table.get(key["pk"], key["sk"], consistent=True)
        return None if item is None else order_of_item(item)

    def used_before(self, idempotency: Idempotency | None, now: datetime) -> str | None:
        """The order that this key placed; None if this is its first use. Cost: 1 RCU.

        Raises:
            IdempotencyConflict: the key was used with another body.
        """
        first = None if idempotency is None else recall(self.table, idempotency, now)
        return None if first is None else first["order_id"]

    def place(
        self,
        order: Order,
        events: Sequence[DomainEvent],
        parts: Sequence[Part],
        *,
        idempotency: Idempotency | None,
        now: datetime,
    ) -> str | None:
        """Write a new order with all that belongs to it, in one transaction.

        Cost: 2 WCU each KB of the order, 2 a product, 2 each for the idempotency record, the event and
        every other part.

        Returns:
            None; of a key that was used before, the id of the order that it placed then.

        Raises:
            ConditionFailed: of the part named. Nothing was written.
            IdempotencyConflict: the key was used with another body.
        """
        new = Put(_item(order), condition=missing("pk"), name=PART)
        first = transact_once(
            self.table,
            [*parts, new, *self._announced(order, events)],
            idem=idempotency,
            reference={"order_id": order.order_id},
            now=now,
        )
        return None if first is None else first["order_id"]

    def save(
        self,
        order: Order,
        before_version: int,
        events: Sequence[DomainEvent] = (),
        extra_parts: Sequence[Part] = (),
    ) -> None:
        """Write an order over the version that was read, with what goes with it, in one transaction.

        Raises:
            ConditionFailed: of part "order": somebody else changed it; or of another part. Nothing was
                written.
        """
        put = Put(_item(order), condition=attribute("version") == before_version, name=PART)
        if not events and not extra_parts:
            self.table.put(put.item, condition=put.condition, name=put.name)
            return
        self.table.transact([put, *extra_parts, *self._announced(order, events)])

    def unchanged(self, order: Order) -> Check:
        """The part that lets a transaction through only while the order is still at this version."""
        return Check(order_key(order.order_id), condition=attribute("version") == order.version, name=PART)

    def of_user(self, user_id: str, *, limit: int, after: str | None = None) -> OrderPage:
        """A user's orders, newest first. Cost: half a RCU each 4 KB of them."""
        start: Item | None = None
        if after is not None:
            order_id = after.rpartition("#")[2]
            start = {**order_key(order_id), "i1pk": f"USER#{user_id}", "i1sk": after}
        page = self.table.query(
            f"USER#{user_id}",
            index="index1",
            begins_with="ORDER#",
            limit=limit,
            after=start,
            forward=False,
        )
        return OrderPage(
            [order_of_item(item) for item in page.items], page.last_key["i1sk"] if page.last_key else None
        )

    def due(self, now: datetime) -> Iterator[str]:
        """Ids of the orders that somebody must come back for by now; of each shard the longest due first.

        Each minute it begins with another shard: who has no time for all does not always leave the same ones.
        """
        minute = int(now.timestamp()) // 60
        for number in range(SHARDS):
            shard = (minute + number) % SHARDS
            after = None
            while True:
                page = self.table.query(
                    f"DUE#{shard}",
                    index="index2",
                    between=("0", f"{rfc3339(now)}#~"),
                    after=after,
                    limit=DUE_PAGE,
                )
                yield from (item["order_id"] for item in page.items)
                after = page.last_key
                if after is None:
                    break

    def _announced(self, order: Order, events: Sequence[DomainEvent]) -> list[Put]:
        return [announce(event, pk=order_key(order.order_id)["pk"]) for event in events]


def order_key(order_id: str) -> Key:
    return {"pk": f"ORDER#{order_id}", "sk": "ORDER"}


def due_at(order: Order) -> datetime | None:
    """When somebody must look at an order again by themselves; None: when nothing is open."""
    if any(refund.state == "requested" for refund in order.refunds):
        return order.updated_at + CONFIRM_AFTER
    if order.state == "pending_payment":
        taking = order.payment.state == "capturing"
        return order.updated_at + CONFIRM_AFTER if taking else order.reserved_until
    if order.state != "cancelled" or order.payment.state in {"void", "captured"}:
        return None
    late = order.reserved_until + LATE_PAYMENT
    return late if order.cancel_reason == "expired" else order.updated_at + CONFIRM_AFTER


def order_of_item(item: Item) -> Order:
    """The order that is stored so."""
    return Order.model_validate(item, extra="ignore")


def _item(order: Order) -> Item:
    fields: dict[str, Any] = order.model_dump(mode="json", exclude_none=True)
    keys = {
        **order_key(order.order_id),
        "entity": "orders",
        "i1pk": f"USER#{order.user_id}",
        "i1sk": f"ORDER#{rfc3339(order.placed_at)}#{order.order_id}",
    }
    due = due_at(order)
    if due is not None:
        shard = crc32(order.order_id.encode()) % SHARDS
        keys |= {"i2pk": f"DUE#{shard}", "i2sk": f"{rfc3339(due)}#{order.order_id}"}
    return {**keys, **fields}
