"""That an API key is in use, told by event: who looks at a key later sees when it last opened something.

A function that takes API keys may write to its own domain's table only, so that it is told through that
domain's outbox, as `ApiKeyUsed`; identity keeps the latest. A use costs nothing but the first one in ten
minutes, which costs a write: the event's id is made of the key and of the ten minutes, so that the domain's
processes tell it once between them.

| entity | pk              | sk                          |
|--------|-----------------|-----------------------------|
| outbox | KEYUSE#<key id> | EVENT#<key id>-<ten minutes> |
"""

from typing import TYPE_CHECKING, Literal

from omnilife.core.clock import Clock, epoch_seconds, system_clock
from omnilife.core.errors import Unavailable
from omnilife.core.events import DomainEvent, EventData
from omnilife.core.ids import Identifier

if TYPE_CHECKING:
    from omnilife.core.table import Table

WINDOW_S = 600
MOST_HELD = 1000
"""Keys of which a process remembers that they were told: more than a shop has, in little memory."""


class ApiKeyUsedData(EventData):
    key_id: Identifier


class ApiKeyUsed(DomainEvent):
    """An API key opened a route of the sending domain; told once in ten minutes."""

    type: Literal["ApiKeyUsed"] = "ApiKeyUsed"
    data: ApiKeyUsedData


class KeyUses:
    """Tells of uses through the outbox of one domain's table. One a process."""

    def __init__(self, table: "Table", domain: str, *, clock: Clock = system_clock) -> None:
        self._table = table
        self._domain = domain
        self._clock = clock
        self._told: dict[str, int] = {}

    def note(self, key_id: str) -> None:
        """Tell that this key was used now, unless that is told already.

        It never fails the request, not for want of a right either: what could not be told, the next use
        tells. Cost: 1 or 2 WCU, or nothing.
        """
        now = self._clock.now()
        window = epoch_seconds(now) // WINDOW_S
        if self._told.get(key_id) == window:
            return
        from botocore.exceptions import ClientError  # noqa: PLC0415 (deferred: see core.lazy)

        from omnilife.core.conditions import missing  # noqa: PLC0415 (deferred: see core.lazy)
        from omnilife.core.logging import logger  # noqa: PLC0415 (deferred)
        from omnilife.core.metrics import count  # noqa: PLC0415 (deferred)
        from omnilife.core.outbox import announce  # noqa: PLC0415 (deferred)
        from omnilife.core.table import ConditionFailed  # noqa: PLC0415 (deferred)

        event = ApiKeyUsed(
            id=f"{key_id}-{window}",
            time=now,
            aggregate="api_key",
            aggregate_id=key_id,
            version=window,
            actor=f"key:{key_id}",
            data=ApiKeyUsedData(key_id=key_id),
        )
        row = {**announce(event, pk=f"KEYUSE#{key_id}").item, "source": f"omnilife.{self._domain}"}
        try:
            self._table.put(row, condition=missing("pk"))
        except ConditionFailed:
            pass  # another process of this domain was the first
        except (Unavailable, ClientError):
            logger.warning("the use of an API key was not noted", exc_info=True)
            count("ApiKeyUsesNotNoted")
            return
        if len(self._told) >= MOST_HELD:
            self._told.clear()
        self._told[key_id] = window
