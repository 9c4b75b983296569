"""Asking for a reindex, how it is doing, and calling it off."""

from datetime import datetime

from omnilife.core.auth import Caller
from omnilife.core.clock import Clock, system_clock
from omnilife.core.errors import NotFound
from omnilife.core.idempotency import Idempotency
from omnilife.core.ids import IdMaker, new_id
from omnilife.core.jobs import JobProblem, Progress
from omnilife.search.events import ReindexRequested
from omnilife.search.problems import ReindexEnded
from omnilife.search.reindex_models import (
    NewReindex,
    ReindexJob,
    ReindexResult,
    StoredReindex,
)
from omnilife.search.store_reindex import OPEN, ReindexStore

BROKEN = JobProblem(
    type="/problems/reindex-failed",
    title="The reindex broke off",
    detail="Searches go on with the index that they used before. Start another job when the cause is mended.",
)


def request_reindex(
    jobs: ReindexStore,
    new: NewReindex,
    *,
    caller: Caller,
    idempotency: Idempotency | None = None,
    clock: Clock = system_clock,
    make_id: IdMaker = new_id,
) -> ReindexJob:
    """Have the index built anew in the background, or go back to the one before.

    Raises:
        ReindexRunning: another job is at it.
        NothingToRollBackTo: a rollback, and no older index is kept.
        IdempotencyConflict: the key was used with another body.
    """
    now = clock.now()
    job = StoredReindex(
        job_id=make_id(), rollback=new.rollback, actor=caller.actor, state="queued", created_at=now
    )
    event = ReindexRequested.of(
        job.job_id, rollback=job.rollback, event_id=make_id(), actor=job.actor, at=now
    )
    job_id = jobs.create(job, event, idempotency=idempotency, now=now)
    return _told(jobs, job, now) if job_id == job.job_id else find_reindex(jobs, job_id, clock=clock)


def find_reindex(jobs: ReindexStore, job_id: str, *, clock: Clock = system_clock) -> ReindexJob:
    """A job's state, with its progress and an estimate of what is left.

    A job that has lost its lock without an end, or has not been heard of while its lease ran out, has failed.

    Raises:
        NotFound: there is none, or it is over 90 days old.
    """
    now = clock.now()
    state = jobs.state()  # before the job: one that ends gives back its lock last
    job = jobs.find(job_id, now=now)
    if job is None:
        raise NotFound("There is no such job.")
    alive = state.job_id == job_id and state.lease_until > now.timestamp()
    if job.state in OPEN and not alive:
        job = job.model_copy(update={"state": "failed", "problem": BROKEN})
    return _told(jobs, job, now)


def cancel_reindex(jobs: ReindexStore, job_id: str, *, clock: Clock = system_clock) -> ReindexJob:
    """Call a job off. It stays as it is from now on; what was half built is removed in the background.

    A second job can start when that is done, seconds later. Cancelling again changes nothing.

    Raises:
        NotFound: there is none.
        ReindexEnded: it has ended otherwise, or its index is taking over.
    """
    if (
        not jobs.cancel(job_id, now=clock.now())
        and find_reindex(jobs, job_id, clock=clock).state != "cancelled"
    ):
        raise ReindexEnded
    return find_reindex(jobs, job_id, clock=clock)


def _told(jobs: ReindexStore, job: StoredReindex, now: datetime) -> ReindexJob:
    done = jobs.done(job.job_id) if job.started_at else 0
    total = max(job.total, done)  # products may come to the shop while it is walked
    ended = job.finished_at or now
    running = job.state == "running" and job.started_at is not None and done > 0
    elapsed_s = (ended - job.started_at).total_seconds() if job.started_at else 0.0
    return ReindexJob(
        job_id=job.job_id,
        rollback=job.rollback,
        state=job.state,
        progress=Progress(done=done, total=total),
        seconds_left=round(elapsed_s * (total - done) / done) if running else None,
        created_at=job.created_at,
        started_at=job.started_at,
        finished_at=job.finished_at,
        result=ReindexResult(index=job.generation, kept=job.replaced) if job.state == "succeeded" else None,
        problem=job.problem,
    )
