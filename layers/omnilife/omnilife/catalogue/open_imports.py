"""Starting an import."""

from datetime import timedelta

from omnilife.catalogue.access import acting_merchant
from omnilife.catalogue.import_models import (
    MAX_IMPORT_BYTES,
    ImportTicket,
    NewImport,
    Upload,
)
from omnilife.catalogue.report_imports import job_of
from omnilife.catalogue.store.files import ImportFiles
from omnilife.catalogue.store.imports import ImportStore
from omnilife.catalogue.stored_import import StoredImport
from omnilife.core.auth import Caller
from omnilife.core.clock import Clock, epoch_seconds, system_clock
from omnilife.core.idempotency import Idempotency
from omnilife.core.ids import IdMaker, new_id

UPLOAD_TIME = timedelta(minutes=15)


def create_import(
    imports: ImportStore,
    files: ImportFiles,
    new: NewImport,
    *,
    caller: Caller,
    idempotency: Idempotency | None = None,
    clock: Clock = system_clock,
    make_id: IdMaker = new_id,
) -> ImportTicket:
    """Open an import and say where its file goes, for fifteen minutes; it starts when the file is there.

    The same idempotency key again gives the same import, with a form made anew for what is left of the time.

    Raises:
        Forbidden: a merchant named another one.
        IdempotencyConflict: the key was used with another body.
    """
    now = clock.now()
    job = StoredImport(
        import_id=make_id(),
        owner=acting_merchant(caller, new.merchant_id),
        actor=caller.actor,
        by_admin=caller.is_admin,
        format=new.format,
        columns=new.columns,
        state="queued",
        created_at=now,
        upload_until=now + UPLOAD_TIME,
    )
    job = imports.create(job, idempotency=idempotency, now=now) or job
    left = max(1, epoch_seconds(job.upload_until) - epoch_seconds(now))
    url, fields = files.upload_form(job.import_id, job.format, max_bytes=MAX_IMPORT_BYTES, valid_s=left)
    upload = Upload(url=url, fields=fields, max_bytes=MAX_IMPORT_BYTES, expires_at=job.upload_until)
    return ImportTicket(**dict(job_of(job, now)), upload=upload)
