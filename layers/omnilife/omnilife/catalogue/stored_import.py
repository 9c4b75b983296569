"""Imports as they stand in the store."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from omnilife.catalogue.import_models import RowError
from omnilife.catalogue.store.files import UploadedFile
from omnilife.core.clock import Timestamp
from omnilife.core.jobs import JobProblem, JobState

Outcome = Literal["created", "updated", "unchanged", "failed"]


class StoredImport(BaseModel):
    """An import. `owner` is the merchant whose products it writes, `actor` who asked for it.

    `columns` are the renamed headers as given; `layout` what each column of the file holds, once it was read.
    `execution` is the state machine's run that took it on: a repeated announcement of the same file is not
    taken on twice.
    """

    model_config = ConfigDict(frozen=True)

    import_id: str
    owner: str
    actor: str
    by_admin: bool
    format: Literal["csv", "jsonl"]
    columns: dict[str, str | None]
    state: JobState
    created_at: Timestamp
    upload_until: Timestamp
    started_at: Timestamp | None = None
    finished_at: Timestamp | None = None
    execution: str = ""
    file: UploadedFile | None = None
    layout: list[str | None] = []
    total: int = 0
    done: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    failed: int = 0
    problem: JobProblem | None = None


class ImportChunk(BaseModel):
    """A range of whole records of the file, and what came of them.

    `duplicates` names rows whose SKU an earlier row of the file has (row → that row).
    """

    model_config = ConfigDict(frozen=True)

    number: int
    start: int
    length: int
    first_row: int
    rows: int
    duplicates: dict[str, int] = {}
    finished: bool = False
    errors: list[RowError] = []


type Counts = Mapping[Outcome, int]


def upload_lapsed(job: StoredImport, now: datetime) -> bool:
    """No file came while one could be uploaded."""
    return job.state == "queued" and now > job.upload_until
