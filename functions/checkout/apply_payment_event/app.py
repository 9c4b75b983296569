"""Queue consumer: looks at an order's payment when its gateway, its buyer or a return tells of a change."""

from omnilife.checkout import apply_payment_event, settling_desk
from omnilife.core.consumer import consumer, one_by_one
from omnilife.core.events import ReceivedEvent


def apply(event: ReceivedEvent) -> None:
    apply_payment_event(settling_desk(), event)


handler = consumer(one_by_one(apply))
