"""Consumers of domain events: SQS batches that carry what the event bus routed.

Queues repeat and reorder. So an event is a hint to look (and the consumer reads the truth), or its effect is
written `once` with its id; and of several events of one aggregate only the latest is worth a look.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from omnilife.core.clock import Clock, epoch_seconds, system_clock
from omnilife.core.conditions import missing
from omnilife.core.context import correlated
from omnilife.core.events import ReceivedEvent
from omnilife.core.logging import logger
from omnilife.core.metrics import count

if TYPE_CHECKING:
    from omnilife.core.table import Part, Table

SEEN_FOR_S = 15 * 86_400
"""Longer than any queue keeps a message (14 days), so that no repeat outlives the memory of the first."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """An event, and the queue's record that brought it.

    Attributes:
        receipt: by which the queue knows this delivery of it.
        receives: how often it has come, this time included.
    """

    record_id: str
    event: ReceivedEvent
    receipt: str = ""
    receives: int = 1


type Handle = Callable[[Sequence[Envelope]], Iterable[str]]
type Handler = Callable[[Mapping[str, Any], Any], dict[str, Any]]


def consumer(handle: Handle) -> Handler:
    """A Lambda handler for a queue with `ReportBatchItemFailures`.

    `handle` gets the batch's events and returns the record ids of those that failed. A record that is no
    event fails by itself and so ends in the dead-letter queue; what `handle` raises fails every record that
    it was given, and is logged with its trace.
    """

    def handler(batch: Mapping[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001 (Lambda's own form)
        envelopes, failed = _read(batch["Records"])
        if envelopes:
            requests = {envelope.event.correlation_id for envelope in envelopes}
            with correlated(requests.pop() if len(requests) == 1 else ""):
                failed |= _handled(handle, envelopes)
        if failed:
            count("ConsumerFailures", len(failed))
        return {"batchItemFailures": [{"itemIdentifier": record_id} for record_id in sorted(failed)]}

    return handler


def one_by_one(do: Callable[[ReceivedEvent], Any]) -> Handle:
    """A `handle` that does something with each event by itself: one that fails holds up no other."""

    def handle(envelopes: Sequence[Envelope]) -> list[str]:
        failed = []
        for envelope in envelopes:
            try:
                with correlated(envelope.event.correlation_id):
                    do(envelope.event)
            except Exception:  # noqa: BLE001 (the queue repeats it; the trace is logged, and the alarm counts)
                logger.exception("an event failed", extra={"event": envelope.event.id})
                failed.append(envelope.record_id)
        return failed

    return handle


def latest_by_aggregate(envelopes: Iterable[Envelope]) -> list[Envelope]:
    """Of each aggregate the envelope with the highest version, in the order of their arrival."""
    latest: dict[tuple[str, str], Envelope] = {}
    for envelope in envelopes:
        event = envelope.event
        key = (event.aggregate, event.aggregate_id)
        if key not in latest or latest[key].event.version < event.version:
            latest.pop(key, None)
            latest[key] = envelope
    return list(latest.values())


def once(
    table: "Table",
    consumer_name: str,
    event: ReceivedEvent,
    parts: Sequence["Part"],
    *,
    clock: Clock = system_clock,
) -> bool:
    """Write `parts` and a marker of the event's id in one transaction; False if it was there already.

    The marker: pk `SEEN#<consumer>#<event id>`, sk `SEEN`, for `SEEN_FOR_S`.

    Raises:
        ConditionFailed: of one of `parts`.
    """
    from omnilife.core.table import ConditionFailed, Put  # noqa: PLC0415 (deferred: see core.lazy)

    marker = Put(
        {
            "pk": f"SEEN#{consumer_name}#{event.id}",
            "sk": "SEEN",
            "expires_at": epoch_seconds(clock.now()) + SEEN_FOR_S,
        },
        condition=missing("pk"),
        name="seen",
    )
    try:
        table.transact([marker, *parts])
    except ConditionFailed as failure:
        if failure.part == "seen":
            return False
        raise
    return True


def _read(records: Sequence[Mapping[str, Any]]) -> tuple[list[Envelope], set[str]]:
    envelopes, malformed = [], set()
    for record in records:
        record_id = record["messageId"]
        try:
            event = ReceivedEvent.model_validate(json.loads(record["body"])["detail"])
        except (ValueError, KeyError, TypeError, ValidationError) as error:
            logger.error(
                "a record is no domain event", extra={"record": record_id, "error": type(error).__name__}
            )
            malformed.add(record_id)
        else:
            receives = int(record.get("attributes", {}).get("ApproximateReceiveCount", 1))
            envelopes.append(Envelope(record_id, event, record.get("receiptHandle", ""), receives))
    return envelopes, malformed


def _handled(handle: Handle, envelopes: Sequence[Envelope]) -> set[str]:
    try:
        return set(handle(envelopes))
    except Exception:  # noqa: BLE001 (the queue repeats whatever failed; the trace is logged, and the alarm counts)
        logger.exception("a batch failed", extra={"events": [envelope.event.id for envelope in envelopes]})
        return {envelope.record_id for envelope in envelopes}
