"""`AddressStore`: address books in the `checkout` table.

| entity    | pk                  | sk           |
| addresses | ADDRESSES#<user id> | <address id> |
"""

from datetime import datetime
from typing import Self

from omnilife.checkout.models import Address
from omnilife.checkout.store_carts import CheckoutSettings
from omnilife.core.attributes import Item
from omnilife.core.clock import Clock
from omnilife.core.conditions import exists, missing
from omnilife.core.idempotency import Idempotency, recall, transact_once
from omnilife.core.table import ConditionFailed, Put, Table
from omnilife.core.transactions import Key


def address_key(user_id: str, address_id: str) -> Key:
    return {"pk": f"ADDRESSES#{user_id}", "sk": address_id}


def address_of(item: Item) -> Address:
    return Address.model_validate(item, extra="ignore")


class AddressStore:
    """A user's addresses, all in the user's own partition."""

    def __init__(self, table: Table) -> None:
        self.table = table

    @classmethod
    def from_environment(cls) -> Self:
        return cls(Table(CheckoutSettings.from_environment().checkout_table))

    def find(self, user_id: str, address_id: str) -> Address | None:
        """One address, strongly consistent. 1 RCU."""
        key = address_key(user_id, address_id)
        item = self.table.get(key["pk"], key["sk"], consistent=True)
        return None if item is None else address_of(item)

    def list(self, user_id: str, most: int) -> list[Address]:
        """A user's addresses, oldest first, strongly consistent. One query."""
        page = self.table.query(address_key(user_id, "")["pk"], limit=most, consistent=True)
        return [address_of(item) for item in page.items]

    def create(
        self, user_id: str, address: Address, *, idempotency: Idempotency | None, clock: Clock
    ) -> Address:
        """Keep a new address; of a key that was used before, the one that it made then, as it is now.

        Raises:
            IdempotencyConflict: the key was used with another body.
        """
        put = Put(_item(user_id, address), condition=missing("pk"), name="address")
        first = transact_once(
            self.table,
            [put],
            idem=idempotency,
            reference={"address_id": address.address_id},
            now=clock.now(),
        )
        if first is None:
            return address
        return self.find(user_id, first["address_id"]) or address.model_copy(
            update={"address_id": first["address_id"]}
        )

    def made_before(self, user_id: str, idempotency: Idempotency | None, now: datetime) -> Address | None:
        """The address that this key made, as it is now; None of a new key, or where it is forgotten.

        Raises:
            IdempotencyConflict: the key was used with another body.
        """
        first = None if idempotency is None else recall(self.table, idempotency, now)
        return None if first is None else self.find(user_id, first["address_id"])

    def replace(self, user_id: str, address: Address) -> bool:
        """Write an address over the one with its id; False when that is gone."""
        try:
            self.table.put(_item(user_id, address), condition=exists("pk"))
        except ConditionFailed:
            return False
        return True

    def delete(self, user_id: str, address_id: str) -> bool:
        """Forget an address; False when there was none."""
        return self.table.delete(address_key(user_id, address_id)) is not None


def _item(user_id: str, address: Address) -> Item:
    key = address_key(user_id, address.address_id)
    return {**key, "entity": "addresses", **address.model_dump(exclude_none=True)}
