"""A notification that is there already: looked at, cancelled, moved."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, Field

from omnilife.core.auth import Caller
from omnilife.core.clock import Clock, Timestamp, system_clock
from omnilife.core.errors import NotFound
from omnilife.core.ids import Identifier
from omnilife.notifications.create import When
from omnilife.notifications.models import (
    Category,
    Channel,
    Content,
    Decided,
    Delivery,
    Notification,
    Priority,
    State,
    TemplateId,
)
from omnilife.notifications.problems import BadSendTime, ExpiresTooSoon
from omnilife.notifications.store_deliveries import DeliveryStore
from omnilife.notifications.store_notes import NoteStore


class Scheduled(BaseModel):
    """Where a notification's schedule stands."""

    notification_id: Identifier
    state: State
    version: int
    send_at: Timestamp


class NotificationDetails(BaseModel):
    """A notification with its log: what was decided, channel by channel, and what became of each message."""

    notification_id: Identifier
    user_id: Identifier | None
    parent_id: Identifier | None
    state: State
    version: int
    send_at: Timestamp
    category: Category
    priority: Priority
    template: TemplateId | None
    template_version: int
    data: Mapping[str, Any] = Field(description="what the template was given")
    content: Content | None
    expires_at: Timestamp | None
    created_at: Timestamp
    arrived_at: Timestamp | None
    read_at: Timestamp | None
    opened_at: Timestamp | None
    decisions: list[Decided]
    deliveries: list["DeliveryDetails"]


class DeliveryDetails(BaseModel):
    """What became of a message on one channel."""

    channel: Channel
    state: str
    tries: int
    reason: str | None
    provider: str | None
    updated_at: Timestamp
    events: list[Mapping[str, Any]]


def find_notification(
    notes: NoteStore, deliveries: DeliveryStore, notification_id: str, *, caller: Caller
) -> NotificationDetails:
    """A notification of one's own, or for an admin anybody's. Cost: two consistent reads.

    Raises:
        NotFound: there is none, or it is another's.
    """
    note = notes.get(notification_id)
    if note is None or not (caller.is_admin or note.user_id == caller.subject):
        raise NotFound("There is no such notification.")
    if not caller.is_admin and note.arrived_at is None:
        raise NotFound("There is no such notification.")  # scheduled, or not for the inbox
    told = [] if note.user_id is None else deliveries.of(note.user_id, notification_id)
    return _details(note, told)


def cancel_notification(notes: NoteStore, notification_id: str, *, clock: Clock = system_clock) -> Scheduled:
    """Cancel what is scheduled: when this returns, it is certain that it is not sent.

    Raises:
        TooLate: it was sent, is being sent, or was cancelled.
        NotFound
    """
    try:
        return _scheduled(notes.cancel(notification_id, now=clock.now()))
    except KeyError:
        raise NotFound("There is no such notification.") from None


def move_notification(
    notes: NoteStore, notification_id: str, when: When, *, clock: Clock = system_clock
) -> Scheduled:
    """Send what is scheduled at another time: when this returns, it is certain that it is sent then only.

    Raises:
        TooLate: it was sent, is being sent, or was cancelled.
        BadSendTime, UnknownZone, ExpiresTooSoon, NotFound
    """
    due_at = when.instant(clock.now())
    if due_at is None:
        raise BadSendTime("/send_at", "say when: send_at or send_in")
    note = notes.get(notification_id)
    if note is None:
        raise NotFound("There is no such notification.")
    if note.expired(due_at):
        raise ExpiresTooSoon(due_at)
    return _scheduled(notes.move(notification_id, due_at))


def _scheduled(note: Notification) -> Scheduled:
    return Scheduled(
        notification_id=note.notification_id, state=note.state, version=note.version, send_at=note.due_at
    )


def _details(note: Notification, deliveries: list[Delivery]) -> NotificationDetails:
    return NotificationDetails(
        **note.model_dump(include=set(NotificationDetails.model_fields)),
        send_at=note.due_at,
        decisions=list(note.decided),
        deliveries=[
            DeliveryDetails(
                **each.model_dump(include=set(DeliveryDetails.model_fields) - {"events"}),
                events=list(each.events),
            )
            for each in deliveries
        ],
    )
