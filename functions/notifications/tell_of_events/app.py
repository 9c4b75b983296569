"""Queue consumer: tells users of their orders, changes of their account, and prices that they wait for."""

from collections.abc import Iterable, Sequence

from omnilife.core.consumer import Envelope, consumer, one_by_one
from omnilife.notifications import Telling, tell_of


def tell(envelopes: Sequence[Envelope]) -> Iterable[str]:
    telling = Telling.from_environment()
    return one_by_one(lambda event: tell_of(event, telling))(envelopes)


handler = consumer(tell)
