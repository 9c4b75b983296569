"""Queue consumer: decides about notifications that are due, and lays them into their channels' queues."""

from collections.abc import Iterable, Sequence

from omnilife.core.consumer import Envelope, consumer, one_by_one
from omnilife.notifications import Router, route_by_id


def decide_and_queue(envelopes: Sequence[Envelope]) -> Iterable[str]:
    router = Router.from_environment()
    return one_by_one(lambda event: route_by_id(router, event.data["notification_id"]))(envelopes)


handler = consumer(decide_and_queue)
