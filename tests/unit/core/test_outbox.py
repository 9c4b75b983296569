"""The outbox: at least once, never lost, and marked only when the bus took it."""

import itertools
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Literal

import pytest
from botocore.exceptions import EndpointConnectionError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from omnilife.core import aws as aws_clients
from omnilife.core.attributes import Item, item_to_wire
from omnilife.core.clock import FixedClock, epoch_seconds
from omnilife.core.config import MissingSetting
from omnilife.core.events import DomainEvent, EventData
from omnilife.core.outbox import (
    ENTRIES_A_CALL,
    KEPT_AFTER_SENDING,
    MAX_EVENT_BYTES,
    Outbox,
    announce,
    outbox_sweeper,
    publish_stream,
    stream_publisher,
    sweep,
)
from omnilife.core.retries import Retrying
from omnilife.core.table import Table
from tests.support.faults import FaultyClient, refusal
from tests.support.http import LambdaContext
from tests.support.waiting import VirtualTime


class LampLitData(EventData):
    note: str = ""


class LampLit(DomainEvent):
    type: Literal["LampLit"] = "LampLit"
    data: LampLitData


class Bus:
    """An event bus that refuses what it is told to: per call a set of entries' places, or an exception.

    Attributes:
        calls: the entries of each call.
        taken: ids of the events that were accepted.
    """

    def __init__(self, *fates: Any) -> None:
        self.plan: Iterator[Any] = iter(fates)
        self.calls: list[Sequence[dict[str, str]]] = []
        self.taken: list[str] = []

    def put_events(self, *, Entries: Sequence[dict[str, str]]) -> dict[str, Any]:  # noqa: N803 (AWS's own)
        assert 1 <= len(Entries) <= ENTRIES_A_CALL
        assert sum(len(entry["Detail"]) for entry in Entries) <= 256_000
        self.calls.append(Entries)
        fate = next(self.plan, frozenset())
        if isinstance(fate, Exception):
            raise fate
        answers = []
        for place, entry in enumerate(Entries):
            if place in fate:
                answers.append({"ErrorCode": "ThrottlingException", "ErrorMessage": "slow down"})
            else:
                self.taken.append(json.loads(entry["Detail"])["id"])
                answers.append({"EventId": str(place)})
        return {"Entries": answers, "FailedEntryCount": len(fate)}


DOWN = EndpointConnectionError(endpoint_url="https://events")
fresh = itertools.count()


def lamp_lit(clock: FixedClock, event_id: str, note: str = "") -> LampLit:
    return LampLit(
        id=event_id,
        time=clock.now(),
        aggregate="lamp",
        aggregate_id="l-1",
        version=1,
        correlation_id="r-1",
        actor="user:ada",
        data=LampLitData(note=note),
    )


def write(table: Table, clock: FixedClock, count: int, note: str = "") -> list[Item]:
    """Rows in the outbox, as requests leave them."""
    parts = [announce(lamp_lit(clock, f"e-{next(fresh)}", note), pk="LAMP#l-1") for _ in range(count)]
    for start in range(0, count, 50):
        table.transact(parts[start : start + 50])
    return [dict(part.item) for part in parts]


def ids_of(rows: Sequence[Item]) -> list[str]:
    return [row["sk"].removeprefix("EVENT#") for row in rows]


def stream(rows: Sequence[Item], event_name: str = "INSERT") -> dict[str, Any]:
    """What the table's stream hands to the publisher."""
    return {
        "Records": [
            {
                "eventName": event_name,
                "dynamodb": {"NewImage": item_to_wire(row), "SequenceNumber": str(1000 + number)},
            }
            for number, row in enumerate(rows)
        ]
    }


def unsent(table: Table) -> set[str]:
    shards = [table.query(f"UNSENT#{shard}", index="index4", limit=1000).items for shard in range(16)]
    return set(ids_of([row for rows in shards for row in rows]))


@pytest.fixture
def outbox(catalogue_table: Table, clock: FixedClock) -> Outbox:
    return Outbox(catalogue_table, "bus", Bus(), clock=clock)


def test_an_announced_event_lies_in_the_outbox_beside_its_aggregate(clock):
    part = announce(lamp_lit(clock, "e-1"), table="catalogue", pk="LAMP#l-1")
    assert part.table == "catalogue"
    assert part.item["pk"] == "LAMP#l-1"
    assert part.item["sk"] == "EVENT#e-1"
    assert part.item["source"] == "tests.unit"
    assert part.item["i4sk"] == "2026-11-24T12:00:00.000Z"
    assert "expires_at" not in part.item


def test_events_spread_over_sixteen_shards(clock):
    shards = {announce(lamp_lit(clock, f"e-{n}"), pk="x").item["i4pk"] for n in range(500)}
    assert shards == {f"UNSENT#{shard}" for shard in range(16)}


