"""Queue consumer: writes and sends SMS."""

from collections.abc import Iterable, Sequence

from omnilife.core.consumer import Envelope, consumer
from omnilife.notifications import deliver_orders, post_by_sms


def deliver(envelopes: Sequence[Envelope]) -> Iterable[str]:
    return deliver_orders(envelopes, post_by_sms())


handler = consumer(deliver)
