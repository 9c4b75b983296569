"""Consumers of events: what fails comes again alone, what came before has no second effect."""

import json
from typing import Any

import pytest

from omnilife.core.clock import epoch_seconds
from omnilife.core.conditions import attribute
from omnilife.core.consumer import SEEN_FOR_S, Envelope, consumer, latest_by_aggregate, once
from omnilife.core.context import current_correlation_id
from omnilife.core.events import ReceivedEvent
from omnilife.core.table import ConditionFailed, Update


def detail(event_id: str = "e-1", **changed: Any) -> dict[str, Any]:
    return {
        "id": event_id,
        "type": "LampLit",
        "time": "2026-11-24T12:00:00.000Z",
        "aggregate": "lamp",
        "aggregate_id": "l-1",
        "version": 1,
        "correlation_id": "request-1",
        "actor": "user:ada",
        "data": {"watts": 7},
        **changed,
    }


def event(event_id: str = "e-1", **changed: Any) -> ReceivedEvent:
    return ReceivedEvent.model_validate(detail(event_id, **changed))


def batch(*bodies: Any) -> dict[str, Any]:
    """Records `r-0`, `r-1`, … whose bodies are EventBridge events with these details, or these texts."""
    texts = [body if isinstance(body, str) else json.dumps({"detail": body}) for body in bodies]
    return {"Records": [{"messageId": f"r-{number}", "body": text} for number, text in enumerate(texts)]}


def failed(answer: dict[str, Any]) -> list[str]:
    return [each["itemIdentifier"] for each in answer["batchItemFailures"]]


def test_the_whole_batch_is_handed_over_at_once():
    seen: list[Envelope] = []
    answer = consumer(lambda envelopes: seen.extend(envelopes) or [])(batch(detail("a"), detail("b")), None)
    assert failed(answer) == []
    assert [(envelope.record_id, envelope.event.id) for envelope in seen] == [("r-0", "a"), ("r-1", "b")]
    assert seen[0].event.data == {"watts": 7}


def test_only_the_records_that_failed_come_again():
    assert failed(consumer(lambda _: ["r-1"])(batch(detail("a"), detail("b"), detail("c")), None)) == ["r-1"]


@pytest.mark.parametrize(
    "body", ["not json", "[]", "null", "{}", '{"detail": 5}', '{"detail": {"id": "e"}}', '{"detail": null}']
)
def test_a_record_that_is_no_event_fails_alone(body):
    handled: list[str] = []
    handler = consumer(lambda envelopes: handled.extend(envelope.record_id for envelope in envelopes) or [])
    assert failed(handler(batch(detail("a"), body, detail("c")), None)) == ["r-1"]
    assert handled == ["r-0", "r-2"]


def test_a_batch_without_any_event_is_not_handed_over():
    def never(envelopes):
        raise AssertionError

    assert failed(consumer(never)(batch("x", "y"), None)) == ["r-0", "r-1"]


def test_an_exception_fails_the_whole_batch_and_is_logged_with_its_trace(capsys):
    def breaks(envelopes):
        raise LookupError("the lamp is gone")

    assert failed(consumer(breaks)(batch(detail("a"), detail("b")), None)) == ["r-0", "r-1"]
    (line,) = [line for line in map(json.loads, capsys.readouterr().out.splitlines()) if "exception" in line]
    assert "LookupError: the lamp is gone" in line["exception"]
    assert line["events"] == ["a", "b"]


def test_failures_are_counted(capsys):
    consumer(lambda _: ["r-0"])(batch(detail("a"), "x"), None)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["ConsumerFailures"] for line in lines if "ConsumerFailures" in line] == [[2]]


def test_events_of_one_request_are_handled_under_its_correlation_id_and_a_mix_under_none():
    seen: list[str] = []
    handler = consumer(lambda _: seen.append(current_correlation_id()) or [])
    handler(batch(detail("a"), detail("b")), None)
    handler(batch(detail("a"), detail("b", correlation_id="request-2")), None)
    assert seen == ["request-1", ""]
    assert current_correlation_id() == ""


def test_of_each_aggregate_only_the_latest_version_is_left():
    envelopes = [
        Envelope("r-0", event("a", version=1)),
        Envelope("r-1", event("b", version=3)),
        Envelope("r-2", event("c", version=2)),
        Envelope("r-3", event("d", version=1, aggregate_id="l-2")),
        Envelope("r-4", event("e", version=1, aggregate="shade")),
        Envelope("r-5", event("f", version=3)),
    ]
    assert [envelope.record_id for envelope in latest_by_aggregate(envelopes)] == ["r-1", "r-3", "r-4"]


COUNT = {"pk": "counter", "sk": "x"}


def test_an_effect_happens_once_for_each_event_and_consumer(catalogue_table, clock):
    def count(consumer_name: str, event_id: str) -> bool:
        parts = [Update(COUNT, add={"n": 1})]
        return once(catalogue_table, consumer_name, event(event_id), parts, clock=clock)

    done = [count("mailer", "a"), count("mailer", "a"), count("mailer", "b"), count("auditor", "a")]
    assert done == [True, False, True, True]
    assert catalogue_table.get(*COUNT.values())["n"] == 3


def test_the_memory_of_an_event_outlives_every_queue(catalogue_table, clock):
    once(catalogue_table, "mailer", event("a"), [], clock=clock)
    seen = catalogue_table.get("SEEN#mailer#a", "SEEN")
    assert seen["expires_at"] == epoch_seconds(clock.now()) + SEEN_FOR_S
    assert SEEN_FOR_S > 14 * 86_400


def test_an_effect_that_is_refused_is_not_remembered_as_done(catalogue_table, clock):
    parts = [Update(COUNT, add={"n": 1}, condition=attribute("n") == 7, name="counter")]
    with pytest.raises(ConditionFailed) as refused:
        once(catalogue_table, "mailer", event("a"), parts, clock=clock)
    assert refused.value.part == "counter"
    assert catalogue_table.get("SEEN#mailer#a", "SEEN") is None
