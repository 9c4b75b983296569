"""Login attempts, in DynamoDB: windows that are read together and counted together, or not at all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from omnilife.core.attributes import Item
from omnilife.core.clock import rfc3339
from omnilife.core.conditions import Path, attribute, missing
from omnilife.security.windows import FORGET_LOCKOUTS_S, Attempt, Budget, Window

if TYPE_CHECKING:
    from datetime import datetime

    from omnilife.core.events import DomainEvent
    from omnilife.core.table import Table, Update


@dataclass(frozen=True, slots=True)
class Place:
    """Where a window is kept. `kept_s`: how long after its last change at least."""

    pk: str
    sk: str
    kept_s: int = 0

    @property
    def key(self) -> Mapping[str, str]:
        return {"pk": self.pk, "sk": self.sk}


@dataclass(frozen=True, slots=True)
class Kept:
    """A window as it was read. `version` only grows; 0 is one that was never written."""

    window: Window
    version: int = 0


def account_place(account: str) -> Place:
    return Place(f"LOGIN#{account}", "ACCOUNT")


def pair_place(account: str, network: str) -> Place:
    return Place(f"LOGIN#{account}", f"ADDRESS#{network}")


def device_place(account: str, nonce: str, kept_s: int) -> Place:
    return Place(f"LOGIN#{account}", f"DEVICE#{nonce}", kept_s)


def network_place(network: str) -> Place:
    return Place(f"NETWORK#{network}", "ADDRESS")


class AttemptStore:
    """The security table's login attempts."""

    def __init__(self, table: "Table") -> None:
        self.table = table

    def read(self, places: Sequence[Place]) -> list[Kept]:
        """The windows at these places, now. Cost: one BatchGetItem, 1 RCU each 4 KB of a window."""
        found = {
            (item["pk"], item["sk"]): item
            for item in self.table.batch_get([place.key for place in places], consistent=True)
        }
        return [_kept(found.get((place.pk, place.sk))) for place in places]

    def write(
        self,
        changes: Sequence[tuple[Place, Budget, Kept, Window]],
        *,
        now: int,
        announce: Sequence["DomainEvent"] = (),
    ) -> bool:
        """Write the new windows if all of them still are as they were read; False if one is not.

        Cost: one transaction, 2 WCU each 1 KB of a window; 2 for each event.
        """
        from omnilife.core import outbox  # noqa: PLC0415 (deferred: see core.lazy)
        from omnilife.core.table import ConditionFailed  # noqa: PLC0415

        if not changes:
            return True
        parts = [_update(*change, now=now) for change in changes]
        events = [outbox.announce(event, pk=changes[0][0].pk) for event in announce]
        try:
            self.table.transact([*parts, *events])
        except ConditionFailed:
            return False
        return True

    def remember_device(self, account: str, nonce: str, *, user_id: str, at: "datetime", kept_s: int) -> bool:
        """Keep a new device; returns whether the account had one before. Cost: 0.5 to 1 RCU, 1 to 2 WCU."""
        now = int(at.timestamp())
        had_one = self.has_device(account, now)
        self.table.put(
            {
                **device_place(account, nonce, kept_s).key,
                "entity": "login_attempts",
                "user_id": user_id,
                "first_seen": rfc3339(at),
                "i1pk": f"USER#{user_id}",
                "i1sk": rfc3339(at),
                "expires_at": now + kept_s,
            }
        )
        return had_one

    def has_device(self, account: str, now: int) -> bool:
        """Whether a device of the account is still known. Cost: 0.5 to 1 RCU."""
        page = self.table.query(f"LOGIN#{account}", begins_with="DEVICE#", limit=20, consistent=True)
        return any(item["expires_at"] > now for item in page.items)

    def announce(self, account: str, events: Sequence["DomainEvent"]) -> None:
        """Tell of an account what changed no window. Cost: 2 WCU an event."""
        from omnilife.core import outbox  # noqa: PLC0415 (deferred: see core.lazy)

        pk = account_place(account).pk
        self.table.transact([outbox.announce(event, pk=pk) for event in events])

    def places_of(self, account: str) -> list[Place]:
        """Where windows of this account are kept: its own, and those of its addresses."""
        found = [account_place(account)]
        page = self.table.query(f"LOGIN#{account}", begins_with="ADDRESS#", limit=100, consistent=True)
        found += [Place(item["pk"], item["sk"]) for item in page.items]
        return found

    def account_of(self, user_id: str) -> str | None:
        """The account of a user, by the device that signed in last; None if none did."""
        page = self.table.query(f"USER#{user_id}", index="index1", limit=1, forward=False)
        return page.items[0]["pk"].removeprefix("LOGIN#") if page.items else None


def _kept(item: Item | None) -> Kept:
    if item is None or "version" not in item:  # a device that never failed has no window yet
        return Kept(Window())
    window = Window(
        tuple(Attempt(at, attempt_id, origin) for at, attempt_id, origin in item["attempts"]),
        item["locked_until"],
        item["locked_at"],
        item["lockouts"],
    )
    return Kept(window, item["version"])


def _update(place: Place, budget: Budget, before: Kept, after: Window, *, now: int) -> "Update":
    from omnilife.core.table import Update  # noqa: PLC0415 (deferred: see core.lazy)

    matters_until = max(now + budget.window_s * 1000, after.locked_until) // 1000 + FORGET_LOCKOUTS_S
    values: dict[str | Path, Any] = {
        "entity": "login_attempts",
        "attempts": [[attempt.at, attempt.attempt_id, attempt.origin] for attempt in after.attempts],
        "locked_until": after.locked_until,
        "locked_at": after.locked_at,
        "lockouts": after.lockouts,
        "version": before.version + 1,
        "expires_at": max(matters_until, now // 1000 + place.kept_s),
    }
    unchanged = attribute("version") == before.version if before.version else missing("version")
    return Update(place.key, set=values, condition=unchanged, name=place.sk)
