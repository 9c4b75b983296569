"""The inventory log, projected from the changes of stock in the table's stream."""

from collections.abc import Iterator, Mapping
from typing import Any

from omnilife.catalogue.stock import StockEntry
from omnilife.catalogue.store.items import stock_of
from omnilife.catalogue.store.products import ProductStore
from omnilife.core.attributes import item_from_wire
from omnilife.core.errors import Unavailable
from omnilife.core.logging import logger


def project_inventory_logs(store: ProductStore, records: list[Mapping[str, Any]]) -> Iterator[str]:
    """Log every change of stock in a batch of stream records; yield the sequence number that failed first.

    An entry is named by its stock's version, so that a record seen again writes the same entry. A stream
    goes on in order from the first failure: what comes after it is left for the next try.
    """
    for record in records:
        change = record["dynamodb"]
        try:
            store.log(StockEntry.of(stock_of(item_from_wire(change["NewImage"]))))
        except (Unavailable, KeyError, ValueError) as error:
            logger.exception("a stock change was not logged", extra={"error": type(error).__name__})
            yield change["SequenceNumber"]
            return
