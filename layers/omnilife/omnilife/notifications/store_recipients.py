"""What the notifications table has of a recipient; all of it is one query.

| entity                        | pk        | sk                   | members                         |
|-------------------------------|-----------|----------------------|---------------------------------|
| user_notification_preferences | USER#<id> | PREFERENCES          | preferences (JSON), version     |
| devices                       | USER#<id> | DEVICE#<device id>   | platform, token                 |
| suppressions                  | USER#<id> | SUPPRESSED#<channel> | reason, address_hash, at        |
| inboxes                       | USER#<id> | INBOX                | unread, read_until, tat, seen, sequence |

An inbox's row is one counter for two things, so that a notification costs one write for both: how many are
unread, and how many of the throttled kind came lately (`core.limits.gcra`). `sequence` makes each change of
it see the one before; `seen` has the last few notifications that were counted, and what was said of them, so
that one that comes again is not counted again.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from omnilife.core.attributes import Item
from omnilife.core.clock import parse_rfc3339, rfc3339
from omnilife.core.conditions import Path, attribute, missing
from omnilife.core.limits import MICROSECONDS, gcra
from omnilife.core.retries import Retrying
from omnilife.core.table import ConditionFailed, Table, Update
from omnilife.notifications.decide import THROTTLE
from omnilife.notifications.models import Category, Channel
from omnilife.notifications.preferences import Place, Preferences, StoredPreferences
from omnilife.notifications.recipients import Device, Recipient, Suppressed
from omnilife.notifications.store_notes import NotesSettings

REMEMBERED = 20
"""Notifications whose counting an inbox remembers. A repeat comes within minutes of the first."""

MAX_DEVICES = 20
_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Inbox:
    """A user's counters. `read_until`: everything that arrived up to then was read at once."""

    user_id: str
    unread: int = 0
    read_until: datetime | None = None
    tat: int = 0
    seen: Mapping[str, str] = field(default_factory=dict)
    sequence: int = 0


@dataclass(frozen=True, slots=True)
class Counted:
    """What became of a notification when it was counted."""

    arrived_at: datetime
    throttled: bool


