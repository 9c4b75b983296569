"""Reindexing: what is asked for, what the API tells of a job, and what is stored of it."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from omnilife.core.clock import Timestamp
from omnilife.core.ids import Identifier
from omnilife.core.jobs import JobProblem, JobState, Progress


class NewReindex(BaseModel):
    """A reindex to come: of everything into a new index, or with `rollback` a return to the one before."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rollback: Annotated[
        bool,
        Field(description="Search with the kept older index at once, and then bring it up to date."),
    ] = False


class ReindexResult(BaseModel):
    """The index that serves now, and the one that is kept from before."""

    index: str
    kept: str


class ReindexJob(BaseModel):
    """A reindex. Progress is in products; it begins anew when counts differ and all are looked at again.

    `seconds_left` is an estimate from the speed so far, and null when there is none yet. A job that runs
    still compares and takes over when all products are done. Of a failed or cancelled one nothing stays:
    searches use the index that they used before (after a rollback: the older one).
    """

    job_id: Identifier
    kind: Literal["reindex"] = "reindex"
    rollback: bool
    state: JobState
    progress: Progress
    seconds_left: int | None = None
    created_at: Timestamp
    started_at: Timestamp | None = None
    finished_at: Timestamp | None = None
    result: ReindexResult | None = None
    problem: JobProblem | None = None


class StoredReindex(BaseModel):
    """A reindex as it stands in the store.

    Attributes:
        execution: the state machine's run that took it on; a repeated event is not taken on twice.
        generation: the index that is to serve.
        replaced: the one that served before. Set with `taking_over`, from which on there is no way back.
        kept_before: the older index that was kept until then.
        total: products on sale when the walk began.
        looks: how often counts have been compared.
    """

    model_config = ConfigDict(frozen=True)

    job_id: str
    rollback: bool
    actor: str
    state: JobState
    created_at: Timestamp
    started_at: Timestamp | None = None
    finished_at: Timestamp | None = None
    execution: str = ""
    generation: str = ""
    taking_over: bool = False
    replaced: str = ""
    kept_before: str = ""
    total: int = 0
    looks: int = 0
    problem: JobProblem | None = None


class IndexState(BaseModel):
    """What is known of the index: who may change it until when, and its generations but the serving one.

    `lease_until` is in epoch seconds; a job that has not renewed its lease by then counts as dead.
    """

    model_config = ConfigDict(frozen=True)

    job_id: str = ""
    lease_until: int = 0
    building: str = ""
    kept: str = ""


class Segment(BaseModel):
    """How far one segment of the catalogue has been walked."""

    model_config = ConfigDict(frozen=True)

    after: str | None = None
    done: int = 0
    finished: bool = False


class ReindexStep(BaseModel):
    """What a state machine does next, and with what."""

    model_config = ConfigDict(frozen=True)

    next: Literal["walk", "wait", "take over", "drop", "nothing"]
    segments: list[dict[str, str | int]] = []
