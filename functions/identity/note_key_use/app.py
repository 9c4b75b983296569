"""Queue consumer: notes on an API key when it was last used, as the domains tell it."""

from omnilife.core.consumer import consumer, one_by_one
from omnilife.core.events import ReceivedEvent
from omnilife.identity import ApiKeyStore, note_key_use


def note(event: ReceivedEvent) -> None:
    note_key_use(ApiKeyStore.from_environment(), event)


handler = consumer(one_by_one(note))
