"""Queue consumer: keeps what domains announce under a name of OWASP's vocabulary."""

from omnilife.core.consumer import consumer, one_by_one
from omnilife.core.events import ReceivedEvent
from omnilife.security import SecurityEventStore, keep_security_event


def keep(event: ReceivedEvent) -> None:
    keep_security_event(SecurityEventStore.from_environment(), event)


handler = consumer(one_by_one(keep))
