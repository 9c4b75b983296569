"""Domain events: what happened, in the past tense, told to whom it may concern.

A domain's `events.py` subclasses `DomainEvent`:

    class ProductDeletedData(EventData):
        product_id: Identifier

    class ProductDeleted(DomainEvent):
        type: Literal["ProductDeleted"] = "ProductDeleted"
        data: ProductDeletedData

The class's package is its source on the bus: `omnilife.catalogue.events` sends as `omnilife.catalogue`.
"""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from omnilife.core.clock import Timestamp
from omnilife.core.context import current_correlation_id
from omnilife.core.ids import Identifier


class EventData(BaseModel):
    """Base of an event's own data."""

    model_config = ConfigDict(frozen=True)


class _Event(BaseModel):
    model_config = ConfigDict(frozen=True)

    id: Identifier
    type: str = Field(pattern=r"^[A-Z][A-Za-z]{2,63}$")
    time: Timestamp
    aggregate: str = Field(description="what changed: product, stock, order, …")
    aggregate_id: Identifier
    version: int = Field(ge=0, description="of the aggregate after the change; it only grows")
    correlation_id: str = Field(default_factory=current_correlation_id)
    actor: str = Field(description="who caused it: user:<id>, key:<id> or system:<job>")


class DomainEvent(_Event):
    """An event as its domain emits it; subclasses give `type` and `data` their own types."""

    data: EventData

    @classmethod
    def source(cls) -> str:
        """The event bus's `source`: the package that the class belongs to."""
        return ".".join(cls.__module__.split(".")[:2])


class ReceivedEvent(_Event):
    """An event as a consumer gets it, of any type: consumers do not import the emitting domain's models."""

    data: dict[str, Any]
