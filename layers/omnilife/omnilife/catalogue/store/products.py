"""`ProductStore`: products, their stock, its log, and the categories' counters."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Self

from omnilife.catalogue.models import MAX_PRICE, Product, Status
from omnilife.catalogue.store.items import (
    SHARDS,
    category_key,
    listed_partition,
    log_key,
    merchant_partition,
    price_position,
    product_key,
    product_of,
    shard_of,
    sku_key,
    stock_key,
    stock_of,
    stored,
)
from omnilife.catalogue.stored import StoredProduct, Tombstone
from omnilife.core.attributes import Item
from omnilife.core.clock import system_clock
from omnilife.core.conditions import Condition, attribute, missing
from omnilife.core.config import Settings
from omnilife.core.errors import NOTHING
from omnilife.core.merged_read import Chunk, MergedRead
from omnilife.core.table import ConditionFailed, Put, Table

if TYPE_CHECKING:
    from omnilife.catalogue.listing import ProductFilters
    from omnilife.catalogue.stock import StockEntry
    from omnilife.catalogue.store.writes import Write
    from omnilife.core.events import DomainEvent
    from omnilife.core.idempotency import Idempotency

FIRST = "0"
LAST = "~"  # after every position: positions begin with a digit
READ_BUDGET = 3200


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueSettings(Settings):
    catalogue_table: str


class ProductStore:
    """Products in the `catalogue` table; keys and indexes are in this package's docstring."""

    def __init__(self, table: Table) -> None:
        self.table = table

    @classmethod
    def from_environment(cls) -> Self:
        return cls(Table(CatalogueSettings.from_environment().catalogue_table))

    def find_many(self, product_ids: Iterable[str]) -> dict[str, StoredProduct | Tombstone]:
        """Products with their stock, strongly consistent; ids without a product are left out.

        One BatchGet for up to 50 products: 2 RCU each, up to 4 KB an item.
        """
        ids = list(dict.fromkeys(product_ids))
        keys = [key for each in ids for key in (product_key(each), stock_key(each))]
        items = {item["pk"]: item for item in self.table.batch_get(keys, consistent=True)}
        found = {}
        for each in ids:
            item, stock = items.get(product_key(each)["pk"]), items.get(stock_key(each)["pk"])
            if item and stock:
                found[each] = stored(item, stock)
        return found

    def find(self, product_id: str) -> StoredProduct | None:
        """One product that is not deleted, with its stock, strongly consistent. One BatchGet: 2 RCU."""
        found = self.find_many([product_id]).get(product_id)
        return found if isinstance(found, StoredProduct) else None

    def on_sale(self, product_ids: Iterable[str]) -> dict[str, Product]:
        """Those of these products that shoppers can see, strongly consistent. Cost: see `find_many`."""
        return {
            product_id: found.product
            for product_id, found in self.find_many(product_ids).items()
            if isinstance(found, StoredProduct) and found.product.status == "active"
        }

    def find_by_skus(self, skus: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
        """(merchant, SKU) → product id, strongly consistent, of those that are taken. 1 RCU each."""
        keys = {sku_key(*each)["pk"]: each for each in skus}
        items = self.table.batch_get([sku_key(*each) for each in keys.values()], consistent=True)
        return {keys[item["pk"]]: item["product_id"] for item in items}

    def commit(
        self,
        changes: Sequence["Write"],
        *,
        shard_by: str,
        idempotency: "Idempotency | None" = None,
        reference: Mapping[str, Any] = NOTHING,
        now: datetime | None = None,
    ) -> Mapping[str, Any] | None:
        """Write all of `changes`, or nothing, in one transaction of up to 100 parts.

        Args:
            shard_by: a product id; the category counters of its shard are used for all.
            idempotency: with a key that was used before, nothing is written.
            reference: what a repeat of the key is to be answered from.

        Returns:
            The reference of the key's first use, if this is not it.

        Raises:
            ConditionFailed: names the part: product, sku or stock.
        """
        from omnilife.catalogue.store.writes import counting  # noqa: PLC0415 (readers do without)
        from omnilife.core.idempotency import transact_once  # noqa: PLC0415

        counters = counting(changes, shard_of(shard_by))
        parts = [*(part for each in changes for part in each.parts), *counters]
        return transact_once(
            self.table, parts, idem=idempotency, reference=reference, now=now or system_clock.now()
        )

    def browse(
        self, filters: "ProductFilters", statuses: Sequence[Status], position: str | None
    ) -> MergedRead:
        """The items that pass `filters` (all but in_stock) in their order, from `position` on.

        Sixteen queries at a time, or one when a merchant's products are read by time; at least 0.5 RCU each.
        """
        by_merchant = filters.merchant_id is not None and filters.sort == "newest"
        index = "index3" if by_merchant else "index1" if filters.sort == "newest" else "index2"
        forward = filters.sort == "price_asc"
        condition = _condition(filters, statuses if by_merchant else ())
        low, high = FIRST, LAST
        if filters.sort != "newest":
            low = price_position(filters.min_price or 0)
            high = price_position(MAX_PRICE if filters.max_price is None else filters.max_price, LAST)

        def read(partition: str, after: str | None, limit: int) -> Chunk:
            bounds = (low, high) if after is None else (after, high) if forward else (low, after)
            page = self.table.query(
                partition, index=index, between=bounds, limit=limit, forward=forward, filter=condition
            )
            # BETWEEN includes its bounds, and `after` has been given already.
            return Chunk([item for item in page.items if item[sort_key] != after], page.last_key)

        sort_key = f"i{index[-1]}sk"
        partitions = [listed_partition(shard) for shard in range(SHARDS)]
        if by_merchant:
            partitions = [merchant_partition(str(filters.merchant_id))]
        share = -(-filters.limit // len(partitions))
        return MergedRead(
            read,
            partitions,
            sort_key=sort_key,
            forward=forward,
            position=position,
            # A shard's share of a page varies: looking at a few more saves most second reads.
            first_read=max(50, share + 1) if condition is not None else 2 * share + 4,
            budget=READ_BUDGET,
        )

    def listed(self, shard: int, *, after: str | None, limit: int) -> tuple[list[str], str | None]:
        """Ids of a shard's active products, oldest first, and the position of the last if more may follow.

        0.5 RCU for each 4 KB of products: the index holds them whole.
        """
        partition = listed_partition(shard)
        start = None if after is None else _listed_key(partition, after)
        page = self.table.query(partition, index="index1", after=start, limit=limit)
        ids = [item["product_id"] for item in page.items]
        return ids, None if page.last_key is None else page.last_key["i1sk"]

    def with_stock(self, items: Sequence[Item]) -> list[Product]:
        """Products from items of `browse`, each with its stock as it is now. One BatchGet: 1 RCU each."""
        rows = self.table.batch_get([stock_key(item["product_id"]) for item in items], consistent=True)
        stocks = {row["product_id"]: stock_of(row) for row in rows}
        return [product_of(item, stocks[item["product_id"]]) for item in items]

    def category_counts(self) -> Counter[str]:
        """Active products by category path. Sixteen queries; 0.5 RCU for each 4 KB of them."""

        def read(shard: int) -> Counter[str]:
            counts: Counter[str] = Counter()
            after = None
            while True:
                page = self.table.query(category_key(shard, "")["pk"], limit=1000, after=after)
                counts.update({item["sk"]: item["count"] for item in page.items})
                after = page.last_key
                if after is None:
                    return counts

        total: Counter[str] = Counter()
        with ThreadPoolExecutor(SHARDS) as readers:
            for counts in readers.map(read, range(SHARDS)):
                total.update(counts)  # and not +, which drops what is negative
        return total

    def log(self, entry: "StockEntry", *, announce: Sequence["DomainEvent"] = ()) -> None:
        """Keep a stock change, and announce what it means. The same one again changes nothing.

        1 WCU; with something to announce, 4.
        """
        change = entry.model_dump(exclude_none=True)
        log = Put({**log_key(entry.product_id, entry.stock_version), "entity": "inventory_logs", **change})
        if not announce:
            self.table.put(log.item)
            return
        from omnilife.core import outbox  # noqa: PLC0415 (most do without)

        rows = [outbox.announce(event, pk=stock_key(entry.product_id)["pk"]) for event in announce]
        try:
            self.table.transact([log, *(replace(row, condition=missing("pk")) for row in rows)])
        except ConditionFailed:
            return  # it was announced, in the transaction that logged it

    def stock_entries(
        self, product_id: str, *, before_version: int | None, limit: int
    ) -> tuple[list["StockEntry"], bool]:
        """Stock changes, newest first, from just before a version on; and whether there are older ones."""
        from omnilife.catalogue.stock import StockEntry  # noqa: PLC0415 (most do without)

        newest = log_key(product_id, 10**12 - 1 if before_version is None else before_version - 1)
        page = self.table.query(
            newest["pk"],
            between=(log_key(product_id, 0)["sk"], newest["sk"]),
            limit=limit + 1,
            forward=False,
        )
        entries = [StockEntry.model_validate(item, extra="ignore") for item in page.items]
        return entries[:limit], len(entries) > limit


def _listed_key(partition: str, position: str) -> dict[str, str]:
    """The start key of a query of index 1 that goes on behind `position`: `<created_at>#<id>`."""
    return {"i1pk": partition, "i1sk": position, **product_key(position.partition("#")[2])}


def _condition(filters: "ProductFilters", statuses: Sequence[Status]) -> Condition | None:
    """The filters that the keys do not answer, as one condition on items."""
    conditions: list[Condition] = []
    if statuses:
        conditions.append(attribute("status").is_in(statuses))
    elif filters.merchant_id:
        conditions.append(attribute("merchant_id") == filters.merchant_id)
    if filters.category:
        path = attribute("category_path")
        conditions.append((path == filters.category) | path.begins_with(filters.category + "/"))
    if filters.brand:
        conditions.append(attribute("brand").is_in(filters.brand))
    if filters.sort == "newest":
        if filters.min_price is not None:
            conditions.append(attribute("price") >= filters.min_price)
        if filters.max_price is not None:
            conditions.append(attribute("price") <= filters.max_price)
    if filters.min_rating is not None:
        # Rounded: DynamoDB takes neither 1e-200 nor forty digits.
        conditions.append(attribute("rating") >= Decimal(str(round(filters.min_rating, 6))))
    whole: Condition | None = None
    for condition in conditions:
        whole = condition if whole is None else whole & condition
    return whole
