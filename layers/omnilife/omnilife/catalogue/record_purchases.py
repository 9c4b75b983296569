"""What orders tell the catalogue: who bought a product, and who has it in hand."""

from collections.abc import Mapping

from omnilife.catalogue.store.purchases import Happened, PurchaseStore
from omnilife.core.events import ReceivedEvent

HAPPENED: Mapping[str, Happened] = {"OrderPaid": "bought_at", "FulfilmentDelivered": "received_at"}


def record_purchases(event: ReceivedEvent, *, store: PurchaseStore) -> None:
    """Keep each product of the event's lines for its user. Events may come late, twice and in any order.

    Raises:
        KeyError: the event is of another kind, or has no user or lines.
    """
    what = HAPPENED[event.type]
    user_id = event.data["user_id"]
    for product_id in sorted({line["product_id"] for line in event.data["lines"]}):
        store.note(user_id, product_id, what, event.time)
