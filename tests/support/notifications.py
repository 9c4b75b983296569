"""Notifications in process: their table in moto, queues that only remember, a clock that stands still."""

import io

from omnilife.core.clock import FixedClock
from omnilife.core.table import Table
from omnilife.notifications.create import AcceptedNotification, Creating, NewNotification, create_notification
from omnilife.notifications.lists import RecipientLists
from omnilife.notifications.models import Notification
from omnilife.notifications.route import Router, fire, route_by_id
from omnilife.notifications.store_notes import NoteStore
from omnilife.notifications.store_recipients import RecipientStore
from tests.support.faults import refusal


class RememberingQueues:
    """Queues that remember what was laid into them, and fail when told to."""

    def __init__(self):
        self.routed, self.timers, self.portions, self.orders = [], [], [], []
        self.broken = False

    def _take(self, where, what):
        if self.broken:
            raise ConnectionError("the queue is gone")
        where.extend(what)

    def route(self, notification_ids):
        self._take(self.routed, notification_ids)

    def arm(self, timers):
        self._take(self.timers, timers)

    def fan_out(self, portions):
        self._take(self.portions, portions)

    def deliver(self, orders):
        self._take(self.orders, orders)


class FakeS3:
    """Objects by key."""

    def __init__(self):
        self.objects = {}
        self.reads = 0

    def head_object(self, *, Bucket, Key, VersionId=None):  # noqa: N803, ARG002 (boto's names)
        if Key not in self.objects:
            raise refusal("404", status=404)
        return {"ContentLength": len(self.objects[Key])}

    def get_object(self, *, Bucket, Key, Range=None, VersionId=None):  # noqa: N803, ARG002
        self.reads += 1
        text = self.objects[Key]
        if Range:
            first, last = map(int, Range.removeprefix("bytes=").split("-"))
            text = text[first : last + 1]
        return {"Body": io.BytesIO(text), "VersionId": "v1"}


class House:
    """All that it takes to tell somebody something."""

    def __init__(self, table: Table, clock: FixedClock, ids):
        self.clock = clock
        self.notes = NoteStore(table)
        self.recipients = RecipientStore(table)
        self.queues = RememberingQueues()
        self.s3 = FakeS3()
        self.lists = RecipientLists("imports", self.s3)
        self.router = Router(self.notes, self.recipients, self.queues, self.lists, clock)
        self.creating = Creating(self.notes, self.lists, clock, ids)

    def create(self, **wanted) -> AcceptedNotification:
        """Ask for a notification; to user-1, about an account, by mail, unless `wanted` says otherwise."""
        idempotency = wanted.pop("idempotency", None)
        fixed = wanted.pop("notification_id", None)
        whom = {} if {"user_ids", "list_id"} & wanted.keys() else {"user_id": "user-1"}
        said = {} if "template" in wanted else {"content": {"title": "News", "text": "There are some."}}
        body = {"category": "account", "channels": ["email"], **whom, **said, **wanted}
        return create_notification(
            NewNotification.model_validate(body),
            self.creating,
            created_by="key:tests",
            idempotency=idempotency,
            notification_id=fixed,
        )

    def note(self, notification_id: str) -> Notification:
        found = self.notes.get(notification_id)
        assert found is not None
        return found

    def told(self, **wanted) -> Notification:
        """Ask for a notification, and have it decided about."""
        made = self.create(**wanted)
        route_by_id(self.router, made.notification_id)
        return self.note(made.notification_id)

    def fire(self, notification_id: str, version: int) -> bool:
        return fire(self.router, notification_id, version)

    def reasons(self, note: Notification) -> list:
        return [(each.channel, each.outcome, each.reason) for each in note.decided]
