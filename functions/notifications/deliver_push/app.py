"""Queue consumer: writes and sends push messages."""

from collections.abc import Iterable, Sequence

from omnilife.core.consumer import Envelope, consumer
from omnilife.notifications import deliver_orders, post_by_push


def deliver(envelopes: Sequence[Envelope]) -> Iterable[str]:
    return deliver_orders(envelopes, post_by_push())


handler = consumer(deliver)
