"""How an import is doing, and what was wrong with its rows."""

from datetime import datetime

from omnilife.catalogue.access import owns
from omnilife.catalogue.import_models import ImportJob, ImportResult, RowError
from omnilife.catalogue.store.imports import ImportStore
from omnilife.catalogue.stored_import import StoredImport, upload_lapsed
from omnilife.core.auth import Caller
from omnilife.core.clock import Clock, system_clock
from omnilife.core.cursors import CursorCodec
from omnilife.core.errors import NotFound
from omnilife.core.jobs import JobProblem, Progress

CHUNKS_A_READ = 20
NO_FILE = JobProblem(
    type="/problems/no-file", title="No file", detail="No file was uploaded in time. Start another import."
)


def find_import(
    imports: ImportStore,
    import_id: str,
    *,
    caller: Caller,
    cursors: CursorCodec,
    limit: int = 20,
    cursor: str | None = None,
    clock: Clock = system_clock,
) -> ImportJob:
    """An import's state and progress, and a page of the errors of its rows so far.

    Raises:
        NotFound: there is none, it is over 90 days old, or another merchant's.
        BadCursor: not one of ours, or of another import.
    """
    now = clock.now()
    job = imports.find(import_id, now=now)
    if job is None or not owns(caller, job.owner):
        raise NotFound("There is no such import.")
    query = f"import:{import_id}"
    chunk, offset = cursors.read(cursor, bound_to=query) if cursor else (0, 0)
    errors, position = row_errors(imports, import_id, limit=limit, chunk=chunk, offset=offset)
    found = job_of(job, now)
    if found.result:
        next_cursor = cursors.issue(position, bound_to=query) if position else None
        found.result = found.result.model_copy(update={"errors": errors, "next_cursor": next_cursor})
    return found


def job_of(job: StoredImport, now: datetime) -> ImportJob:
    """An import as the API tells it, without the errors of its rows."""
    lapsed = upload_lapsed(job, now)
    result = ImportResult(
        created=job.created, updated=job.updated, unchanged=job.unchanged, failed=job.failed, errors=[]
    )
    return ImportJob(
        job_id=job.import_id,
        state="failed" if lapsed else job.state,
        progress=Progress(done=job.done, total=job.total),
        created_at=job.created_at,
        started_at=job.started_at,
        finished_at=job.upload_until if lapsed else job.finished_at,
        result=result if job.started_at else None,
        problem=NO_FILE if lapsed else job.problem,
    )


def row_errors(
    imports: ImportStore, import_id: str, *, limit: int, chunk: int = 0, offset: int = 0
) -> tuple[list[RowError], tuple[int, int] | None]:
    """Errors from a chunk's `offset` on, and the chunk and offset of the first one that is left."""
    errors: list[RowError] = []
    number: int | None = chunk
    while number is not None:
        chunks, number = imports.errors_from(import_id, number, limit=CHUNKS_A_READ)
        for each in chunks:
            first = offset if each.number == chunk else 0
            left = each.errors[first:]
            taken = left[: limit - len(errors)]
            errors += taken
            if len(taken) < len(left):
                return errors, (each.number, first + len(taken))
    return errors, None
