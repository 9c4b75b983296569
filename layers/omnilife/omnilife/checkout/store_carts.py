"""`CartStore`: carts in the `checkout` table.

| entity      | pk                                          | sk   |
| carts       | CART#<cart id>, of users CART#USER#<user id> | CART |
| idempotency | see core.idempotency                         |      |

`expires_at` is the TTL: DynamoDB takes an abandoned cart away some days late, readers do not see it from that
second on.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from omnilife.checkout.models import Cart
from omnilife.checkout.owners import CartOwner
from omnilife.core.attributes import Item
from omnilife.core.clock import epoch_seconds, rfc3339
from omnilife.core.conditions import Condition, attribute, missing
from omnilife.core.config import Settings
from omnilife.core.idempotency import Idempotency, recall, transact_once
from omnilife.core.table import Delete, Put, Table
from omnilife.core.transactions import Key

PART = "cart"
"""The name of a cart's part in a transaction, as `ConditionFailed` tells it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutSettings(Settings):
    checkout_table: str


def cart_key(owner: CartOwner) -> Key:
    return {"pk": f"CART#{owner.cart_id}" if owner.anonymous else f"CART#USER#{owner.user_id}", "sk": "CART"}


class CartStore:
    """Carts, each one item that changes as a whole; its version says which state was seen."""

    def __init__(self, table: Table) -> None:
        self.table = table

    @classmethod
    def from_environment(cls) -> Self:
        return cls(Table(CheckoutSettings.from_environment().checkout_table))

    def find(self, owner: CartOwner, *, now: datetime) -> Cart | None:
        """A cart, strongly consistent; None when there is none or its time is over. Cost: 1 RCU each 4 KB."""
        key = cart_key(owner)
        item = self.table.get(key["pk"], key["sk"], consistent=True)
        if item is None or item["expires_at"] <= epoch_seconds(now):
            return None
        return Cart.model_validate({**item, "expires_at": item["until"]}, extra="ignore")

    def used_before(self, idempotency: Idempotency | None, now: datetime) -> str | None:
        """The id of the cart that this key changed before; None if this is its first use. Cost: 1 RCU.

        Raises:
            IdempotencyConflict: the key was used with another body.
        """
        first = None if idempotency is None else recall(self.table, idempotency, now)
        return None if first is None else first["cart_id"]

    def save(
        self, cart: Cart, *, before: int, now: datetime, idempotency: Idempotency | None = None
    ) -> str | None:
        """Write a cart over the version `before` of it; 0 where there was none.

        Cost: 1 WCU each KB; with an idempotency key 4, as a transaction with its record.

        Returns:
            None; of a key that was used before, the id of the cart that it changed then.

        Raises:
            ConditionFailed: of part "cart": somebody else changed it. Nothing was written.
            IdempotencyConflict: the key was used with another body.
        """
        put = Put(_item(cart), condition=unchanged(before, now), name=PART)
        if idempotency is None:
            self.table.put(put.item, condition=put.condition, name=put.name)
            return None
        first = transact_once(
            self.table, [put], idem=idempotency, reference={"cart_id": cart.cart_id}, now=now
        )
        return None if first is None else first["cart_id"]

    def merge(self, cart: Cart, merged: Cart, *, before: int, now: datetime) -> None:
        """Write a user's cart, and take away the anonymous one that went into it; or neither. 4 WCU a KB.

        Raises:
            ConditionFailed: of part "cart": one of them was changed meanwhile.
        """
        gone = Delete(
            cart_key(CartOwner(merged.cart_id)), condition=unchanged(merged.version, now), name=PART
        )
        self.table.transact([Put(_item(cart), condition=unchanged(before, now), name=PART), gone])


def unchanged(version: int, now: datetime) -> Condition:
    """That a cart is still at `version`; 0: that there is none, or one whose time is over."""
    if version == 0:
        return missing("pk") | (attribute("expires_at") <= epoch_seconds(now))
    return attribute("version") == version


def _item(cart: Cart) -> Item:
    owner = CartOwner(cart.cart_id, cart.user_id)
    fields = cart.model_dump(exclude={"expires_at"}, exclude_none=True)
    return {
        **cart_key(owner),
        "entity": "carts",
        **fields,
        "until": rfc3339(cart.expires_at),
        "expires_at": epoch_seconds(cart.expires_at),
    }