def test_an_event_that_could_never_be_sent_cannot_be_announced(clock):
    with pytest.raises(ValueError, match="LampLit has more than"):
        announce(lamp_lit(clock, "e-1", note="ä" * (MAX_EVENT_BYTES // 2)), pk="x")


def test_what_the_stream_brings_is_sent_and_marked_to_expire_in_a_week(outbox, clock):
    (row,) = write(outbox.table, clock, 1)
    assert publish_stream(stream([row]), outbox) == {"batchItemFailures": []}
    (entry,) = outbox.events.calls[0]
    assert (entry["EventBusName"], entry["Source"], entry["DetailType"]) == ("bus", "tests.unit", "LampLit")
    assert json.loads(entry["Detail"])["correlation_id"] == "r-1"
    kept = outbox.table.get(row["pk"], row["sk"])
    assert kept["sent_at"] == "2026-11-24T12:00:00.000Z"
    assert kept["expires_at"] == epoch_seconds(clock.now() + KEPT_AFTER_SENDING)
    assert unsent(outbox.table) == set()


def test_changes_of_rows_and_rows_of_other_kinds_are_not_sent(outbox, clock):
    rows = write(outbox.table, clock, 1)
    other = {"pk": "PRODUCT#1", "sk": "PRODUCT", "entity": "products"}
    assert publish_stream(stream(rows, "MODIFY"), outbox) == {"batchItemFailures": []}
    assert publish_stream(stream([other]), outbox) == {"batchItemFailures": []}
    removed = {"Records": [{"eventName": "REMOVE", "dynamodb": {"SequenceNumber": "1"}}]}
    assert publish_stream(removed, outbox) == {"batchItemFailures": []}
    assert outbox.events.calls == []


def test_a_batch_is_sent_in_tens(outbox, clock):
    rows = write(outbox.table, clock, 25)
    publish_stream(stream(rows), outbox)
    assert [len(call) for call in outbox.events.calls] == [10, 10, 5]
    assert outbox.events.taken == ids_of(rows)


def test_large_events_are_sent_in_calls_below_the_bus_s_limit(outbox, clock):
    rows = write(outbox.table, clock, 5, note="x" * 100_000)
    publish_stream(stream(rows), outbox)
    assert [len(call) for call in outbox.events.calls] == [2, 2, 1]


def test_what_the_bus_refuses_stays_unsent_without_holding_up_the_rest(outbox, clock):
    outbox.events.plan = iter([{1}])
    rows = write(outbox.table, clock, 3)
    assert publish_stream(stream(rows), outbox) == {"batchItemFailures": []}
    assert unsent(outbox.table) == {ids_of(rows)[1]}
    assert "expires_at" not in outbox.table.get(rows[1]["pk"], rows[1]["sk"])


def test_a_batch_of_which_nothing_could_be_sent_comes_again_from_its_first_record(outbox, clock):
    outbox.events.plan = iter([DOWN])
    rows = write(outbox.table, clock, 12)
    assert publish_stream(stream(rows), outbox) == {"batchItemFailures": [{"itemIdentifier": "1000"}]}
    assert unsent(outbox.table) == set(ids_of(rows))
    assert len(outbox.events.calls) == 1


def test_a_bus_that_goes_down_midway_keeps_what_it_took(outbox, clock):
    outbox.events.plan = iter([set(), refusal("InternalException", status=500)])
    rows = write(outbox.table, clock, 25)
    assert publish_stream(stream(rows), outbox) == {"batchItemFailures": []}
    assert unsent(outbox.table) == set(ids_of(rows)[10:])


def test_a_row_that_could_not_be_marked_is_sent_again_by_the_sweep(catalogue_table, clock):
    time, throttling = VirtualTime(), [refusal("ThrottlingException")] * 99
    throttled = FaultyClient(aws_clients.client("dynamodb"), batch_write_item=throttling)
    waits = Retrying(monotonic=time.monotonic, sleep=time.sleep)
    outbox = Outbox(Table(catalogue_table.name, throttled, retrying=waits), "bus", Bus(), clock=clock)
    rows = write(catalogue_table, clock, 1)
    assert publish_stream(stream(rows), outbox) == {"batchItemFailures": []}
    clock.advance(seconds=60)
    assert sweep(Outbox(catalogue_table, "bus", outbox.events, clock=clock), work_s=60) == 1
    assert outbox.events.taken == ids_of(rows) * 2


def test_marking_leaves_all_else_in_a_row_as_it_was_written(outbox, clock):
    (row,) = write(outbox.table, clock, 1)
    outbox.send([row])
    kept = outbox.table.get(row["pk"], row["sk"])
    assert row.keys() - kept.keys() == {"i4pk", "i4sk"}
    assert kept.keys() - row.keys() == {"sent_at", "expires_at"}
    assert {name: kept[name] for name in row.keys() & kept.keys()} == {
        name: value for name, value in row.items() if name not in ("i4pk", "i4sk")
    }


def test_rows_are_marked_twenty_five_a_call(outbox, clock):
    rows = write(outbox.table, clock, 60)
    counting = FaultyClient(aws_clients.client("dynamodb"))
    publish_stream(stream(rows), replace(outbox, table=Table(outbox.table.name, counting)))
    assert [operation for operation, _ in counting.calls] == ["batch_write_item"] * 3
    assert unsent(outbox.table) == set()


def test_a_row_that_is_sent_twice_stays_marked(outbox, clock):
    (row,) = write(outbox.table, clock, 1)
    outbox.send([row])
    clock.advance(seconds=5)
    assert outbox.send([row]) == 1
    assert outbox.table.get(row["pk"], row["sk"])["sent_at"] == "2026-11-24T12:00:05.000Z"
    assert unsent(outbox.table) == set()


def test_a_row_that_was_removed_before_its_mark_comes_back_as_sent_and_expires(outbox, clock):
    (row,) = write(outbox.table, clock, 1)
    outbox.table.delete({"pk": row["pk"], "sk": row["sk"]})
    assert outbox.send([row]) == 1
    back = outbox.table.get(row["pk"], row["sk"])
    assert back["expires_at"] > epoch_seconds(clock.now())
    publish_stream(stream([back]), outbox)  # the stream tells of it as of a new row
    assert outbox.events.taken == ids_of([row])


def test_the_sweep_sends_old_rows_of_all_shards_and_leaves_young_ones_to_the_stream(outbox, clock):
    old = write(outbox.table, clock, 60)
    clock.advance(seconds=30)
    young = write(outbox.table, clock, 3)
    assert sweep(outbox, work_s=60) == 60
    assert sorted(outbox.events.taken) == sorted(ids_of(old))
    assert unsent(outbox.table) == set(ids_of(young))
    assert sweep(outbox, work_s=60) == 0


def test_the_sweep_reads_a_shard_page_by_page(outbox, clock, monkeypatch):
    monkeypatch.setattr("omnilife.core.outbox.SWEEP_PAGE", 2)
    rows = write(outbox.table, clock, 40)
    clock.advance(seconds=60)
    assert sweep(outbox, work_s=60) == len(rows)
    assert unsent(outbox.table) == set()


def test_the_sweep_stops_in_time_and_the_next_one_goes_on(outbox, clock):
    rows = write(outbox.table, clock, 60)
    clock.advance(seconds=60)
    ticks = itertools.count(step=25)
    sent = sweep(outbox, work_s=40, monotonic=lambda: next(ticks))
    assert 0 < sent < 60
    assert sent + sweep(outbox, work_s=60) == len(rows)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    count=st.integers(1, 15),
    fates=st.lists(st.just(DOWN) | st.frozensets(st.integers(0, 9)), max_size=4),
)
def test_whatever_the_bus_refuses_every_event_is_sent_at_last_and_none_stays(
    catalogue_table, clock, count, fates
):
    bus = Bus(*fates)
    outbox = Outbox(catalogue_table, "bus", bus, clock=clock)
    rows = write(catalogue_table, clock, count)
    publish_stream(stream(rows), outbox)
    clock.advance(seconds=60)
    while still := unsent(catalogue_table):
        assert set(ids_of(rows)) - still <= set(bus.taken)  # none is marked that the bus did not take
        sweep(outbox, work_s=60)
    assert set(bus.taken) == set(ids_of(rows))


def test_the_handlers_take_table_and_bus_from_the_environment(catalogue_table):
    clock = FixedClock(datetime(2020, 1, 1, tzinfo=UTC))  # long ago for the machine's own clock
    events, sqs = aws_clients.client("events"), aws_clients.client("sqs")
    events.create_event_bus(Name="omnilife")
    queue = sqs.create_queue(QueueName="all")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    events.put_rule(Name="all", EventBusName="omnilife", EventPattern=json.dumps({"source": ["tests.unit"]}))
    events.put_targets(Rule="all", EventBusName="omnilife", Targets=[{"Id": "queue", "Arn": arn}])
    streamed, forgotten = write(catalogue_table, clock, 2)
    assert stream_publisher("catalogue")(stream([streamed]), None) == {"batchItemFailures": []}
    assert outbox_sweeper("catalogue")({}, LambdaContext()) == {"sent": 1}
    messages = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)["Messages"]
    assert sorted(json.loads(message["Body"])["detail"]["id"] for message in messages) == sorted(
        ids_of([streamed, forgotten])
    )


def test_a_handler_without_its_variable_says_which(monkeypatch):
    monkeypatch.delenv("EVENT_BUS")
    with pytest.raises(MissingSetting, match="EVENT_BUS"):
        outbox_sweeper("catalogue")({}, LambdaContext())
