"""Imports: a merchant's file, loaded in the background."""

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from omnilife.core.cards import free_of_cards
from omnilife.core.clock import Timestamp
from omnilife.core.ids import Identifier
from omnilife.core.jobs import JobProblem, JobState, Progress

MAX_IMPORT_BYTES = 20 * 1024 * 1024
MAX_IMPORT_ROWS = 50_000

Header = Annotated[
    str, StringConstraints(strict=True, min_length=1, max_length=100), BeforeValidator(free_of_cards)
]


class NewImport(BaseModel):
    """An import to come: the file itself goes to the upload address in the answer.

    `columns` is for CSV files with headers of their own: header → field, or null to pass over a column.
    `merchant_id` is for administrators: a merchant imports for itself.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal["csv", "jsonl"]
    columns: Annotated[dict[Header, Header | None], Field(max_length=200)] = {}
    merchant_id: Identifier | None = None


class RowError(BaseModel):
    """Why a row was not loaded. `field` is empty where the whole row is at fault."""

    model_config = ConfigDict(frozen=True)

    row: int
    field: str
    reason: str


class ImportResult(BaseModel):
    """What became of the rows so far. `errors` are those of the bad ones, in the file's order, by pages."""

    created: int
    updated: int
    unchanged: int
    failed: int
    errors: list[RowError]
    next_cursor: str | None = None


class ImportJob(BaseModel):
    """An import's state. `queued` waits for its file; `succeeded` means that every row has been looked at.

    Progress is in rows, header and blank lines not counted.
    """

    job_id: Identifier
    kind: Literal["import"] = "import"
    state: JobState
    progress: Progress
    created_at: Timestamp
    started_at: Timestamp | None = None
    finished_at: Timestamp | None = None
    result: ImportResult | None = None
    problem: JobProblem | None = None


class Upload(BaseModel):
    """A form to post the file with: `fields` first, then the file as `file` (multipart/form-data)."""

    url: str
    fields: dict[str, str]
    max_bytes: int
    expires_at: Timestamp


class ImportTicket(ImportJob):
    """A new import and where its file goes."""

    upload: Upload
