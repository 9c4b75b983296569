"""Security events: what domains announce under a name of OWASP's vocabulary, kept and asked for."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, IPvAnyAddress, StringConstraints

from omnilife.core.clock import Clock, Timestamp, epoch_seconds, rfc3339, system_clock
from omnilife.core.cursors import CursorCodec
from omnilife.core.errors import FieldError, Invalid
from omnilife.core.events import ReceivedEvent
from omnilife.core.ids import Identifier
from omnilife.security.plain import MAX_CHARS, plain
from omnilife.security.store.events import SecurityEventStore
from omnilife.security.vocabulary import severity_of

SeverityName = Literal["info", "warning", "critical"]
Vocabulary = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{2,63}$")]

_KNOWN = {"vocabulary", "severity", "user_id", "address", "user_agent"}


class SecurityEvent(BaseModel):
    """One thing that happened.

    Attributes:
        type: OWASP's name for it.
        event_type: the domain event's own, and `source` the domain that told it.
        actor: who did it; `user_id`: whose account it is about, if that is known.
        request_id: the request that it happened in.
        details: what else the domain says of it.
    """

    model_config = ConfigDict(frozen=True)

    event_id: str
    type: str
    severity: SeverityName
    at: Timestamp
    event_type: str
    actor: str
    user_id: str | None
    address: str | None
    user_agent: str | None
    request_id: str
    details: dict[str, Any]

    @classmethod
    def of(cls, event: ReceivedEvent) -> Self | None:
        """What an event says of security; None if it has no name in the vocabulary."""
        data = event.data
        name = data.get("vocabulary")
        if not isinstance(name, str) or not name:
            return None
        severity = data.get("severity")
        own = event.aggregate_id if event.aggregate == "user" else None
        return cls(
            event_id=event.id,
            type=name[:64],
            severity=severity if severity in {"info", "warning", "critical"} else severity_of(name),
            at=event.time,
            event_type=event.type,
            actor=event.actor,
            user_id=_text(data.get("user_id")) or own,
            address=_text(data.get("address")),
            user_agent=_text(data.get("user_agent")),
            request_id=event.correlation_id,
            details={name: plain(value) for name, value in data.items() if name not in _KNOWN},
        )


class EventFilters(BaseModel):
    """All filters must hold. `from` and `to` are instants, the first included and the second not."""

    model_config = ConfigDict(frozen=True, populate_by_name=True)

    type: Vocabulary | None = None
    severity: SeverityName | None = None
    user: Identifier | None = None
    ip: IPvAnyAddress | None = None
    since: Annotated[Timestamp | None, Field(alias="from")] = None
    until: Annotated[Timestamp | None, Field(alias="to")] = None
    limit: Annotated[int, Field(ge=1, le=100)] = 20
    cursor: Annotated[str, Field(max_length=3000)] | None = None


class SecurityEventPage(BaseModel):
    """Events, newest first. A page may be short and still have a cursor, when few events pass the filters."""

    model_config = ConfigDict(frozen=True)

    items: list[SecurityEvent]
    next_cursor: str | None


def keep_security_event(store: SecurityEventStore, event: ReceivedEvent, clock: Clock = system_clock) -> bool:
    """Store an event that has a name in the vocabulary, once; False for one that has none."""
    found = SecurityEvent.of(event)
    if found is None:
        return False
    store.keep(
        found.model_dump(mode="json"),
        event_id=found.event_id,
        at=rfc3339(found.at),
        now=epoch_seconds(clock.now()),
    )
    return True


def list_security_events(
    store: SecurityEventStore, filters: EventFilters, *, cursors: CursorCodec
) -> SecurityEventPage:
    """A page of the events that pass all filters, newest first.

    Raises:
        Invalid: a window that ends before it begins.
        BadCursor: not one of ours, or of another query.
    """
    if filters.since and filters.until and filters.until <= filters.since:
        raise Invalid("The window is empty.", errors=[FieldError("/query/to", "not after from")])
    query = "security-events:" + filters.model_dump_json(exclude={"limit", "cursor"})
    position = cursors.read(filters.cursor, bound_to=query) if filters.cursor else None
    read = store.browse(
        vocabulary=filters.type,
        severity=filters.severity,
        user_id=filters.user,
        address=None if filters.ip is None else str(filters.ip),
        since=_instant(filters.since),
        until=_instant(filters.until),
        limit=filters.limit,
        position=position,
    )
    items = [SecurityEvent.model_validate(item["record"]) for item in read.take(filters.limit)]
    return SecurityEventPage(
        items=items, next_cursor=None if read.ended else cursors.issue(read.position, bound_to=query)
    )


def _instant(at: datetime | None) -> str | None:
    return None if at is None else rfc3339(at)


def _text(value: Any) -> str | None:
    return value[:MAX_CHARS] if isinstance(value, str) and value else None
