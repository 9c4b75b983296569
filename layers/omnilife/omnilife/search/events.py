"""What search announces on the bus, as source `omnilife.search`."""

from datetime import datetime
from typing import Literal, Self

from omnilife.core.events import DomainEvent, EventData


class ReindexRequestedData(EventData):
    """`rollback` returns to the generation that is kept, instead of building one."""

    job_id: str
    rollback: bool


class ReindexRequested(DomainEvent):
    """An administrator wants the product index built anew. It starts the state machine that does so."""

    type: Literal["ReindexRequested"] = "ReindexRequested"
    aggregate: Literal["reindex"] = "reindex"
    data: ReindexRequestedData

    @classmethod
    def of(cls, job_id: str, *, rollback: bool, event_id: str, actor: str, at: datetime) -> Self:
        return cls(
            id=event_id,
            time=at,
            aggregate_id=job_id,
            version=1,
            actor=actor,
            data=ReindexRequestedData(job_id=job_id, rollback=rollback),
        )


class SynonymsChangedData(EventData):
    """How many entries the set has now."""

    entries: int


class SynonymsChanged(DomainEvent):
    """An administrator put another set of synonyms in force. `version` is the generation's."""

    type: Literal["SynonymsChanged"] = "SynonymsChanged"
    aggregate: Literal["synonyms"] = "synonyms"
    data: SynonymsChangedData


class RuleData(EventData):
    """Which rule."""

    rule_id: str


class RuleChanged(DomainEvent):
    """An administrator wrote a query rule, a new one or over an old one. `version` is the generation's."""

    type: Literal["RuleChanged"] = "RuleChanged"
    aggregate: Literal["rule"] = "rule"
    data: RuleData


class RuleDeleted(DomainEvent):
    """An administrator took a query rule away. `version` is the generation's."""

    type: Literal["RuleDeleted"] = "RuleDeleted"
    aggregate: Literal["rule"] = "rule"
    data: RuleData
