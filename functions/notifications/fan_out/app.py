"""Queue consumer: makes the notifications of a portion of many users."""

from collections.abc import Iterable, Sequence

from omnilife.core.consumer import Envelope, consumer, one_by_one
from omnilife.notifications import NoteStore, Portion, RecipientLists, fan_out_portion


def make(envelopes: Sequence[Envelope]) -> Iterable[str]:
    notes, lists = NoteStore.from_environment(), RecipientLists.from_environment()
    return one_by_one(lambda event: fan_out_portion(notes, lists, Portion(**event.data)))(envelopes)


handler = consumer(make)
