"""Queue consumer: ends the returns whose money went back."""

from omnilife.checkout import ReturnDesk, complete_return
from omnilife.core.consumer import consumer, one_by_one
from omnilife.core.events import ReceivedEvent


def complete(event: ReceivedEvent) -> None:
    complete_return(ReturnDesk.from_environment(), event)


handler = consumer(one_by_one(complete))
