"""A notification that is due: decided about, and laid into the queues of its channels.

First the messages are laid into the queues, then the decision is written. Who dies between the two leaves
the notification due; it is decided about again, and a message that is in a queue twice is sent once, because
whoever delivers claims it first. Nothing that is due can be cancelled any more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from omnilife.core.clock import Clock, system_clock
from omnilife.core.context import correlated
from omnilife.core.logging import logger
from omnilife.core.metrics import count
from omnilife.notifications.decide import Decision, decide
from omnilife.notifications.digests import collect, compose
from omnilife.notifications.fan_out import split
from omnilife.notifications.lists import RecipientLists
from omnilife.notifications.models import THROTTLED, DeliveryOrder, Notification
from omnilife.notifications.queues import Queues, queues_to_decide
from omnilife.notifications.recipients import Recipient
from omnilife.notifications.store_notes import NoteStore
from omnilife.notifications.store_recipients import RecipientStore


@dataclass(frozen=True, slots=True)
class Router:
    """What routing takes."""

    notes: NoteStore
    recipients: RecipientStore
    queues: Queues
    lists: RecipientLists
    clock: Clock = system_clock

    @classmethod
    def from_environment(cls) -> Self:
        return cls(
            NoteStore.from_environment(),
            RecipientStore.from_environment(),
            queues_to_decide(),
            RecipientLists.from_environment(),
        )


def fire(router: Router, notification_id: str, version: int) -> bool:
    """A timer's time has come; False if it is for a schedule that is over, and nothing was done."""
    note = router.notes.claim(notification_id, version, now=router.clock.now())
    if note is None:
        # Whoever claimed it may have died since; routing it once more does no harm.
        note = router.notes.get(notification_id)
        if note is None or (note.state, note.version) != ("due", version):
            return False
    route(router, note)
    return True


def route(router: Router, note: Notification) -> None:
    """Decide about a due notification and send it on its way. Repeating it does no harm."""
    with correlated(note.correlation_id):
        if note.kind == "many":
            _fan_out(router, note)
        else:
            _route_one(router, note)


def route_by_id(router: Router, notification_id: str) -> None:
    """Route what is due of that id; what is not due (any more) is left alone."""
    note = router.notes.get(notification_id)
    if note is not None and note.state == "due":
        route(router, note)


def _fan_out(router: Router, note: Notification) -> None:
    now = router.clock.now()
    if note.expired(now):
        router.notes.routed(note, note.model_copy(update={"state": "expired"}))
        return
    portions = split(note, router.lists)
    router.queues.fan_out(portions)
    router.notes.routed(note, note.model_copy(update={"state": "fanned_out"}))
    logger.info("fanned out", extra={"notification_id": note.notification_id, "portions": len(portions)})


def _route_one(router: Router, note: Notification) -> None:
    now = router.clock.now()
    user_id = note.user_id or ""
    recipient = router.recipients.recipient(user_id)
    before, note = note, _arrive(router, note, recipient, now)
    decision = decide(note, recipient, now)
    if decision.deliver and note.category in THROTTLED:
        counted = router.recipients.count(
            user_id, f"{note.notification_id}.{note.step}", unread=False, throttle=True, now=now
        )
        decision = decide(note, recipient, now, throttled=counted.throttled)
    if decision.state == "collected" and decision.until is not None:
        note = collect(router.notes, note, decision.until, now=now)
    if decision.deliver and note.kind == "digest":
        note = compose(router.notes, note)
    router.queues.deliver([_order(note, channel) for channel in decision.deliver])
    if router.notes.routed(before, _after(note, decision)):
        _tell(note, decision)


def _arrive(router: Router, note: Notification, recipient: Recipient, now: datetime) -> Notification:
    """Into the inbox, the first time that it is due, and counted as unread; an expired one stays out."""
    wanted = note.inbox and recipient.preferences.wants(note.category, "inbox")
    if note.arrived_at is not None or not wanted or note.expired(now):
        return note
    counted = router.recipients.count(
        recipient.user_id, note.notification_id, unread=True, throttle=False, now=now
    )
    return note.model_copy(update={"arrived_at": counted.arrived_at})


def _order(note: Notification, channel: str) -> DeliveryOrder:
    return DeliveryOrder.model_validate(
        {
            "notification_id": note.notification_id,
            "user_id": note.user_id,
            "channel": channel,
            "category": note.category,
            "expires_at": note.expires_at,
        }
    )


def _after(note: Notification, decision: Decision) -> Notification:
    changes: dict[str, object] = {
        "state": decision.state,
        "step": decision.step,
        "decided": _log(note, decision),
    }
    if decision.state == "scheduled":
        changes |= {"due_at": decision.until, "version": note.version + 1}
    return note.model_copy(update=changes)


MAX_LOG = 30
"""Decisions that a notification keeps, the last ones: nothing is deferred so often."""


def _log(note: Notification, decision: Decision) -> Sequence[object]:
    return (note.decided + decision.decided)[-MAX_LOG:]


def _tell(note: Notification, decision: Decision) -> None:
    for each in decision.decided:
        count("Decisions", outcome=each.outcome, reason=each.reason, channel=each.channel)
    logger.info(
        "decided",
        extra={
            "notification_id": note.notification_id,
            "state": decision.state,
            "channels": {each.channel: f"{each.outcome}: {each.reason}" for each in decision.decided},
        },
    )
