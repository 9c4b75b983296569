"""The outbox: events are written with the state that they tell of, and sent from there, at least once.

A request's transaction holds its state and, by `announce`, a row for each event. The domain's
`publish_<domain>_changes` reads those rows from the table's stream and sends them to the event bus; its
`sweep_<domain>_outbox` sends each minute what is still unsent. A row counts as sent only after the bus took
that very entry, so that neither a broken stream nor a half-refused batch loses an event. It may be sent
twice: consumers go by its id.

A row is written with its state, then once more whole, as sent; nobody else changes it, and only the TTL
removes it, seven days after it was sent. So writing back what was read undoes nothing: a stream keeps its
records for one day, an index lags by moments. A row that was removed all the same comes back as sent, is
never sent again, and expires.

| entity | pk | sk | index4 (sparse: until sent) |
|---|---|---|---|
| outbox | that of the aggregate | EVENT#<event id> | UNSENT#<shard 0..15>, <time> |
"""

import time
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from omnilife.core import aws
from omnilife.core.attributes import Item, item_from_wire
from omnilife.core.clock import Clock, epoch_seconds, rfc3339, system_clock
from omnilife.core.config import required
from omnilife.core.errors import Unavailable
from omnilife.core.events import DomainEvent
from omnilife.core.logging import logger
from omnilife.core.metrics import count
from omnilife.core.table import Put, Table

SHARDS = 16
INDEX = "index4"
UNSENT_KEYS = ("i4pk", "i4sk")
KEPT_AFTER_SENDING = timedelta(days=7)
MAX_EVENT_BYTES = 200_000
"""An event passes the bus and SQS with their envelopes in 256 KB each."""

ENTRIES_A_CALL = 10
BYTES_A_CALL = 256_000
SWEEP_PAGE = 100
FINISH_S = 5.0
"""What a sweep keeps of its function's time to finish the page it is at."""

type Handler = Callable[[Mapping[str, Any], Any], Any]


def announce(event: DomainEvent, *, table: str = "", pk: str) -> Put:
    """The part that puts `event` into the outbox: of `table`, under the key `pk` of what it tells of.

    Raises:
        ValueError: the event is larger than `MAX_EVENT_BYTES`; it could never be sent.
    """
    body = event.model_dump_json()
    if len(body.encode()) > MAX_EVENT_BYTES:
        raise ValueError(f"event {event.type} has more than {MAX_EVENT_BYTES} bytes")
    shard = zlib.crc32(event.id.encode()) % SHARDS
    return Put(
        {
            "pk": pk,
            "sk": f"EVENT#{event.id}",
            "entity": "outbox",
            "source": event.source(),
            "type": event.type,
            "event": body,
            "i4pk": f"UNSENT#{shard}",
            "i4sk": rfc3339(event.time),
        },
        name="outbox",
        table=table,
    )


@dataclass(frozen=True, slots=True)
class Outbox:
    """Sends the outbox rows of one table to one bus."""

    table: Table
    bus: str
    events: Any = None
    clock: Clock = field(default=system_clock, kw_only=True)

    def send(self, rows: Sequence[Item]) -> int:
        """Send rows and mark those that the bus took; returns how many that were.

        What the bus refused, or could not be asked, is logged and stays unsent.
        """
        taken: list[Item] = []
        for call in _calls(rows):
            entries = self._put(call)
            if entries is None:
                break  # the bus cannot be reached: asking for each further portion would only wait
            taken += [row for row, entry in zip(call, entries, strict=True) if _accepted(row, entry)]
        try:
            self.table.batch_put([self._sent(row) for row in taken])
        except Unavailable:
            logger.warning("events sent but not all marked: some will be sent again", exc_info=True)
        return len(taken)

    def _put(self, rows: Sequence[Item]) -> Sequence[Mapping[str, str]] | None:
        """The bus's word on each row; None if it could not be asked."""
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 (deferred: see core.lazy)

        client = self.events or aws.client("events")
        try:
            answer = client.put_events(Entries=[self._entry(row) for row in rows])
        except (BotoCoreError, ClientError) as error:
            logger.exception("the event bus did not take a batch", extra={"rows": len(rows)})
            count("EventsNotSent", len(rows), reason=type(error).__name__)
            return None
        entries: Sequence[Mapping[str, str]] = answer["Entries"]
        return entries

    def _entry(self, row: Item) -> dict[str, str]:
        return {
            "EventBusName": self.bus,
            "Source": row["source"],
            "DetailType": row["type"],
            "Detail": row["event"],
        }

    def _sent(self, row: Item) -> Item:
        """The row as it is kept once it was sent: out of the sweep's index, until it expires."""
        now = self.clock.now()
        kept = {name: value for name, value in row.items() if name not in UNSENT_KEYS}
        return {**kept, "sent_at": rfc3339(now), "expires_at": epoch_seconds(now + KEPT_AFTER_SENDING)}


