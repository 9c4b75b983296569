"""`PurchaseStore`: who bought what and received it, as events of orders told."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from itertools import groupby
from typing import Literal, Self
from zlib import crc32

from omnilife.catalogue.store.items import SHARDS
from omnilife.catalogue.store.products import CatalogueSettings
from omnilife.core.attributes import Item
from omnilife.core.clock import epoch_seconds, parse_rfc3339, rfc3339
from omnilife.core.table import Key, Table

KEPT = timedelta(days=730)
PAGE = 1000

type Happened = Literal["bought_at", "received_at"]


class PurchaseStore:
    """See this package's docstring for the keys."""

    def __init__(self, table: Table) -> None:
        self.table = table

    @classmethod
    def from_environment(cls) -> Self:
        return cls(Table(CatalogueSettings.from_environment().catalogue_table))

    def note(self, user_id: str, product_id: str, what: Happened, at: datetime) -> None:
        """Keep that a product was bought or received. The same again writes the same. Cost: 2 WCU."""
        self.table.update(
            _key(user_id, product_id),
            set={
                "entity": "purchases",
                "product_id": product_id,
                what: rfc3339(at),
                "expires_at": epoch_seconds(at + KEPT),
                "i1pk": f"PURCHASES#{crc32(user_id.encode()) % SHARDS}",
                "i1sk": f"{user_id}#{product_id}",
            },
        )

    def received(self, user_id: str, product_id: str) -> bool:
        """Whether the product was delivered to this user, in the last two years. 1 RCU."""
        key = _key(user_id, product_id)
        item = self.table.get(key["pk"], key["sk"], consistent=True)
        return item is not None and "received_at" in item

    def of(self, user_id: str, *, most: int) -> list[str]:
        """What a user bought, the newest first: some of it, when there is more than a page. One query."""
        items = self.table.query(purchases_partition(user_id), limit=PAGE).items
        bought = [(item["bought_at"], item["product_id"]) for item in items if "bought_at" in item]
        return [product_id for _, product_id in sorted(bought, reverse=True)[:most]]

    def buyers(self) -> Iterator[Mapping[str, datetime]]:
        """One buyer after the other: products, and when each was bought last. 0.5 RCU each 4 KB."""
        for shard in range(SHARDS):
            for _, items in groupby(self._shard(shard), key=lambda item: item["pk"]):
                bought = {
                    item["product_id"]: parse_rfc3339(item["bought_at"])
                    for item in items
                    if "bought_at" in item
                }
                if bought:
                    yield bought

    def _shard(self, shard: int) -> Iterator[Item]:
        after = None
        while True:
            page = self.table.query(f"PURCHASES#{shard}", index="index1", after=after, limit=PAGE)
            yield from page.items
            after = page.last_key
            if after is None:
                return


def purchases_partition(user_id: str) -> str:
    return f"BOUGHT#{user_id}"


def _key(user_id: str, product_id: str) -> Key:
    return {"pk": purchases_partition(user_id), "sk": f"PRODUCT#{product_id}"}
