"""Notifications in their table: what is scheduled, what is due, and everybody's inbox.

| entity        | pk        | sk   | index 1: whose      | index 2: when      | index 3             |
|---------------|-----------|------|---------------------|--------------------|---------------------|
| notifications | NOTE#<id> | NOTE | USER#<user id>,     | DUE#<shard 0..15>, | DIGEST#<digest id>, |
|               |           |      | <place>#<time>#<id> | <time>#<id>        | <id>                |

`<place>` is INBOX, ARCHIVED or HIDDEN (scheduled, cancelled, or not for the inbox). Index 2 has what is
scheduled, at its time, and what is due, at the time from which on the sweep looks after it. Index 3 has what
waits for a digest.

Every change of a schedule is one conditional write of the row: a timer, however late, finds another version
or another state and does nothing.
"""

import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from omnilife.core.attributes import Item
from omnilife.core.clock import epoch_seconds, parse_rfc3339, rfc3339
from omnilife.core.conditions import Path, attribute, exists, missing
from omnilife.core.config import Settings
from omnilife.core.idempotency import Idempotency, transact_once
from omnilife.core.table import ConditionFailed, Page, Put, Table, Update
from omnilife.notifications.models import Notification
from omnilife.notifications.problems import TooLate

SHARDS = 16
KEPT = timedelta(days=90)
"""After its last step; then the TTL takes it."""

CLOCKS_DIFFER = timedelta(milliseconds=500)
"""How early a timer may be by the clock of the one who claims: it fires once, and must not miss."""

FIRST_PAUSE = timedelta(seconds=30)
MAX_SWEEPS = 8
"""How often the sweep has a notification routed that stays due; then it is in the dead letters for good."""

