"""One notification for many, made into one for each of them: in portions, each through the queue.

A child's id follows from its parent's and its user's, so a portion that comes twice makes nothing twice, and
a user who is named twice is told once.
"""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

from omnilife.core.clock import Clock, system_clock
from omnilife.core.context import correlated
from omnilife.core.logging import logger
from omnilife.core.metrics import count
from omnilife.notifications.ids import derived_id
from omnilife.notifications.lists import RecipientLists
from omnilife.notifications.models import Notification
from omnilife.notifications.queues import Portion
from omnilife.notifications.store_notes import NoteStore

USERS_A_PORTION = 100
BYTES_A_PORTION = 16_000
"""Some 300 lines."""

WRITERS = 8


def child_id(parent: Notification, user_id: str) -> str:
    """The id of what a user gets of a notification for many."""
    return derived_id(parent.notification_id, user_id, at=parent.created_at)


def split(parent: Notification, lists: RecipientLists) -> list[Portion]:
    """The portions that together name every recipient once."""
    if parent.list_id is None:
        total, step = len(parent.user_ids), USERS_A_PORTION
    else:
        total, step = lists.size(parent.list_id, parent.list_version), BYTES_A_PORTION
    return [
        Portion(parent.notification_id, start, min(start + step, total)) for start in range(0, total, step)
    ]


def fan_out_portion(
    notes: NoteStore, lists: RecipientLists, portion: Portion, *, clock: Clock = system_clock
) -> int:
    """Make the notifications of one portion; returns how many were new.

    Cost: 1 write unit and 2 of indexes for each.
    """
    parent = notes.get(portion.notification_id)
    if parent is None:
        logger.error("a portion without its notification", extra={"notification_id": portion.notification_id})
        return 0
    with correlated(parent.correlation_id):
        now = clock.now()
        if parent.expired(now):
            return 0
        children = [_child(parent, user_id) for user_id in _users(parent, lists, portion)]
        with ThreadPoolExecutor(WRITERS) as writers:
            made = sum(writers.map(notes.add_once, children))
        count("NotificationsCreated", made, category=parent.category)
        return made


def _users(parent: Notification, lists: RecipientLists, portion: Portion) -> Iterable[str]:
    if parent.list_id is None:
        return parent.user_ids[portion.start : portion.end]
    return lists.users(parent.list_id, portion.start, portion.end, parent.list_version)


def _child(parent: Notification, user_id: str) -> Notification:
    return parent.model_copy(
        update={
            "notification_id": child_id(parent, user_id),
            "parent_id": parent.notification_id,
            "user_id": user_id,
            "user_ids": (),
            "list_id": None,
            "kind": "one",
            "state": "due",
            "version": 1,
        }
    )
