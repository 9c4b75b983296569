"""`ReindexStore`: reindex jobs, and what is known of the index's generations, in the `search` table.

| entity   | pk             | sk           |
|---|---|---|
| reindex  | JOB#<job id>   | JOB          |
| segments | JOB#<job id>   | SEGMENT#<nn> |
| outbox   | JOB#<job id>   | EVENT#<event id>: see core.outbox |
| index    | INDEX#products | INDEX        |

Jobs and their segments are kept for 90 days. The one row of the index is the lock: it names the job that may
change the index, and until when it may be thought alive.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from omnilife.core import outbox
from omnilife.core.attributes import Item
from omnilife.core.clock import epoch_seconds, rfc3339
from omnilife.core.conditions import Condition, Path, attribute, exists, missing
from omnilife.core.config import Settings
from omnilife.core.idempotency import Idempotency, transact_once
from omnilife.core.jobs import JobProblem
from omnilife.core.table import ConditionFailed, Put, Table, Update
from omnilife.core.transactions import Key
from omnilife.search.events import ReindexRequested
from omnilife.search.problems import NothingToRollBackTo, ReindexRunning
from omnilife.search.product_index import Followed
from omnilife.search.reindex_models import IndexState, Segment, StoredReindex

KEPT = timedelta(days=90)
LEASE = timedelta(minutes=15)
"""Longer than any step takes with all its retries: who has not renewed for that long is dead."""

INDEX_KEY: Key = {"pk": "INDEX#products", "sk": "INDEX"}
OPEN = ("queued", "running")


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchTableSettings(Settings):
    search_table: str


def job_key(job_id: str) -> Key:
    return {"pk": f"JOB#{job_id}", "sk": "JOB"}


def segment_key(job_id: str, segment: int) -> Key:
    return {"pk": f"JOB#{job_id}", "sk": f"SEGMENT#{segment:02}"}


class ReindexStore:
    """Keys are in this module's docstring."""

    def __init__(self, table: Table) -> None:
        self.table = table

    @classmethod
    def from_environment(cls) -> Self:
        return cls(Table(SearchTableSettings.from_environment().search_table))

    # -- what everybody reads ----------------------------------------------------------------------------

    def state(self) -> IndexState:
        """What is known of the index, strongly consistent. 1 RCU."""
        item = self.table.get(**INDEX_KEY, consistent=True)
        return IndexState.model_validate(item or {}, extra="ignore")

    def followed(self) -> Followed:
        """Which generations are to know of a write whose truth is read after this. 1 RCU."""
        state = self.state()
        return Followed(building=state.building, kept=state.kept)

    def find(self, job_id: str, *, now: datetime) -> StoredReindex | None:
        """A job, strongly consistent; None when there is none or its time is over."""
        item = self.table.get(**job_key(job_id), consistent=True)
        if item is None or item["expires_at"] <= epoch_seconds(now):
            return None
        return StoredReindex.model_validate(item, extra="ignore")

    # -- requests ----------------------------------------------------------------------------------------

    def create(
        self,
        job: StoredReindex,
        event: ReindexRequested,
        *,
        idempotency: Idempotency | None,
        now: datetime,
    ) -> str:
        """Write a new job, its event and its lock together; returns its id, or that of the key's first use.

        Raises:
            ReindexRunning: another job holds the lock, and its lease has not run out.
            NothingToRollBackTo: a rollback, and no older generation is kept.
            IdempotencyConflict: the key was used with another body.
        """
        held_by_nobody = missing("job_id") | (attribute("lease_until") <= epoch_seconds(now))
        lock = Update(
            INDEX_KEY,
            set={"entity": "index", "job_id": job.job_id, "lease_until": epoch_seconds(now + LEASE)},
            condition=held_by_nobody & exists("kept") if job.rollback else held_by_nobody,
            name="lock",
        )
        try:
            first = transact_once(
                self.table,
                [
                    lock,
                    Put(_item(job), condition=missing("pk"), name="job"),
                    outbox.announce(event, pk=job_key(job.job_id)["pk"]),
                ],
                idem=idempotency,
                reference={"job_id": job.job_id},
                now=now,
            )
        except ConditionFailed as failed:
            if failed.part != "lock":
                raise
            state = IndexState.model_validate(failed.item or {}, extra="ignore")
            if state.job_id and state.lease_until > epoch_seconds(now):
                raise ReindexRunning(state.job_id) from failed
            raise NothingToRollBackTo from failed
        return job.job_id if first is None else str(first["job_id"])

    def cancel(self, job_id: str, *, now: datetime) -> bool:
        """End a job as cancelled, if it can be. Its lock stays until the state machine has tidied up."""
        return self._update_job(
            job_id,
            set={"state": "cancelled", "finished_at": rfc3339(now)},
            condition=attribute("state").is_in(OPEN) & missing("taking_over"),
        )

    # -- the state machine's steps -----------------------------------------------------------------------

    def begin(self, job_id: str, *, execution: str, generation: str, now: datetime) -> StoredReindex | None:
        """Take on a queued job for one run; returns the job as it is then: maybe another run's, or cancelled.

        The same run may come again: the generation that it chose at first is kept.
        """
        started: dict[str | Path, Any] = {
            "state": "running",
            "execution": execution,
            "generation": generation,
            "started_at": rfc3339(now),
        }
        self._update_job(job_id, set=started, condition=attribute("state") == "queued")
        return self.find(job_id, now=now)

    def renew(self, job_id: str, *, now: datetime) -> bool:
        """Show that the job is alive. False when the lock is another's: this job was thought dead."""
        return self._update_index(job_id, set={"lease_until": epoch_seconds(now + LEASE)})

    def follow(self, job_id: str, generation: str) -> bool:
        """From now on, who writes to the index writes to this generation too. False as `renew`."""
        return self._update_index(job_id, set={"building": generation})

    def unfollow(self, job_id: str) -> bool:
        """Nobody writes to the generation under construction any more. False as `renew`."""
        return self._update_index(job_id, remove=["building"])

    def keep(self, job_id: str, generation: str) -> bool:
        """Name the older generation that is kept, or none by an empty name. False as `renew`."""
        if generation:
            return self._update_index(job_id, set={"kept": generation})
        return self._update_index(job_id, remove=["kept"])

    def plan(self, job: StoredReindex, segments: int, *, total: int) -> None:
        """Begin the walk over all segments, also for a second time. One transaction: up to 99 segments."""
        beginnings = [
            Put(
                {
                    **segment_key(job.job_id, number),
                    "entity": "segments",
                    "expires_at": epoch_seconds(job.created_at + KEPT),
                    **Segment().model_dump(exclude_none=True),
                }
            )
            for number in range(segments)
        ]
        self.table.transact([*beginnings, Update(job_key(job.job_id), set={"total": total})])

    def segment(self, job_id: str, number: int) -> Segment:
        """How far a segment has been walked, strongly consistent."""
        item = self.table.get(**segment_key(job_id, number), consistent=True)
        return Segment.model_validate(item or {}, extra="ignore")

    def advance(self, job_id: str, number: int, before: Segment, after: Segment) -> Segment:
        """Keep how far a segment has come, unless another worker moved it; returns where it is."""
        reached: dict[str | Path, Any] = dict(after.model_dump(exclude_none=True).items())
        here = missing("after") if before.after is None else attribute("after") == before.after
        try:
            item = self.table.update(
                segment_key(job_id, number),
                set=reached,
                condition=here & (attribute("done") == before.done),
            )
        except ConditionFailed:
            return self.segment(job_id, number)
        return Segment.model_validate(item, extra="ignore")

    def done(self, job_id: str) -> int:
        """How many products have been walked. One query."""
        page = self.table.query(job_key(job_id)["pk"], begins_with="SEGMENT#", limit=100)
        return sum(item["done"] for item in page.items)

    def count_look(self, job_id: str) -> int:
        """Count a comparison; returns how many there have been."""
        return int(self.table.update(job_key(job_id), add={"looks": 1})["looks"])

    def take_over(self, job: StoredReindex, *, replaced: str, kept_before: str) -> bool:
        """The point of no return: the job can be cancelled no more, and what serves now is followed and kept.

        False when it was cancelled, or the lock is another's.
        """
        taking: dict[str | Path, Any] = {
            "taking_over": True,
            "replaced": replaced,
            "kept_before": kept_before,
        }
        try:
            self.table.transact(
                [
                    Update(
                        job_key(job.job_id),
                        set=taking,
                        condition=(attribute("state") == "running") & missing("taking_over"),
                    ),
                    Update(INDEX_KEY, set={"kept": replaced}, condition=attribute("job_id") == job.job_id),
                ]
            )
        except ConditionFailed:
            return False
        return True

    def end(self, job_id: str, *, problem: JobProblem | None, now: datetime) -> None:
        """End a job, as succeeded or with a problem, and give its lock back; an end stays as it is."""
        ended: dict[str | Path, Any] = {
            "state": "failed" if problem else "succeeded",
            "finished_at": rfc3339(now),
        }
        if problem:
            ended["problem"] = problem.model_dump()
        self._update_job(job_id, set=ended, condition=attribute("state").is_in(OPEN))
        self._update_index(job_id, remove=["job_id", "lease_until", "building"])

    def _update_job(self, job_id: str, *, set: Mapping[str | Path, Any], condition: Condition) -> bool:
        try:
            self.table.update(job_key(job_id), set=set, condition=condition)
        except ConditionFailed:
            return False
        return True

    def _update_index(
        self, job_id: str, *, set: Mapping[str | Path, Any] | None = None, remove: list[str] | None = None
    ) -> bool:
        try:
            self.table.update(
                INDEX_KEY,
                set=set or {},
                remove=remove or [],
                condition=attribute("job_id") == job_id,
            )
        except ConditionFailed:
            return False
        return True


def _item(job: StoredReindex) -> Item:
    return {
        **job_key(job.job_id),
        "entity": "reindex",
        "expires_at": epoch_seconds(job.created_at + KEPT),
        **job.model_dump(exclude_none=True, exclude={"taking_over"}),
    }
