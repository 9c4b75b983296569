"""Everybody's inbox: what arrived, what is unread, and what its owner does about it.

How many are unread stands in one counter (`RecipientStore`), changed in the transaction that changes the
notification. `read_until` makes all that arrived up to then read in one write; a notification that was
marked as unread after it is unread all the same.
"""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from omnilife.core.clock import Clock, Timestamp, system_clock
from omnilife.core.cursors import CursorCodec
from omnilife.core.errors import NotFound
from omnilife.core.ids import Identifier
from omnilife.core.retries import Retrying
from omnilife.core.table import ConditionFailed
from omnilife.notifications.models import Category, Content, Notification, TemplateId
from omnilife.notifications.store_notes import NoteStore
from omnilife.notifications.store_recipients import Inbox, RecipientStore

MOST_READ = 400
"""Notifications looked at for one page, where a filter drops most of them."""


class InboxItem(BaseModel):
    """A notification as its reader sees it."""

    notification_id: Identifier
    category: Category
    template: TemplateId | None
    data: dict[str, Any]
    content: Content | None
    arrived_at: Timestamp
    read: bool
    archived: bool


class InboxPage(BaseModel):
    """A page, the latest first, and how many are unread in all."""

    items: list[InboxItem]
    next_cursor: str | None
    unread: int


class Seen(BaseModel):
    """What a reader does about a notification: what is left out stays as it is."""

    model_config = ConfigDict(extra="forbid")

    read: Annotated[bool | None, Field(strict=True)] = None
    archived: Annotated[bool | None, Field(strict=True)] = None


class Unread(BaseModel):
    """How many are unread now."""

    unread: int


def list_inbox(
    notes: NoteStore,
    recipients: RecipientStore,
    user_id: str,
    *,
    cursors: CursorCodec,
    limit: int,
    cursor: str | None,
    state: Literal["all", "unread", "archived"] = "all",
    category: Category | None = None,
) -> InboxPage:
    """A page of a user's inbox.

    Cost: half a read unit each 4 KB of what is looked at, and one for the counter.
    A filtered page may be shorter than asked for and still have a next one.

    Raises:
        BadCursor
    """
    place = "ARCHIVED" if state == "archived" else "INBOX"
    bound = f"inbox {user_id} {state} {category or ''}"
    after = cursors.read(cursor, bound_to=bound) if cursor else None
    inbox = recipients.inbox(user_id)
    items: list[InboxItem] = []
    looked_at = 0
    while len(items) < limit and looked_at < MOST_READ:
        wanted = limit - len(items)
        found, after = notes.inbox(user_id, place=place, limit=wanted, after=after)
        looked_at += wanted
        for note in found:
            item = _item(note, inbox)
            if (state == "unread" and item.read) or (category and item.category != category):
                continue
            items.append(item)
        if after is None:
            break
    next_cursor = None if after is None else cursors.issue(after, bound_to=bound)
    return InboxPage(items=items, next_cursor=next_cursor, unread=inbox.unread)


def change_seen(
    notes: NoteStore,
    recipients: RecipientStore,
    notification_id: str,
    seen: Seen,
    *,
    user_id: str,
    clock: Clock = system_clock,
    retrying: Retrying | None = None,
) -> InboxItem:
    """Read, unread, archive; the counter follows in the same transaction. Repeating it changes nothing.

    Cost: a transaction of two items.

    Raises:
        NotFound: there is none in the user's inbox.
    """
    for _ in (retrying or Retrying()).attempts():
        note = notes.get(notification_id)
        if note is None or note.user_id != user_id or note.arrived_at is None:
            raise NotFound("There is no such notification.")
        inbox = recipients.inbox(user_id)
        after = _changed(note, inbox, seen, clock.now())
        if after == note:
            return _item(note, inbox)
        difference = _counts(after, inbox) - _counts(note, inbox)
        try:
            notes.table.transact([notes.seen(note, after), recipients.change(inbox, unread=difference)])
        except ConditionFailed:
            continue
        return _item(after, inbox)
    raise AssertionError("attempts end with an error")  # pragma: no cover


def read_all(recipients: RecipientStore, user_id: str, *, clock: Clock = system_clock) -> Unread:
    """Mark as read all that has arrived: one write."""
    recipients.read_all(user_id, now=clock.now())
    return Unread(unread=recipients.inbox(user_id).unread)


def is_read(note: Notification, inbox: Inbox) -> bool:
    """Whether a notification counts as read."""
    read = [at for at in (note.read_at, _swept(note, inbox)) if at is not None]
    return bool(read) and (note.unread_at is None or max(read) > note.unread_at)


def _swept(note: Notification, inbox: Inbox) -> datetime | None:
    """When `read_all` read it, if it did."""
    if inbox.read_until is None or note.arrived_at is None or note.arrived_at > inbox.read_until:
        return None
    return inbox.read_until


def _changed(note: Notification, inbox: Inbox, seen: Seen, now: datetime) -> Notification:
    changes: dict[str, Any] = {}
    if seen.read is not None and seen.read != is_read(note, inbox):
        # Later than whatever it undoes, also by a clock that is behind.
        marks = [at for at in (note.read_at, note.unread_at, inbox.read_until) if at is not None]
        at = max([now, *marks])
        changes = {"read_at": at, "unread_at": None} if seen.read else {"read_at": None, "unread_at": at}
    if seen.archived is not None and seen.archived != (note.archived_at is not None):
        changes["archived_at"] = now if seen.archived else None
    return note.model_copy(update=changes)


def _counts(note: Notification, inbox: Inbox) -> int:
    """What a notification adds to the counter: what is archived is not waiting to be read."""
    return int(note.archived_at is None and not is_read(note, inbox))


def _item(note: Notification, inbox: Inbox) -> InboxItem:
    return InboxItem(
        notification_id=note.notification_id,
        category=note.category,
        template=note.template,
        data=dict(note.data),
        content=note.content,
        arrived_at=note.arrived_at or note.due_at,
        read=is_read(note, inbox),
        archived=note.archived_at is not None,
    )
