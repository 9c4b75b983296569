"""Exports and erasures of what is held about a user: what is asked for, told, and kept."""

from datetime import datetime, timedelta
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from omnilife.core.clock import Timestamp
from omnilife.core.ids import Identifier
from omnilife.core.jobs import JobProblem, JobState, Progress
from omnilife.identity.accounts import TypedPassword
from omnilife.identity.second_factors import CodeText

AVAILABLE = timedelta(days=7)
"""How long an export can be downloaded; the bucket removes it a day later."""

URL_LIFE = timedelta(minutes=5)
RECEIPT_KEPT = timedelta(days=1096)
"""How long it can be proved that an account was erased, and a restored backup be relieved of it again."""

STALLED = timedelta(hours=6)
"""An export that has not ended by then is not waited for: another one may be asked for."""


class ErasureProof(BaseModel):
    """That it is the owner who erases: the password, or a code where there is a second factor."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    password: TypedPassword | None = Field(None, repr=False)
    code: CodeText | None = Field(None, repr=False)

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if (self.password is None) == (self.code is None):
            raise PydanticCustomError("proof", "give the password, or a code of the second factor")
        return self


class ExportResult(BaseModel):
    """Where the export is for the next minutes. Each look makes a new address; until `available_until`."""

    url: str = Field(repr=False)
    url_expires_at: Timestamp
    bytes: int
    available_until: Timestamp


class ErasureReceipt(BaseModel):
    """What was removed or redacted, by domain."""

    erased: dict[str, int]


class ExportJob(BaseModel):
    """An export. Progress is in domains. `result` is there while it can be downloaded."""

    job_id: Identifier
    kind: Literal["export"] = "export"
    state: JobState
    progress: Progress
    started_at: Timestamp | None = None
    finished_at: Timestamp | None = None
    result: ExportResult | None = None
    problem: JobProblem | None = None


class ErasureJob(BaseModel):
    """An erasure. Nobody can ask for it later: whoever asked is gone. Keep its id; it is the receipt's."""

    job_id: Identifier
    kind: Literal["erasure"] = "erasure"
    state: JobState
    progress: Progress
    started_at: Timestamp | None = None
    finished_at: Timestamp | None = None
    result: ErasureReceipt | None = None
    problem: JobProblem | None = None


class StoredJob(BaseModel):
    """An export or an erasure as it is kept.

    Attributes:
        total: domains to go through; 0 before it began.
        records: domain → records told, or removed and redacted. Those that are through are in `through`.
        parts: domain → files that an export has of it.
        size: bytes of a finished export.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    job_id: Identifier
    user_id: Identifier
    state: JobState
    requested_at: Timestamp
    started_at: Timestamp | None = None
    finished_at: Timestamp | None = None
    total: int = 0
    records: Annotated[dict[str, int], Field(default_factory=dict)]
    through: Annotated[dict[str, bool], Field(default_factory=dict)]
    parts: Annotated[dict[str, int], Field(default_factory=dict)]
    size: int = 0
    problem: JobProblem | None = None

    @property
    def told(self) -> dict[str, Any]:
        """What both kinds of job tell."""
        return {
            "job_id": self.job_id,
            "state": self.state,
            "progress": Progress(done=len(self.through), total=self.total),
            "started_at": self.started_at,
            "finished_at": self.finished_at,
            "problem": self.problem,
        }

    def unfinished(self, now: datetime) -> bool:
        """Whether it is still worth waiting for."""
        return self.state in {"queued", "running"} and now - self.requested_at < STALLED


BROKE_OFF = JobProblem(
    type="/problems/broke-off", title="Broke off", detail="A fault of ours. We were told, and go on with it."
)