PAGE = 200
_TEXTS = ("data", "content", "decided")
"""Members that are kept as JSON text: a client's numbers come back as it sent them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotesSettings(Settings):
    notifications_table: str


@dataclass(frozen=True, slots=True)
class NoteStore:
    """Notifications by id, by user and by time."""

    table: Table

    @classmethod
    def from_environment(cls) -> Self:
        return cls(Table(NotesSettings.from_environment().notifications_table))

    # -- making ------------------------------------------------------------------------------------------

    def add(
        self, note: Notification, *, idem: Idempotency | None, reference: Mapping[str, Any], now: datetime
    ) -> Mapping[str, Any] | None:
        """Keep a new notification; returns what an earlier request with this key left, if there was one.

        Cost: 1 write unit each KB and index; with an idempotency key, a transaction of two items.
        """
        if idem is None:
            self.add_once(note)
            return None
        return transact_once(
            self.table, [Put(to_item(note), name="note")], idem=idem, reference=reference, now=now
        )

    def add_once(self, note: Notification) -> bool:
        """Keep a notification under an id that says what it is; False if it is there already. Cost: 1 WCU."""
        try:
            self.table.put(to_item(note), condition=missing("pk"))
        except ConditionFailed:
            return False
        return True

    # -- reading -----------------------------------------------------------------------------------------

    def get(self, notification_id: str) -> Notification | None:
        """The notification as it is now."""
        item = self.table.get(*_keys(notification_id), consistent=True)
        return None if item is None else from_item(item)

    def inbox(
        self, user_id: str, *, place: str, limit: int, after: Mapping[str, str] | None
    ) -> tuple[list[Notification], dict[str, str] | None]:
        """A page of a user's notifications in `INBOX` or `ARCHIVED`, the latest first."""
        page = self.table.query(
            f"USER#{user_id}",
            index="index1",
            begins_with=f"{place}#",
            limit=limit,
            after=after,
            forward=False,
        )
        return [from_item(item) for item in page.items], page.last_key

    def due(
        self, until: datetime, *, shards: Sequence[int] = range(SHARDS)
    ) -> Iterator[tuple[Notification, datetime]]:
        """What is scheduled or due until then, as the index has it, with the time that it has there.

        Shard by shard, the oldest first. Cost: half a read unit each 4 KB, and 16 queries.
        """
        for shard in shards:
            after = None
            while True:
                page: Page = self.table.query(
                    f"DUE#{shard}",
                    index="index2",
                    between=("0", f"{rfc3339(until)}#~"),
                    limit=PAGE,
                    after=after,
                )
                for item in page.items:
                    yield from_item(item), parse_rfc3339(item["i2sk"].partition("#")[0])
                after = page.last_key
                if after is None:
                    break

    def collected(self, digest_id: str) -> Iterator[Notification]:
        """What a digest has collected."""
        after = None
        while True:
            page = self.table.query(f"DIGEST#{digest_id}", index="index3", limit=PAGE, after=after)
            yield from map(from_item, page.items)
            after = page.last_key
            if after is None:
                break

    # -- its schedule ------------------------------------------------------------------------------------

    def cancel(self, notification_id: str, *, now: datetime) -> Notification:
        """One write after which it is certain that it is not sent.

        Raises:
            TooLate: it is not scheduled.
            KeyError: there is none of this id.
        """
        return self._reschedule(
            notification_id,
            set={"state": "cancelled", "expires_at": epoch_seconds(now + KEPT)},
            remove=("i2pk", "i2sk"),
        )

    def move(self, notification_id: str, due_at: datetime) -> Notification:
        """One write after which only a timer of the new version sends it.

        Raises:
            TooLate, KeyError: as `cancel`.
        """
        at = rfc3339(due_at)
        return self._reschedule(
            notification_id,
            set={
                "due_at": at,
                "i2sk": f"{at}#{notification_id}",
                "expires_at": epoch_seconds(due_at + KEPT),
            },
        )

    def claim(self, notification_id: str, version: int, *, now: datetime) -> Notification | None:
        """Take what is scheduled, to decide about it now; None if this version is not, or is not due yet."""
        try:
            item = self.table.update(
                _key(notification_id),
                set={"state": "due", "i2sk": f"{rfc3339(now)}#{notification_id}"},
                condition=(
                    (attribute("state") == "scheduled")
                    & (attribute("version") == version)
                    & (attribute("due_at") <= rfc3339(now + CLOCKS_DIFFER))
                ),
            )
        except ConditionFailed:
            return None
        return from_item(item)

    def routed(self, before: Notification, note: Notification) -> bool:
        """Write what was decided about a due notification; False if another worker has done so.

        `note` has the state that it goes to; when that is `scheduled` again, also its next version.
        """
        item = to_item(note)
        keys = {"i1pk", "i1sk", "i2pk", "i2sk", "i3pk", "i3sk"}
        changed = keys | {"state", "version", "due_at", "step", "decided", "arrived_at", "digest_id"}
        changed |= {"expires_at"}
        if before.arrived_at == note.arrived_at:
            keys -= {"i1pk", "i1sk"}  # its reader may have archived it meanwhile
            changed -= {"i1pk", "i1sk"}
        try:
            self.table.update(
                _key(note.notification_id),
                set={name: item[name] for name in changed & item.keys()},
                remove=sorted(keys - item.keys()),
                condition=attribute("state") == "due",
            )
        except ConditionFailed:
            return False
        return True

    def postpone_sweep(self, note: Notification, now: datetime) -> int:
        """Let the sweep look at a due notification later, each time after twice as long; says how often.

        After `MAX_SWEEPS` times it does not look any more.
        """
        try:
            item = self.table.update(
                _key(note.notification_id), add={"sweeps": 1}, condition=attribute("state") == "due"
            )
        except ConditionFailed:
            return MAX_SWEEPS + 1  # it went on meanwhile
        sweeps: int = item["sweeps"]
        at = rfc3339(now + FIRST_PAUSE * 2**sweeps)
        later: dict[str | Path, Any] = {"i2sk": f"{at}#{note.notification_id}"}
        gone = sweeps > MAX_SWEEPS
        try:
            self.table.update(
                _key(note.notification_id),
                set={} if gone else later,
                remove=("i2pk", "i2sk") if gone else (),
                condition=attribute("state") == "due",
            )
        except ConditionFailed:
            return MAX_SWEEPS + 1
        return sweeps

    def composed(self, digest: Notification) -> None:
        """Keep what a digest tells of."""
        data = to_item(digest).get("data")
        if data is not None:
            self.table.update(
                _key(digest.notification_id), set={"data": data}, condition=attribute("state") == "due"
            )

    def _reschedule(
        self, notification_id: str, *, set: Mapping[str | Path, Any], remove: Sequence[str] = ()
    ) -> Notification:
        try:
            item = self.table.update(
                _key(notification_id),
                set=set,
                add={"version": 1},
                remove=remove,
                condition=attribute("state") == "scheduled",
            )
        except ConditionFailed as failed:
            if failed.item is None:
                raise KeyError(notification_id) from None
            raise TooLate(failed.item["state"]) from None
        return from_item(item)

    # -- what its reader does ----------------------------------------------------------------------------

    def seen(self, before: Notification, after: Notification) -> Update:
        """The part that writes what a reader did: read, unread, archived, if nobody else did meanwhile."""
        old, new = to_item(before), to_item(after)
        names = ("read_at", "unread_at", "archived_at", "i1sk")
        unchanged = exists("pk")
        for name in names[:3]:
            here = missing(name) if name not in old else attribute(name) == old[name]
            unchanged &= here
        return Update(
            _key(before.notification_id),
            set={name: new[name] for name in names if name in new},
            remove=[name for name in names if name not in new],
            condition=unchanged,
            name="note",
        )

    def opened(self, notification_id: str, *, at: datetime) -> None:
        """Somebody looked at it: its escalation ends."""
        try:
            self.table.update(
                _key(notification_id),
                set={"opened_at": rfc3339(at)},
                condition=exists("pk") & missing("opened_at"),
            )
        except ConditionFailed:
            return


