"""The inventory log, projected from the changes of stock in the table's stream; and what they mean to others.

Whoever changes stock (a merchant, an import, an order in checkout's own transaction) writes one item. What it
was before and is now stands in the stream, so that a stock that ran low or came back is seen here for all.
"""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from omnilife.catalogue.events import BackInStock, StockRanLow
from omnilife.catalogue.stock import LOW_STOCK, Stock, StockEntry
from omnilife.catalogue.store.items import stock_of
from omnilife.catalogue.store.products import ProductStore
from omnilife.core.attributes import item_from_wire
from omnilife.core.errors import Unavailable
from omnilife.core.events import DomainEvent
from omnilife.core.logging import logger


def project_inventory_logs(store: ProductStore, records: list[Mapping[str, Any]]) -> Iterator[str]:
    """Log every change of stock in a batch of stream records; yield the sequence number that failed first.

    An entry is named by its stock's version, and what is announced by that and its type, so that a record
    seen again writes the same entry and announces nothing anew. A stream goes on in order from the first
    failure: what comes after it is left for the next try.
    """
    for record in records:
        change = record["dynamodb"]
        try:
            stock = stock_of(item_from_wire(change["NewImage"]))
            store.log(StockEntry.of(stock), announce=_news(_before(change), stock))
        except (Unavailable, KeyError, ValueError) as error:
            logger.exception("a stock change was not logged", extra={"error": type(error).__name__})
            yield change["SequenceNumber"]
            return


def _before(change: Mapping[str, Any]) -> Stock | None:
    return stock_of(item_from_wire(change["OldImage"])) if "OldImage" in change else None


def _news(before: Stock | None, after: Stock) -> list[DomainEvent]:
    """What this change of stock is to others. A new product's first stock is no news."""
    if before is None:
        return []
    if before.available <= 0 < after.available:
        return [BackInStock.of(after, event_id=_event_id(after, "BackInStock"))]
    if any(after.available <= level < before.available for level in (LOW_STOCK, 0)):
        return [StockRanLow.of(after, event_id=_event_id(after, "StockRanLow"))]
    return []


def _event_id(stock: Stock, kind: str) -> str:
    """The same for the same change of stock, so that a record that is seen again is known."""
    return str(uuid5(NAMESPACE_OID, f"{stock.product_id}/{stock.version}/{kind}"))
