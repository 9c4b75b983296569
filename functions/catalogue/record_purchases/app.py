"""Queue consumer: keeps who bought a product and who received it, as orders tell."""

from omnilife.catalogue import PurchaseStore, record_purchases
from omnilife.core.consumer import consumer, one_by_one
from omnilife.core.events import ReceivedEvent


def record(event: ReceivedEvent) -> None:
    record_purchases(event, store=PurchaseStore.from_environment())


handler = consumer(one_by_one(record))