def to_item(note: Notification) -> dict[str, Any]:
    """The row of a notification, with the keys that its state gives it."""
    members = note.model_dump(mode="json", exclude_none=True)
    members.pop("expires_at", None)
    for name in _TEXTS:
        if members.get(name):
            members[name] = json.dumps(members[name], separators=(",", ":"))
        else:
            members.pop(name, None)
    for name in ("user_ids", "channels"):
        if not members[name]:
            del members[name]
    pk, sk = _keys(note.notification_id)
    if note.expires_at is not None:
        members["not_after"] = rfc3339(note.expires_at)
    return {
        "pk": pk,
        "sk": sk,
        "entity": "notifications",
        **members,
        **_index_keys(note),
        "expires_at": epoch_seconds(note.due_at + KEPT),
    }


def from_item(item: Item) -> Notification:
    """The notification of a row."""
    members: dict[str, Any] = {name: value for name, value in item.items() if name != "expires_at"}
    for name in _TEXTS:
        if name in members:
            members[name] = json.loads(members[name])
    members["expires_at"] = members.pop("not_after", None)
    return Notification.model_validate(members)


def shard_of(notification_id: str) -> int:
    """The partition of index 2 that a notification stands in while it waits."""
    return zlib.crc32(notification_id.encode()) % SHARDS


def _index_keys(note: Notification) -> dict[str, str]:
    keys = {}
    if note.user_id is not None:
        arrived = rfc3339(note.arrived_at or note.due_at)
        keys = {
            "i1pk": f"USER#{note.user_id}",
            "i1sk": f"{_place(note)}#{arrived}#{note.notification_id}",
        }
    if note.state in ("scheduled", "due"):
        keys |= {
            "i2pk": f"DUE#{shard_of(note.notification_id)}",
            "i2sk": f"{rfc3339(note.due_at)}#{note.notification_id}",
        }
    if note.state == "collected" and note.digest_id:
        keys |= {"i3pk": f"DIGEST#{note.digest_id}", "i3sk": note.notification_id}
    return keys


def _place(note: Notification) -> str:
    if note.arrived_at is None:
        return "HIDDEN"
    return "INBOX" if note.archived_at is None else "ARCHIVED"


def _keys(notification_id: str) -> tuple[str, str]:
    return f"NOTE#{notification_id}", "NOTE"


def _key(notification_id: str) -> dict[str, str]:
    pk, sk = _keys(notification_id)
    return {"pk": pk, "sk": sk}
