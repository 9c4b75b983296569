"""New notifications: for one user, for up to 1,000, or for a list; at once or later."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from omnilife.core.cards import has_card_number
from omnilife.core.clock import Clock, Timestamp, parse_rfc3339, system_clock
from omnilife.core.context import current_correlation_id
from omnilife.core.errors import FieldError, Invalid
from omnilife.core.idempotency import Idempotency
from omnilife.core.ids import Identifier, IdMaker, new_id
from omnilife.core.metrics import count
from omnilife.notifications.fan_out import child_id
from omnilife.notifications.lists import RecipientLists
from omnilife.notifications.models import (
    MAX_DATA_BYTES,
    MAX_USERS,
    Category,
    Channel,
    Content,
    Language,
    Notification,
    Priority,
    TemplateId,
)
from omnilife.notifications.problems import (
    BadSendTime,
    ExpiresTooSoon,
    HeaderInjection,
    TooManyRecipients,
    UnknownZone,
    UnsafeLink,
)
from omnilife.notifications.store_notes import NoteStore
from omnilife.notifications.store_templates import TemplateStore, pin_shipped
from omnilife.notifications.wall_clock import instant, zone

LONGEST_WAIT = timedelta(days=364)
"""Shorter than a year, which is how long a Standard execution may run."""

_CONTROLS = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]")
_LOCAL = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?", re.ASCII)

type PinTemplate = Callable[[str, Any], int]


class When(BaseModel):
    """A time to send at: `send_at`, with an offset or with `time_zone`, or `send_in` seconds.

    A local time that clocks leave out means the first instant after the gap; one that they show twice means
    the first of the two.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    send_at: Annotated[str, StringConstraints(max_length=40)] | None = None
    time_zone: Annotated[str, StringConstraints(max_length=64)] | None = None
    send_in: Annotated[int, Field(ge=1, strict=True)] | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if self.send_at is not None and self.send_in is not None:
            raise ValueError("send_at and send_in exclude each other")
        if self.time_zone is not None and self.send_at is None:
            raise ValueError("time_zone goes with send_at")
        return self

    def instant(self, now: datetime) -> datetime | None:
        """The instant that is meant; None: at once.

        Raises:
            BadSendTime, UnknownZone
        """
        if self.send_in is not None:
            if self.send_in > LONGEST_WAIT.total_seconds():
                raise BadSendTime("/send_in", "more than 364 days ahead")
            return now + timedelta(seconds=self.send_in)
        if self.send_at is None:
            return None
        at = _read(self.send_at, self.time_zone)
        if at <= now:
            raise BadSendTime("/send_at", "has passed")
        if at > now + LONGEST_WAIT:
            raise BadSendTime("/send_at", "more than 364 days ahead")
        return at


class NewNotification(When):
    """What somebody asks to be told to whom.

    Attributes:
        channels: those named, all of them; or `auto`: the cheapest that reaches the user and is not muted.
        escalate_after: seconds; with `auto`, the next channel follows if nobody has looked by then.
        digest_key: may wait for the user's digest, with others of the same key.
    """

    user_id: Identifier | None = None
    user_ids: Annotated[tuple[Identifier, ...], Field(min_length=1)] | None = None
    list_id: Identifier | None = None
    template: TemplateId | None = None
    data: dict[str, Any] = Field(default_factory=dict)
    language: Language | None = None
    content: Content | None = None
    channels: Literal["auto"] | Annotated[tuple[Channel, ...], Field(min_length=1, max_length=3)] = "auto"
    escalate_after: Annotated[int, Field(ge=60, le=7 * 86_400, strict=True)] | None = None
    category: Category
    priority: Priority = "normal"
    digest_key: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{1,64}$")] | None = None
    inbox: bool = True
    expires_at: Timestamp | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if sum(each is not None for each in (self.user_id, self.user_ids, self.list_id)) != 1:
            raise ValueError("name one of user_id, user_ids and list_id")
        if (self.template is None) == (self.content is None):
            raise ValueError("name a template or write the content, one of both")
        if self.escalate_after is not None and self.channels != "auto":
            raise ValueError("escalate_after goes with the channels `auto`")
        written = json.dumps(self.data, ensure_ascii=False)
        if has_card_number(written):
            raise ValueError("a card number does not belong into data")
        if len(written.encode()) > MAX_DATA_BYTES:
            raise ValueError(f"data has more than {MAX_DATA_BYTES} bytes")
        return self


class AcceptedNotification(BaseModel):
    """What was made.

    Attributes:
        notification_id: what can be cancelled and moved, while it is scheduled.
        notification_ids: of many, in the order of their users: what each of them gets, under this id once
            it is sent. Not of a list: there it is `recipients` that says how many.
    """

    notification_id: Identifier
    state: Literal["scheduled", "due"]
    send_at: Timestamp
    recipients: int
    notification_ids: tuple[Identifier, ...] | None = None


@dataclass(frozen=True, slots=True)
class Creating:
    """What creating takes."""

    notes: NoteStore
    lists: RecipientLists
    clock: Clock = system_clock
    new_id: IdMaker = new_id
    pin: PinTemplate = pin_shipped

    @classmethod
    def from_environment(cls) -> Self:
        return cls(
            NoteStore.from_environment(),
            RecipientLists.from_environment(),
            pin=TemplateStore.from_environment().pin,
        )