def publish_stream(stream_event: Mapping[str, Any], outbox: Outbox) -> dict[str, Any]:
    """Send the outbox rows that a batch of stream records brings.

    Only when nothing at all could be sent is the batch reported as failed, and comes again; otherwise what
    was refused waits for the sweep, and does not hold up the events behind it.
    """
    records = [record for record in stream_event["Records"] if _is_new_row(record)]
    rows = [item_from_wire(record["dynamodb"]["NewImage"]) for record in records]
    if rows and not outbox.send(rows):
        first = records[0]["dynamodb"]["SequenceNumber"]
        return {"batchItemFailures": [{"itemIdentifier": first}]}
    return {"batchItemFailures": []}


def sweep(
    outbox: Outbox,
    *,
    older_than_s: int = 30,
    work_s: float,
    monotonic: Callable[[], float] = time.monotonic,
) -> int:
    """Send the rows of all shards that are still unsent after `older_than_s`; returns how many it sent.

    It stops after `work_s` seconds; the next run goes on. Younger rows are the stream's to send.
    """
    stop = monotonic() + work_s
    cutoff = rfc3339(outbox.clock.now() - timedelta(seconds=older_than_s))
    sent = found = 0
    for rows in _unsent(outbox.table, cutoff):
        found += len(rows)
        sent += outbox.send(rows)
        if monotonic() > stop:
            break
    if found:
        logger.warning("the sweep found unsent events", extra={"found": found, "sent": sent})
        count("EventsSwept", sent)
    return sent


def stream_publisher(domain: str) -> Handler:
    """The handler of `publish_<domain>_changes`: of the stream of `<DOMAIN>_TABLE`, to `EVENT_BUS`."""

    def handler(event: Mapping[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001 (Lambda's form)
        return publish_stream(event, _from_environment(domain))

    return handler


def outbox_sweeper(domain: str) -> Handler:
    """The handler of `sweep_<domain>_outbox`: answers how many events it sent."""

    def handler(event: Mapping[str, Any], context: Any) -> dict[str, int]:  # noqa: ARG001 (Lambda's form)
        work_s = context.get_remaining_time_in_millis() / 1000 - FINISH_S
        return {"sent": sweep(_from_environment(domain), work_s=work_s)}

    return handler


def _from_environment(domain: str) -> Outbox:
    # The variable's name depends on the domain, so no Settings class can declare it.
    return Outbox(Table(required(f"{domain.upper()}_TABLE")), required("EVENT_BUS"))


def _is_new_row(record: Mapping[str, Any]) -> bool:
    # The event source's filter says nearly the same; a filter that was forgotten must not send anything else.
    image = record["dynamodb"].get("NewImage", {})
    unsent = all(name in image for name in UNSENT_KEYS)
    return bool(record["eventName"] == "INSERT" and image.get("entity") == {"S": "outbox"} and unsent)


def _accepted(row: Item, entry: Mapping[str, str]) -> bool:
    code = entry.get("ErrorCode")
    if code:
        logger.error("the event bus refused an event", extra={"sk": row["sk"], "code": code})
        count("EventsNotSent", reason=code)
    return not code


def _unsent(table: Table, cutoff: str) -> Iterator[list[Item]]:
    for shard in range(SHARDS):
        after = None
        while True:
            page = table.query(
                f"UNSENT#{shard}", index=INDEX, between=("0", cutoff), after=after, limit=SWEEP_PAGE
            )
            if page.items:
                yield page.items
            after = page.last_key
            if after is None:
                break


def _calls(rows: Sequence[Item]) -> Iterator[list[Item]]:
    """Rows in portions that `PutEvents` takes: at most 10 entries, and 256 KB together."""
    call: list[Item] = []
    size = 0
    for row in rows:
        needed = sum(len(row[name].encode()) for name in ("source", "type", "event"))
        if call and (len(call) == ENTRIES_A_CALL or size + needed > BYTES_A_CALL):
            yield call
            call, size = [], 0
        call.append(row)
        size += needed
    if call:
        yield call
