"""Event source mappings: who reads which stream when, and how much of a queue at once."""

import inspect
import threading
from collections.abc import Iterator
from typing import Any

from local.emulator.errors import MendError

# Account, region, mapping: as MiniStack hands them to its pollers.
type Mapping = tuple[str, str, dict[str, Any]]

MOST_MESSAGES = 10_000  # of a standard queue in one batch, as in AWS


def streams_apart(lambdas: Any) -> None:
    """Read each table's stream for each of its functions in a thread of its own.

    MiniStack's one poller waits for every function that it hands a batch of a stream, and meanwhile reads no
    other stream and no queue. In AWS each mapping has readers of its own.
    """
    poll, every = lambdas._poll_dynamodb_streams, lambdas._iter_all_esms
    for fragment in ("in _iter_all_esms():", "_execute_function(func_rec, event)", "return processed_any"):
        if fragment not in inspect.getsource(poll):
            raise MendError("streams apart", "_poll_dynamodb_streams reads in another way")
    mine = threading.local()
    reading: set[str] = set()

    def iterate() -> Iterator[Mapping]:
        own: Mapping | None = getattr(mine, "mapping", None)
        return every() if own is None else iter([own])

    def read(mapping: Mapping) -> None:
        mine.mapping, found = mapping, False
        try:
            while poll():
                found = True
        finally:
            mine.mapping = None
            reading.discard(mapping[2]["UUID"])
            if found:  # what came since the last look has nobody else who would look again
                lambdas._esm_wake.set()

    def read_apart() -> bool:
        for mapping in every():
            name, source = mapping[2]["UUID"], mapping[2].get("EventSourceArn", "")
            # Only the poller adds to them, and it is one thread.
            if ":dynamodb:" in source and name not in reading:
                reading.add(name)
                lambdas.spawn_background(read, mapping, thread_name="omnilife-stream")
        return False  # nothing is left to do at once: each reader goes on by itself until it finds nothing

    lambdas._iter_all_esms = iterate
    lambdas._poll_dynamodb_streams = read_apart


def whole_batches(sqs: Any) -> None:
    """Give a queue's function as many messages at once as its mapping says; MiniStack gives ten at most.

    What a mapping's window would wait for is not waited for: a developer's change is seen at once.
    """
    receive = sqs._receive_messages_for_esm
    cap = "max_n = min(int(max_number or 1), 10)"
    if cap not in inspect.getsource(receive):
        raise MendError("whole batches", "_receive_messages_for_esm caps a batch in another way")

    def receive_all(queue_url: str, max_number: int) -> list[dict[str, Any]]:
        with sqs._queues_lock:
            queue = sqs._get_q(queue_url)
            sqs._expire_retained(queue)
            sqs._dlq_sweep(queue)
            most = min(int(max_number or 1), 10 if queue["is_fifo"] else MOST_MESSAGES)
            visibility = int(queue["attributes"].get("VisibilityTimeout", "30"))
            received: list[dict[str, Any]] = sqs._collect_msgs(queue, most, visibility)
            return received

    sqs._receive_messages_for_esm = receive_all
