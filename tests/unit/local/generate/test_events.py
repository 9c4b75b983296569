"""docs/events.md is made from the models."""

from typing import Literal

from pydantic import Field

from local.generate.events import _event, event_types
from omnilife.catalogue.events import ProductChanged
from omnilife.core.events import DomainEvent, EventData


class LampLitData(EventData):
    """Where, and how
    bright."""

    lumens: int = Field(description="luminous flux")
    colour: Literal["warm", "cold"] | None = None
    rooms: list[str]


class LampLit(DomainEvent):
    """A lamp was lit."""

    type: Literal["LampLit"] = "LampLit"
    aggregate: Literal["lamp"] = "lamp"
    data: LampLitData


def test_an_event_is_a_heading_what_it_says_and_a_row_a_field() -> None:
    assert _event(LampLit).splitlines() == [
        "### LampLit",
        "Aggregate: `lamp`. A lamp was lit.",
        "",
        "Data: Where, and how bright.",
        "",
        "| field | type | |",
        "|---|---|---|",
        "| `lumens` | integer | luminous flux |",
        "| `colour` | `warm`, `cold` or null | optional |",
        "| `rooms` | list of string |  |",
    ]


def test_a_domains_events_are_those_that_it_defines_itself() -> None:
    events = event_types("catalogue")

    assert ProductChanged in events
    assert DomainEvent not in events
