"""Queue consumer: credits the points of what was delivered."""

from omnilife.checkout import ReturnDesk, earn_points
from omnilife.core.consumer import consumer, one_by_one
from omnilife.core.events import ReceivedEvent


def earn(event: ReceivedEvent) -> None:
    earn_points(ReturnDesk.from_environment(), event)


handler = consumer(one_by_one(earn))
