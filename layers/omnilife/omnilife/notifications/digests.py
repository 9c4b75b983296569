"""Digests: what has the same key, a user and a window make one message, at the user's own hour.

The first notification of a window schedules its digest, under an id that follows from the three. When that
is due, it reads what was collected and becomes a notification as any other.
"""

from datetime import datetime, timedelta
from itertools import islice

from omnilife.notifications.ids import derived_id
from omnilife.notifications.models import Notification
from omnilife.notifications.store_notes import NoteStore

GRACE = timedelta(seconds=5)
"""For what was decided just before the window closed to be written, and seen by the index."""

MOST_ITEMS = 20
"""That a digest shows; of the rest it says how many."""

MOST_COUNTED = 1_000


def collect(notes: NoteStore, note: Notification, closes: datetime, *, now: datetime) -> Notification:
    """Put a notification into its digest, which is scheduled if it is the first."""
    digest_id = derived_id(note.user_id or "", note.digest_key or "", closes.isoformat(), at=closes)
    notes.add_once(
        Notification(
            notification_id=digest_id,
            user_id=note.user_id,
            kind="digest",
            state="scheduled",
            due_at=closes + GRACE,
            category=note.category,
            template="digest",
            template_version=1,
            channels=note.channels,
            auto=note.auto,
            digest_key=note.digest_key,
            inbox=False,
            created_at=now,
            created_by="system:digests",
            correlation_id=note.correlation_id,
        )
    )
    return note.model_copy(update={"digest_id": digest_id})


def compose(notes: NoteStore, digest: Notification) -> Notification:
    """Write into a digest what it tells of, before anybody is told."""
    members = list(islice(notes.collected(digest.notification_id), MOST_COUNTED))
    items = [{"title": _title(member)} for member in members[-MOST_ITEMS:]]
    composed = digest.model_copy(update={"data": {"count": len(members), "items": items}})
    notes.composed(composed)
    return composed


def _title(member: Notification) -> str:
    if member.content is not None:
        return member.content.title
    return str(member.data.get("title", (member.template or "").replace("_", " ").capitalize()))
