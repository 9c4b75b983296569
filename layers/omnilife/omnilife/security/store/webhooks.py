"""`WebhookStore`: ids of webhooks that were taken, in the `security` table.

| entity   | pk                                | sk               |
|---|---|---|
| webhooks | WEBHOOK#<SHA-256 of the id>       | WEBHOOK          |
| outbox   | WEBHOOK#<SHA-256 of the id>       | EVENT#<event id> |

The id is the gateway's text and is hashed into the key.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from omnilife.core.clock import epoch_seconds
from omnilife.core.conditions import attribute, missing
from omnilife.core.events import DomainEvent
from omnilife.core.outbox import announce
from omnilife.core.table import ConditionFailed, Put, Table

REMEMBERED = timedelta(days=4)
"""A signature holds for ten minutes; gateways send again, with a new one, for three days."""

PART = "webhook"


@dataclass(frozen=True, slots=True)
class WebhookStore:
    """What was taken already."""

    table: Table

    def take(self, webhook_id: str, event: DomainEvent, *, now: datetime) -> bool:
        """Remember a webhook and announce it; False if it was taken before. Cost: 2 WCU each."""
        pk = f"WEBHOOK#{hashlib.sha256(webhook_id.encode()).hexdigest()}"
        seen = Put(
            {
                "pk": pk,
                "sk": "WEBHOOK",
                "entity": "webhooks",
                "expires_at": epoch_seconds(now + REMEMBERED),
            },
            condition=missing("pk") | (attribute("expires_at") <= epoch_seconds(now)),
            name=PART,
        )
        try:
            self.table.transact([seen, announce(event, pk=pk)])
        except ConditionFailed as failed:
            if failed.part != PART:
                raise
            return False
        return True
