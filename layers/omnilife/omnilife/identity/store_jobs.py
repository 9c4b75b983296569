"""Exports and erasures in identity's table.

| entity   | pk               | sk              | index 1                             | members         |
|----------|------------------|-----------------|-------------------------------------|-----------------|
| exports  | USER#<user id>   | EXPORT#<job id> |                                     | as `StoredJob`  |
| erasures | ERASURE#<job id> | ERASURE         | ERASURES, <requested at>#<job id>   | as `StoredJob`  |

An export goes with its user. An erasure stays for three years: as the receipt, and so that a backup that is
restored can be relieved of the same people again. Of the person it has the id alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from omnilife.core.clock import epoch_seconds, rfc3339
from omnilife.core.conditions import Path, attribute, exists, missing
from omnilife.core.table import ConditionFailed, Put, Table, Update
from omnilife.core.transactions import Key
from omnilife.identity.personal_data_jobs import AVAILABLE, RECEIPT_KEPT, StoredJob
from omnilife.identity.store_accounts import AccountSettings, AccountStore

JOB = "job"


@dataclass(frozen=True, slots=True)
class JobStore:
    """The rows of exports and erasures."""

    table: Table

    @classmethod
    def from_environment(cls) -> Self:
        return cls(Table(AccountSettings.from_environment().identity_table))

    @property
    def accounts(self) -> AccountStore:
        """The accounts beside them."""
        return AccountStore(self.table)

    def find_export(self, user_id: str, job_id: str) -> StoredJob | None:
        """An export of that user. Cost: one consistent read."""
        return self._find(export_key(user_id, job_id))

    def find_erasure(self, job_id: str) -> StoredJob | None:
        """An erasure. Cost: one consistent read."""
        return self._find(erasure_key(job_id))

    def newest_export(self, user_id: str) -> StoredJob | None:
        """The export that a user asked for last. Cost: one consistent query."""
        page = self.table.query(
            f"USER#{user_id}", begins_with="EXPORT#", limit=1, forward=False, consistent=True
        )
        return StoredJob.model_validate(page.items[0]) if page.items else None

    def new_export(self, user_id: str, job_id: str, now: datetime) -> Put:
        """The part that makes a job; it is kept for as long as it can be downloaded."""
        row = {
            **export_key(user_id, job_id),
            "entity": "export",
            "expires_at": epoch_seconds(now + 2 * AVAILABLE),
        }
        return Put({**row, **_queued(user_id, job_id, now)}, condition=missing("pk"), name=JOB)

    def new_erasure(self, user_id: str, job_id: str, now: datetime) -> Put:
        """The part that makes a job, which is the receipt when it has come to its end."""
        row = {
            **erasure_key(job_id),
            "entity": "erasure",
            "i1pk": "ERASURES",
            "i1sk": f"{rfc3339(now)}#{job_id}",
            "expires_at": epoch_seconds(now + RECEIPT_KEPT),
        }
        return Put({**row, **_queued(user_id, job_id, now)}, condition=missing("pk"), name=JOB)

    def begin(self, key: Key, total: int, now: datetime) -> StoredJob | None:
        """Note that a job runs, unless it has ended; None if there is none. Cost: 1 WCU."""
        try:
            item = self.table.update(
                key,
                set={"state": "running", "total": total, "started_at": rfc3339(now)},
                remove=["problem"],
                condition=exists("pk") & (attribute("state") != "succeeded"),
                name=JOB,
            )
        except ConditionFailed as failed:
            return StoredJob.model_validate(failed.item) if failed.item else None
        return StoredJob.model_validate(item)

    def note(self, key: Key, domain: str, *, records: int, through: bool, parts: int | None = None) -> None:
        """Count what a step did in a domain. A step whose note was lost is not counted: it is for people.

        Raises:
            ConditionFailed: the job is gone.
        """
        found = self.table.get(key["pk"], key["sk"], consistent=True) or {}
        before = found.get("records", {}).get(domain, 0)
        changes: dict[str | Path, Any] = {("records", domain): before + records}
        if through:
            changes["through", domain] = True
        if parts is not None:
            changes["parts", domain] = parts
        self.table.update(key, set=changes, condition=exists("pk"), name=JOB)

    def end(self, key: Key, state: str, now: datetime, **more: Any) -> Update:
        """The part by which a job has ended; it fails where it had already."""
        changes: dict[str | Path, Any] = {"state": state, "finished_at": rfc3339(now)}
        changes.update(more.items())
        return Update(
            key, set=changes, condition=exists("pk") & (attribute("state") != "succeeded"), name=JOB
        )

    def _find(self, key: Key) -> StoredJob | None:
        item = self.table.get(key["pk"], key["sk"], consistent=True)
        return None if item is None else StoredJob.model_validate(item)


def export_key(user_id: str, job_id: str) -> Key:
    return {"pk": f"USER#{user_id}", "sk": f"EXPORT#{job_id}"}


def erasure_key(job_id: str) -> Key:
    return {"pk": f"ERASURE#{job_id}", "sk": "ERASURE"}


def _queued(user_id: str, job_id: str, now: datetime) -> Mapping[str, Any]:
    return {
        "job_id": job_id,
        "user_id": user_id,
        "state": "queued",
        "requested_at": rfc3339(now),
        "records": {},
        "through": {},
        "parts": {},
    }
