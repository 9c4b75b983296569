"""The steps of the state machine `erase_user`. Each may run again, and does no harm."""

import time
from collections.abc import Callable
from typing import Any

from omnilife.core.clock import Clock, system_clock
from omnilife.core.ids import IdMaker, new_id
from omnilife.core.logging import logger
from omnilife.core.personal_data import PersonalData
from omnilife.core.table import ConditionFailed
from omnilife.identity.person_events import UserErased
from omnilife.identity.personal_data_jobs import BROKE_OFF, StoredJob
from omnilife.identity.run_exports import NoSuchJob, person_of
from omnilife.identity.store_jobs import JobStore, erasure_key

LAST_VERSION = 2**31 - 1
"""Of the user in `UserErased`: later than any change of an account that is not there to be asked any more."""


class NotToBeErased(RuntimeError):  # noqa: N818 (says what is the case)
    """The account is in use: nobody erases what its owner did not ask to have erased."""


def begin_erasure(
    store: JobStore, *, job_id: str, domains: list[str], clock: Clock = system_clock
) -> list[dict[str, Any]]:
    """Note that the job runs; returns one item a domain, for the machine's map, identity's the last.

    Raises:
        NoSuchJob: there is none.
    """
    if store.begin(erasure_key(job_id), len(domains), clock.now()) is None:
        raise NoSuchJob(job_id)
    return [{"job_id": job_id, "domain": domain} for domain in domains]


def erase_user_data(
    store: JobStore,
    holder: PersonalData,
    *,
    job_id: str,
    domain: str,
    work_s: float,
    monotonic: Callable[[], float] = time.monotonic,
) -> bool:
    """Forget what one domain holds of the job's user, for as long as `work_s`; whether nothing is left.

    Raises:
        NoSuchJob: there is none.
        NotToBeErased: see there.
    """
    stop = monotonic() + work_s
    job = _job(store, job_id)
    account = store.accounts.find(job.user_id)
    if account is not None and account.status != "erasing":
        raise NotToBeErased(job_id)
    person, records, finished = person_of(store, job.user_id), 0, False
    while not finished and (not records or monotonic() < stop):
        erased = holder.erase(person)
        records, finished = records + erased.records, erased.finished
    store.note(erasure_key(job_id), domain, records=records, through=finished)
    return finished


def finish_erasure(
    store: JobStore, *, job_id: str, clock: Clock = system_clock, make_id: IdMaker = new_id
) -> None:
    """Complete the receipt, and tell everybody whom it may concern that the account is gone.

    Raises:
        NoSuchJob: there is none.
    """
    job, now = _job(store, job_id), clock.now()
    gone = UserErased.of(
        job.user_id,
        LAST_VERSION,
        event_id=make_id(),
        user_id=job.user_id,
        at=now,
        actor="system:erase_user",
        job_id=job_id,
        erased=job.records,
    )
    try:
        store.accounts.save([store.end(erasure_key(job_id), "succeeded", now)], [gone])
    except ConditionFailed:
        return  # it was told before
    logger.info("a user was erased", extra={"job_id": job_id, "erased": job.records})


def fail_erasure(store: JobStore, *, job_id: str, clock: Clock = system_clock) -> None:
    """Note that a job broke off; it can be started again. One that ended well stays as it is."""
    ended = store.end(erasure_key(job_id), "failed", clock.now(), problem=BROKE_OFF.model_dump())
    try:
        store.table.transact([ended])
    except ConditionFailed:
        return


def _job(store: JobStore, job_id: str) -> StoredJob:
    job = store.find_erasure(job_id)
    if job is None:
        raise NoSuchJob(job_id)
    return job
