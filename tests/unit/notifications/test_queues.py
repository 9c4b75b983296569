"""Queues and timers: all of it is laid in, or an error says that it is not."""

import json

import pytest

from omnilife.core.consumer import consumer
from omnilife.core.context import correlated
from omnilife.core.errors import Unavailable
from omnilife.notifications.queues import Queues
from omnilife.notifications.timers import Timers, arm_due
from tests.support.faults import refusal


class Sqs:
    """Takes batches; refuses the entries that it is told to, so often."""

    def __init__(self, refusals=0):
        self.refusals = refusals
        self.bodies = []
        self.calls = 0

    def send_message_batch(self, *, QueueUrl, Entries):  # noqa: N803, ARG002 (boto's names)
        self.calls += 1
        if self.refusals:
            self.refusals -= 1
            self.bodies += [entry["MessageBody"] for entry in Entries[:-1]]
            return {"Failed": [{"Id": Entries[-1]["Id"]}]}
        self.bodies += [entry["MessageBody"] for entry in Entries]
        return {}


class StepFunctions:
    def __init__(self, failure=None):
        self.started = {}
        self.failure = failure

    def start_execution(self, *, stateMachineArn, name, input):  # noqa: N803, ARG002 (boto's names)
        if self.failure:
            raise self.failure
        if name in self.started:
            raise refusal("ExecutionAlreadyExists")
        self.started[name] = json.loads(input)


def test_messages_go_ten_at_a_time_in_a_form_that_consumers_read():
    sqs = Sqs()
    with correlated("request-1"):
        Queues({"route": "url"}, sqs).route([f"n{number}" for number in range(25)])

    read = []
    handler = consumer(lambda envelopes: read.extend(envelopes) or [])
    records = [{"messageId": str(n), "body": body} for n, body in enumerate(sqs.bodies)]
    assert handler({"Records": records}, None) == {"batchItemFailures": []}
    assert sqs.calls == 3
    assert [envelope.event.data["notification_id"] for envelope in read] == [f"n{n}" for n in range(25)]
    assert {envelope.event.correlation_id for envelope in read} == {"request-1"}


def test_what_the_queue_refuses_is_sent_once_more():
    sqs = Sqs(refusals=2)
    Queues({"route": "url"}, sqs).route(["n1", "n2"])

    assert len(sqs.bodies) == 2


def test_what_the_queue_keeps_refusing_is_an_error():
    with pytest.raises(Unavailable):
        Queues({"route": "url"}, Sqs(refusals=9)).route(["n1"])


def test_nothing_to_lay_in_asks_nobody():
    Queues({}, None).deliver([])


def test_a_timer_that_exists_already_is_the_same_timer(clock):
    machine = StepFunctions()
    timers = Timers("arn", machine)

    assert timers.set("n1", 2, clock.now())
    assert not timers.set_for({"notification_id": "n1", "version": 2, "due_at": "2026-11-24T12:00:00.000Z"})
    assert machine.started == {
        "n1-2": {"notification_id": "n1", "version": 2, "due_at": "2026-11-24T12:00:00.000Z"}
    }


def test_any_other_failure_of_a_timer_is_one(clock):
    with pytest.raises(Exception, match="StateMachineDoesNotExist"):
        Timers("arn", StepFunctions(refusal("StateMachineDoesNotExist"))).set("n1", 1, clock.now())


def test_timers_of_the_next_quarter_of_an_hour_are_set_and_no_others(house):
    soon = house.create(send_in=899)
    house.create(send_in=1000)
    house.create()
    machine = StepFunctions()

    assert arm_due(house.notes, Timers("arn", machine), clock=house.clock) == 1
    assert arm_due(house.notes, Timers("arn", machine), clock=house.clock) == 0

    assert list(machine.started) == [f"{soon.notification_id}-1"]
