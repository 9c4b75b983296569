"""Queue consumer: writes what administrators change into the audit trail."""

from omnilife.core.consumer import consumer, one_by_one
from omnilife.core.events import ReceivedEvent
from omnilife.security import AuditStore
from omnilife.security import append_audit as append


def record(event: ReceivedEvent) -> None:
    append(AuditStore.from_environment(), event)


handler = consumer(one_by_one(record))
