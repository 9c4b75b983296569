"""What follows from the table's stream of orders: each merchant's list of its own."""

from collections.abc import Iterator, Mapping
from typing import Any

from omnilife.checkout.store_order_views import OrderViewStore, order_in
from omnilife.core.attributes import item_from_wire
from omnilife.core.errors import Unavailable
from omnilife.core.logging import logger


def project_orders(views: OrderViewStore, records: list[Mapping[str, Any]]) -> Iterator[str]:
    """Project a batch of stream records; yield the sequence number that failed first.

    A stream goes on in order from the first failure: what comes after it is left for the next try.
    """
    for record in records:
        change = record["dynamodb"]
        try:
            order = order_in(item_from_wire(change.get("NewImage", {})))
            if order is not None:
                views.project(order)
        except (Unavailable, ValueError) as error:
            logger.exception("an order was not projected", extra={"error": type(error).__name__})
            yield change["SequenceNumber"]
            return
