"""Jobs: what takes longer than a request, told the same way by every domain that has some."""

from typing import Literal

from pydantic import BaseModel

JobState = Literal["queued", "running", "succeeded", "failed", "cancelled"]


class Progress(BaseModel):
    """How far a job has come, in the job's own items: rows of a file, products."""

    done: int
    total: int


class JobProblem(BaseModel):
    """Why a job failed, in the words of a problem document."""

    type: str
    title: str
    detail: str = ""
