"""Queue consumer and schedule: sets the timers of what is due within a quarter of an hour."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from omnilife.core.consumer import Envelope, consumer, one_by_one
from omnilife.notifications import NoteStore, Timers, arm_due


def arm(envelopes: Sequence[Envelope]) -> Iterable[str]:
    timers = Timers.from_environment()
    return one_by_one(lambda event: timers.set_for(event.data))(envelopes)


consume = consumer(arm)


def handler(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    if "Records" in event:
        return consume(event, context)
    return {"set": arm_due(NoteStore.from_environment(), Timers.from_environment())}