def create_notification(
    wanted: NewNotification,
    creating: Creating,
    *,
    created_by: str,
    idempotency: Idempotency | None = None,
    notification_id: str | None = None,
) -> AcceptedNotification:
    """Keep a notification; from then on it is told, or the log says why not.

    Args:
        notification_id: for those who ask because of an event: derived from it, so that asking twice makes
            one notification.

    Raises:
        UnknownTemplate, MissingVariables, BadSendTime, UnknownZone, TooManyRecipients, HeaderInjection,
        UnsafeLink, ExpiresTooSoon, ListNotUploaded, Invalid, IdempotencyConflict
    """
    now = creating.clock.now()
    _check(wanted)
    due_at = wanted.instant(now)
    if wanted.expires_at is not None and wanted.expires_at <= (due_at or now):
        raise ExpiresTooSoon(due_at or now)
    version = creating.pin(wanted.template, wanted.data) if wanted.template else 0
    recipients, list_version = _recipients(wanted, creating.lists)
    note = _note(wanted, notification_id or creating.new_id(), due_at, now, created_by).model_copy(
        update={"template_version": version, "list_version": list_version}
    )
    reference = {"notification_id": note.notification_id, "recipients": recipients}
    if notification_id is not None:
        creating.notes.add_once(note)
    elif first := creating.notes.add(note, idem=idempotency, reference=reference, now=now):
        return _again(creating.notes, first, note)
    count("NotificationsAsked", recipients, category=wanted.category)
    return _accepted(note, recipients)


def _check(wanted: NewNotification) -> None:
    if wanted.user_ids is not None and len(wanted.user_ids) > MAX_USERS:
        raise TooManyRecipients(MAX_USERS)
    if wanted.content is not None:
        if _CONTROLS.search(wanted.content.title):
            raise HeaderInjection("/content/title")
        if wanted.content.link is not None:
            check_link(wanted.content.link, "/content/link")
    for name, value in wanted.data.items():
        if isinstance(value, str) and re.match(r"\s*(javascript|data|vbscript|file):", value, re.IGNORECASE):
            raise UnsafeLink(f"/data/{name}")
    if wanted.channels != "auto" and len(set(wanted.channels)) < len(wanted.channels):
        raise Invalid("A channel is named once.", errors=[FieldError("/channels", "a channel named twice")])


def check_link(link: str, pointer: str) -> None:
    """Let a link pass that may stand in a message.

    Raises:
        UnsafeLink: it may not.
    """
    try:
        parts = urlsplit(link)
        safe = parts.scheme in ("https", "http") and bool(parts.hostname)
    except ValueError:
        safe = False
    if not safe or _CONTROLS.search(link) or " " in link:
        raise UnsafeLink(pointer)


def _recipients(wanted: NewNotification, lists: RecipientLists) -> tuple[int, str]:
    if wanted.list_id is not None:
        return lists.check(wanted.list_id)
    return (1 if wanted.user_ids is None else len(set(wanted.user_ids))), ""


def _note(
    wanted: NewNotification, notification_id: str, due_at: datetime | None, now: datetime, created_by: str
) -> Notification:
    named = () if wanted.channels == "auto" else wanted.channels
    return Notification(
        notification_id=notification_id,
        user_id=wanted.user_id,
        user_ids=tuple(dict.fromkeys(wanted.user_ids or ())),
        list_id=wanted.list_id,
        kind="many" if wanted.user_id is None else "one",
        state="due" if due_at is None else "scheduled",
        due_at=due_at or now,
        category=wanted.category,
        priority=wanted.priority,
        template=wanted.template,
        language=wanted.language,
        data=wanted.data,
        content=wanted.content,
        channels=named,
        auto=wanted.channels == "auto",
        escalate_after_s=wanted.escalate_after,
        digest_key=wanted.digest_key,
        inbox=wanted.inbox,
        expires_at=wanted.expires_at,
        created_at=now,
        created_by=created_by,
        correlation_id=current_correlation_id(),
    )


def _accepted(note: Notification, recipients: int) -> AcceptedNotification:
    return AcceptedNotification(
        notification_id=note.notification_id,
        state="scheduled" if note.state == "scheduled" else "due",
        send_at=note.due_at,
        recipients=recipients,
        notification_ids=tuple(child_id(note, user) for user in note.user_ids) or None,
    )


def _again(notes: NoteStore, reference: Any, note: Notification) -> AcceptedNotification:
    """The answer to a repeated request: of the one that was made then, as far as it is still there."""
    made = notes.get(reference["notification_id"]) or note
    return _accepted(made, int(reference["recipients"]))


def _read(text: str, zone_name: str | None) -> datetime:
    if zone_name is None:
        try:
            return parse_rfc3339(text)
        except ValueError:
            raise BadSendTime("/send_at", "not an RFC 3339 time; or give time_zone with it") from None
    try:
        where = zone(zone_name)
    except ValueError:
        raise UnknownZone from None
    try:
        local = datetime.fromisoformat(text) if _LOCAL.fullmatch(text) else None
    except ValueError:
        local = None
    if local is None:
        raise BadSendTime("/send_at", "with time_zone, a local time such as 2026-12-24T18:00")
    return instant(local.date(), local.time(), where)
