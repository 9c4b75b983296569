"""Queue consumer: announces the price alerts for which a product now is as they wait for."""

from omnilife.catalogue import AlertStore, ProductStore, trigger_price_alerts
from omnilife.core.consumer import consumer, one_by_one
from omnilife.core.events import ReceivedEvent


def trigger(event: ReceivedEvent) -> int:
    return trigger_price_alerts(
        event, alerts=AlertStore.from_environment(), products=ProductStore.from_environment()
    )


handler = consumer(one_by_one(trigger))