@dataclass(frozen=True, slots=True)
class RecipientStore:
    """Preferences, devices, suppressions and inboxes."""

    table: Table
    retrying: Retrying = field(default_factory=Retrying)

    @classmethod
    def from_environment(cls) -> Self:
        return cls(Table(NotesSettings.from_environment().notifications_table))

    def recipient(self, user_id: str) -> Recipient:
        """Everything that decides how a user is told. Cost: one consistent query, 1 read unit each 4 KB."""
        page = self.table.query(f"USER#{user_id}", limit=100, consistent=True)
        preferences = Preferences()
        devices: list[Device] = []
        suppressed: dict[Channel, Suppressed] = {}
        for item in page.items:
            kind, _, rest = item["sk"].partition("#")
            if kind == "PREFERENCES":
                preferences = Preferences.model_validate_json(item["preferences"])
            elif kind == "DEVICE":
                devices.append(Device(rest, item["platform"], item["token"]))
            elif kind == "SUPPRESSED":
                suppressed[rest] = Suppressed(item["reason"], item.get("address_hash", ""))
        return Recipient(user_id, preferences, tuple(devices), suppressed)

    # -- preferences -------------------------------------------------------------------------------------

    def preferences(self, user_id: str) -> StoredPreferences:
        """A user's preferences, with what is suppressed; the defaults of one who has none."""
        page = self.table.query(f"USER#{user_id}", limit=100, consistent=True)
        found: dict[str, Any] = {}
        suppressed = {}
        for item in page.items:
            if item["sk"] == "PREFERENCES":
                found = json.loads(item["preferences"])
                found |= {"version": item["version"], "updated_at": item["updated_at"]}
            elif item["sk"].startswith("SUPPRESSED#"):
                suppressed[item["sk"].removeprefix("SUPPRESSED#")] = item["reason"]
        return StoredPreferences.model_validate({**found, "suppressed": suppressed})

    def prefer(self, user_id: str, preferences: Preferences, *, now: datetime) -> int:
        """Replace a user's preferences; returns their version."""
        item = self.table.update(
            {"pk": f"USER#{user_id}", "sk": "PREFERENCES"},
            set={
                "entity": "user_notification_preferences",
                "preferences": preferences.model_dump_json(exclude_defaults=True),
                "updated_at": rfc3339(now),
            },
            add={"version": 1},
        )
        version: int = item["version"]
        return version

    def mute(self, user_id: str, category: Category, place: Place, *, now: datetime) -> None:
        """Switch one thing off; whatever else the user wants stays as it is."""
        for _ in self.retrying.attempts():
            item = self.table.get(f"USER#{user_id}", "PREFERENCES", consistent=True)
            wishes = Preferences.model_validate_json(item["preferences"]) if item else Preferences()
            if not wishes.wants(category, place):
                return
            chosen = {**wishes.categories.get(category, {}), place: False}
            muted = wishes.model_copy(update={"categories": {**wishes.categories, category: chosen}})
            unchanged = attribute("version") == item["version"] if item else missing("pk")
            try:
                self.table.update(
                    {"pk": f"USER#{user_id}", "sk": "PREFERENCES"},
                    set={
                        "entity": "user_notification_preferences",
                        "preferences": muted.model_dump_json(exclude_defaults=True),
                        "updated_at": rfc3339(now),
                    },
                    add={"version": 1},
                    condition=unchanged,
                )
            except ConditionFailed:
                continue
            return

    # -- what can and may be reached -----------------------------------------------------------------------

    def add_device(self, user_id: str, device: Device, *, now: datetime) -> None:
        """Keep where push messages for a device go."""
        self.table.put(
            {
                "pk": f"USER#{user_id}",
                "sk": f"DEVICE#{device.device_id}",
                "entity": "devices",
                "platform": device.platform,
                "token": device.token,
                "updated_at": rfc3339(now),
            }
        )

    def remove_device(self, user_id: str, device_id: str) -> bool:
        """Forget a device; False if there is none of that id."""
        gone = self.table.delete({"pk": f"USER#{user_id}", "sk": f"DEVICE#{device_id}"})
        return gone is not None

    def suppress(
        self, user_id: str, channel: Channel, reason: str, *, now: datetime, address_hash: str = ""
    ) -> None:
        """Send nothing on that channel any more; with a hash, not to that address."""
        self.table.put(
            {
                "pk": f"USER#{user_id}",
                "sk": f"SUPPRESSED#{channel}",
                "entity": "suppressions",
                "reason": reason,
                "address_hash": address_hash,
                "at": rfc3339(now),
            }
        )

    def lift(self, user_id: str, channel: Channel) -> None:
        """Send on that channel again."""
        self.table.delete({"pk": f"USER#{user_id}", "sk": f"SUPPRESSED#{channel}"})

    # -- the inbox's counters ------------------------------------------------------------------------------

    def inbox(self, user_id: str) -> Inbox:
        """A user's counters as they are now. Cost: 1 read unit."""
        item = self.table.get(f"USER#{user_id}", "INBOX", consistent=True)
        return Inbox(user_id) if item is None else _inbox(user_id, item)

    def count(
        self, user_id: str, notification_id: str, *, unread: bool, throttle: bool, now: datetime
    ) -> Counted:
        """Count a notification that has come, once; says when it arrived, and whether it is one too many.

        Args:
            unread: it goes to the inbox.
            throttle: it is of a kind of which a user gets only so many.
        """
        mark = notification_id[-12:]
        for _ in self.retrying.attempts():
            inbox = self.inbox(user_id)
            if mark in inbox.seen:
                at, verdict = inbox.seen[mark].split(" ")
                return Counted(parse_rfc3339(at), verdict == "throttled")
            arrived, tat, throttled = now, inbox.tat, False
            if inbox.read_until is not None and arrived <= inbox.read_until:
                arrived = inbox.read_until + _MILLISECOND
            if throttle:
                decision, tat = gcra(inbox.tat, int(now.timestamp() * MICROSECONDS), THROTTLE)
                throttled = not decision.allowed
            seen = dict(list(inbox.seen.items())[-(REMEMBERED - 1) :])
            seen[mark] = f"{rfc3339(arrived)} {'throttled' if throttled else 'counted'}"
            change = self.change(inbox, unread=int(unread), set={"tat": tat, "seen": json.dumps(seen)})
            try:
                self.table.update(change.key, set=change.set, add=change.add, condition=change.condition)
            except ConditionFailed:
                continue
            return Counted(arrived, throttled)
        raise AssertionError("attempts end with an error")  # pragma: no cover

    def change(self, inbox: Inbox, *, unread: int, set: Mapping[str | Path, Any] | None = None) -> Update:
        """The part that changes a user's counters, if they are still those of `inbox`."""
        fresh = missing("sequence") if inbox.sequence == 0 else attribute("sequence") == inbox.sequence
        return Update(
            {"pk": f"USER#{inbox.user_id}", "sk": "INBOX"},
            set={"entity": "inboxes", **(set or {})},
            add={"unread": unread, "sequence": 1},
            condition=fresh,
            name="inbox",
        )

    def read_all(self, user_id: str, *, now: datetime) -> datetime:
        """Everything that arrived up to now counts as read: one write, however many there are."""
        for _ in self.retrying.attempts():
            inbox = self.inbox(user_id)
            until = max(now, inbox.read_until or now) + _MILLISECOND  # after whatever came until now
            change = self.change(inbox, unread=-inbox.unread, set={"read_until": rfc3339(until)})
            try:
                self.table.update(change.key, set=change.set, add=change.add, condition=change.condition)
            except ConditionFailed:
                continue
            return until
        raise AssertionError("attempts end with an error")  # pragma: no cover


def _inbox(user_id: str, item: Item) -> Inbox:
    until = item.get("read_until")
    return Inbox(
        user_id,
        unread=item.get("unread", 0),
        read_until=parse_rfc3339(until).astimezone(UTC) if until else None,
        tat=int(item.get("tat", 0)),
        seen=json.loads(item.get("seen", "{}")),
        sequence=item.get("sequence", 0),
    )
