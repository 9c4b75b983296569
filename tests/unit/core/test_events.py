"""Domain events, as they are emitted and as they are received."""

import json
from typing import Literal

import pytest
from pydantic import ValidationError

from omnilife.core.context import correlated
from omnilife.core.events import DomainEvent, EventData, ReceivedEvent


class LampLitData(EventData):
    lamp_id: str
    watts: int


class LampLit(DomainEvent):
    type: Literal["LampLit"] = "LampLit"
    data: LampLitData


def lamp_lit(clock, **changed) -> LampLit:
    return LampLit.model_validate(
        {
            "id": "e-1",
            "time": clock.now(),
            "aggregate": "lamp",
            "aggregate_id": "l-1",
            "version": 3,
            "actor": "user:ada",
            "data": {"lamp_id": "l-1", "watts": 7},
            **changed,
        }
    )


def test_an_event_carries_the_correlation_id_of_its_request(clock):
    with correlated("request-1"):
        event = lamp_lit(clock)
    assert event.correlation_id == "request-1"


def test_an_event_reads_as_the_contract_says(clock):
    assert json.loads(lamp_lit(clock, correlation_id="r").model_dump_json()) == {
        "id": "e-1",
        "type": "LampLit",
        "time": "2026-11-24T12:00:00.000Z",
        "aggregate": "lamp",
        "aggregate_id": "l-1",
        "version": 3,
        "correlation_id": "r",
        "actor": "user:ada",
        "data": {"lamp_id": "l-1", "watts": 7},
    }


def test_a_consumer_reads_any_event_without_knowing_its_model(clock):
    event = lamp_lit(clock)
    received = ReceivedEvent.model_validate_json(event.model_dump_json())
    assert received.type == "LampLit"
    assert received.data == {"lamp_id": "l-1", "watts": 7}


def test_the_source_is_the_package_of_the_event_s_class():
    emitted = type("Emitted", (LampLit,), {"__module__": "omnilife.catalogue.events"})
    assert emitted.source() == "omnilife.catalogue"


@pytest.mark.parametrize(
    "changed",
    [{"type": "LampBroken"}, {"version": -1}, {"id": "e 1"}, {"data": {"lamp_id": "l-1"}}, {"time": 5}],
)
def test_an_event_that_breaks_the_contract_cannot_be_made(clock, changed):
    with pytest.raises(ValidationError):
        lamp_lit(clock, **changed)


def test_an_event_cannot_be_changed(clock):
    with pytest.raises(ValidationError):
        lamp_lit(clock).version = 4
