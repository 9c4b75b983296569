"""The steps of the state machine `export_user`. Each may run again with the same outcome."""

import time
from collections.abc import Callable, Mapping
from typing import Any

from omnilife.core.clock import Clock, rfc3339, system_clock
from omnilife.core.ids import IdMaker, new_id
from omnilife.core.logging import logger
from omnilife.core.personal_data import Person, PersonalData, Record
from omnilife.core.table import ConditionFailed
from omnilife.identity.export_files import ExportFiles
from omnilife.identity.mail_orders import request_mail
from omnilife.identity.personal_data_jobs import AVAILABLE, BROKE_OFF, StoredJob
from omnilife.identity.store_jobs import JobStore, export_key

PART_RECORDS = 5_000
"""Of the size of a few megabytes, held in memory until they are written."""


class NoSuchJob(LookupError):  # noqa: N818 (says what is the case)
    """A step was started for a job that is not there: it, or its user, was erased."""


def begin_export(
    store: JobStore, *, user_id: str, job_id: str, domains: list[str], clock: Clock = system_clock
) -> list[dict[str, Any]]:
    """Note that the job runs; returns what is to be collected, one item a domain, for the machine's map.

    Raises:
        NoSuchJob: see there.
    """
    if store.begin(export_key(user_id, job_id), len(domains), clock.now()) is None:
        raise NoSuchJob(job_id)
    start = {"after": None, "part": 0, "finished": False}
    return [{"user_id": user_id, "job_id": job_id, "domain": domain, "place": start} for domain in domains]


def export_user_data(
    store: JobStore,
    files: ExportFiles,
    holder: PersonalData,
    *,
    user_id: str,
    job_id: str,
    domain: str,
    place: Mapping[str, Any],
    work_s: float,
    monotonic: Callable[[], float] = time.monotonic,
) -> dict[str, Any]:
    """Collect records of one domain into one part, for as long as `work_s`; returns where to go on."""
    stop = monotonic() + work_s
    records: list[Record] = []
    person, after = person_of(store, user_id), place["after"]
    while True:
        portion = holder.export(person, after)
        records += portion.records
        after = portion.after
        if after is None or len(records) >= PART_RECORDS or monotonic() >= stop:
            break
    files.write_part(user_id, job_id, domain, place["part"], records)
    parts = place["part"] + 1
    store.note(export_key(user_id, job_id), domain, records=len(records), through=after is None, parts=parts)
    return {"after": after, "part": parts, "finished": after is None}


def finish_export(
    store: JobStore,
    files: ExportFiles,
    *,
    user_id: str,
    job_id: str,
    left_out: Mapping[str, str],
    clock: Clock = system_clock,
    make_id: IdMaker = new_id,
) -> None:
    """Make one document of the parts, and tell the user by mail where it can be fetched.

    Args:
        left_out: domain → why nothing of it is in here.

    Raises:
        NoSuchJob: the user was erased meanwhile; the document is gone too.
    """
    key = export_key(user_id, job_id)
    job, account = store.find_export(user_id, job_id), store.accounts.find(user_id)
    if job is None or account is None or account.status != "active":
        raise NoSuchJob(job_id)
    if job.state == "succeeded":
        return
    now = clock.now()
    size = files.assemble(user_id, job_id, job.parts, _head(job, left_out, rfc3339(now)))
    files.remove_parts(user_id, job_id, job.parts)
    mail = request_mail("export_ready", account, mail_id=make_id(), now=now, until=rfc3339(now + AVAILABLE))
    try:
        store.accounts.save(
            [store.end(key, "succeeded", now, size=size), store.accounts.still_active(account)], [mail]
        )
    except ConditionFailed as failure:
        if failure.part == "job" and failure.item and failure.item["state"] == "succeeded":
            return
        files.remove(user_id, [job_id])
        raise NoSuchJob(job_id) from failure
    logger.info("an export is ready", extra={"job_id": job_id, "bytes": size})


def fail_export(store: JobStore, *, user_id: str, job_id: str, clock: Clock = system_clock) -> None:
    """Note that a job broke off. One that ended well, or is gone, stays as it is."""
    ended = store.end(export_key(user_id, job_id), "failed", clock.now(), problem=BROKE_OFF.model_dump())
    try:
        store.table.transact([ended])
    except ConditionFailed:
        return


def person_of(store: JobStore, user_id: str) -> Person:
    """Whom the domains are asked about; without addresses once the account is gone."""
    account = store.accounts.find(user_id)
    if account is None:
        return Person(user_id)
    return Person(user_id, tuple(filter(None, [account.email, account.previous_email])))


def _head(job: StoredJob, left_out: Mapping[str, str], now: str) -> dict[str, Any]:
    return {"user_id": job.user_id, "job_id": job.job_id, "made_at": now, "left_out": dict(left_out)}
