"""`WishStore`: wishlists, a row a product, and a row that counts them."""

from collections.abc import Iterator
from typing import Self

from omnilife.catalogue.models import Price
from omnilife.catalogue.store.products import CatalogueSettings
from omnilife.catalogue.wish_models import MOST_WISHES, Wish
from omnilife.core.attributes import Item
from omnilife.core.clock import parse_rfc3339, rfc3339
from omnilife.core.conditions import attribute, exists, missing
from omnilife.core.table import ConditionFailed, Delete, Key, Put, Table, Update


class WishStore:
    """See this package's docstring for the keys."""

    def __init__(self, table: Table) -> None:
        self.table = table

    @classmethod
    def from_environment(cls) -> Self:
        return cls(Table(CatalogueSettings.from_environment().catalogue_table))

    def add(self, user_id: str, wish: Wish, *, most: int) -> Wish | None:
        """Keep a wish; of one that is there the first stays and is returned. None: the list is full.

        Exact under concurrency: the count changes in the wish's own transaction. Cost: 4 WCU.
        """
        try:
            self.table.transact(
                [
                    Put(_item(user_id, wish), condition=missing("pk"), name="wish"),
                    Update(
                        _count_key(user_id),
                        set={"entity": "wishlists"},
                        add={"count": 1},
                        condition=missing("count") | (attribute("count") < most),
                        name="count",
                    ),
                ]
            )
        except ConditionFailed as failed:
            if failed.part == "wish" and failed.item is not None:
                return _wish(failed.item)
            return None
        return wish

    def remove(self, user_id: str, product_id: str) -> None:
        """Forget a wish; one that is not there changes nothing. Cost: 4 WCU."""
        try:
            self.table.transact(
                [
                    Delete(_key(user_id, product_id), condition=exists("pk")),
                    Update(_count_key(user_id), add={"count": -1}),
                ]
            )
        except ConditionFailed:
            return

    def all(self, user_id: str) -> Iterator[Wish]:
        """A user's wishes, strongly consistent, in no particular order. One query, some 8 RCU when full."""
        page = self.table.query(
            wishlist_partition(user_id), begins_with="WISH#", limit=MOST_WISHES, consistent=True
        )
        return map(_wish, page.items)


def wishlist_partition(user_id: str) -> str:
    return f"WISHLIST#{user_id}"


def _key(user_id: str, product_id: str) -> Key:
    return {"pk": wishlist_partition(user_id), "sk": f"WISH#{product_id}"}


def _count_key(user_id: str) -> Key:
    return {"pk": wishlist_partition(user_id), "sk": "WISHES"}


def _item(user_id: str, wish: Wish) -> Item:
    return {
        **_key(user_id, wish.product_id),
        "entity": "wishes",
        "product_id": wish.product_id,
        "added_at": rfc3339(wish.added_at),
        "price": wish.price_when_added.amount,
        "currency": wish.price_when_added.currency,
    }


def _wish(item: Item) -> Wish:
    return Wish(
        product_id=item["product_id"],
        added_at=parse_rfc3339(item["added_at"]),
        price_when_added=Price(amount=item["price"], currency=item["currency"]),
    )
