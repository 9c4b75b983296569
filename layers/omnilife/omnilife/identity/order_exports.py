"""Asking for all that is held about oneself, and fetching it."""

from omnilife.core.auth import Caller
from omnilife.core.clock import Clock, system_clock
from omnilife.core.errors import NotFound, TooManyRequests
from omnilife.core.ids import IdMaker, new_id
from omnilife.core.limits import DynamoLimiter, Limit
from omnilife.identity.export_files import ExportFiles
from omnilife.identity.person_events import ExportRequested
from omnilife.identity.personal_data_jobs import AVAILABLE, URL_LIFE, ExportJob, ExportResult, StoredJob
from omnilife.identity.prove_password import account_of
from omnilife.identity.store_jobs import JobStore

EXPORTS = Limit("export", 5, 86_400)
"""A day and user: each goes through all that is held."""


def request_export(
    store: JobStore, *, caller: Caller, clock: Clock = system_clock, make_id: IdMaker = new_id
) -> ExportJob:
    """Have all that is held about the caller collected; the job that is under way already, if one is.

    Raises:
        TooManyRequests: five were asked for within a day.
        NotFound: the account is gone.
    """
    account = account_of(store.accounts, caller)
    now = clock.now()
    last = store.newest_export(account.user_id)
    if last is not None and last.unfinished(now):
        return ExportJob(**last.told)
    decision = DynamoLimiter(store.table, clock=clock).check(account.user_id, EXPORTS)
    if not decision.allowed:
        raise TooManyRequests("Too many exports were asked for.", retry_after=decision.retry_after_s)
    job_id = make_id()
    part = store.new_export(account.user_id, job_id, now)
    asked = ExportRequested.about(
        account, event_id=make_id(), actor=caller.actor, at=now, changes=False, job_id=job_id
    )
    store.accounts.save([part], [asked])
    return ExportJob(**StoredJob.model_validate(part.item).told)


def find_export(
    store: JobStore, files: ExportFiles, job_id: str, *, caller: Caller, clock: Clock = system_clock
) -> ExportJob:
    """How an export of the caller's stands, with an address for the next five minutes when it is there.

    Raises:
        NotFound: there is none of that id, it is another's, or its time is over.
    """
    job = store.find_export(caller.subject, job_id)
    now = clock.now()
    if job is None or now >= job.requested_at + 2 * AVAILABLE:
        raise NotFound("There is no such export.")
    result = None
    if job.state == "succeeded" and job.finished_at and now < job.finished_at + AVAILABLE:
        result = ExportResult(
            url=files.url(job.user_id, job.job_id, URL_LIFE),
            url_expires_at=now + URL_LIFE,
            bytes=job.size,
            available_until=job.finished_at + AVAILABLE,
        )
    return ExportJob(**job.told, result=result)
