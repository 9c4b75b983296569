"""Readers of streams and queues: side by side, in whole batches, or not at all when MiniStack has changed."""

import threading
from types import SimpleNamespace
from typing import Any

import pytest

from local.emulator import readers
from local.emulator.errors import MendError

pytestmark = pytest.mark.unit

PATIENCE_S = 10.0


class Emulator:
    """What the mend knows of MiniStack's pollers: mappings with batches to come, and their functions."""

    def __init__(self, **batches: int) -> None:
        self.left = dict(batches)
        self.begun = {name: threading.Event() for name in batches}
        self.go_on = {name: threading.Event() for name in batches}
        self.threads: list[threading.Thread] = []
        self._esm_wake = threading.Event()
        # Plain functions, as a module has them.
        self._iter_all_esms: Any = self.mappings
        self._poll_dynamodb_streams: Any = lambda: poll(self)

    def mappings(self) -> Any:
        for name in self.left:
            yield (
                "000000000000",
                "eu-central-1",
                {"UUID": name, "EventSourceArn": f"arn:aws:dynamodb:::{name}"},
            )

    def spawn_background(self, function: Any, *arguments: Any, thread_name: str) -> None:
        self.threads.append(threading.Thread(target=function, args=arguments, name=thread_name))
        self.threads[-1].start()

    def join(self) -> None:
        for thread in self.threads:
            thread.join(PATIENCE_S)

    def _execute_function(self, name: str) -> None:
        self.begun[name].set()
        assert self.go_on[name].wait(PATIENCE_S)


def poll(emulator: Emulator) -> bool:
    """Like MiniStack's: one batch of each mapping, and whether there was any."""
    processed_any = False
    for _account, _region, mapping in emulator._iter_all_esms():
        name = mapping["UUID"]
        if emulator.left[name]:
            emulator.left[name] -= 1
            emulator._execute_function(name)
            processed_any = True
    return processed_any


@pytest.fixture
def as_known(monkeypatch: pytest.MonkeyPatch) -> None:
    source = "in _iter_all_esms(): _execute_function(func_rec, event) return processed_any"
    monkeypatch.setattr("local.emulator.readers.inspect.getsource", lambda _: source)


@pytest.mark.usefixtures("as_known")
def test_a_slow_function_of_one_stream_does_not_keep_another_stream_waiting() -> None:
    emulator = Emulator(slow=1, quick=2)
    readers.streams_apart(emulator)
    emulator.go_on["quick"].set()
    assert emulator._poll_dynamodb_streams() is False
    assert emulator.begun["slow"].wait(PATIENCE_S)
    assert emulator.begun["quick"].wait(PATIENCE_S)
    emulator.go_on["slow"].set()
    emulator.join()
    assert emulator.left == {"slow": 0, "quick": 0}


@pytest.mark.usefixtures("as_known")
def test_a_stream_has_one_reader_at_a_time() -> None:
    emulator = Emulator(slow=2)
    readers.streams_apart(emulator)
    emulator._poll_dynamodb_streams()
    assert emulator.begun["slow"].wait(PATIENCE_S)
    emulator._poll_dynamodb_streams()
    assert len(emulator.threads) == 1
    emulator.go_on["slow"].set()
    emulator.join()
    emulator._poll_dynamodb_streams()
    assert len(emulator.threads) == 2
    emulator.join()


@pytest.mark.usefixtures("as_known")
def test_only_a_reader_that_found_something_asks_for_another_look() -> None:
    emulator = Emulator(idle=0, busy=1)
    readers.streams_apart(emulator)
    emulator.left = {"idle": 0}
    emulator._poll_dynamodb_streams()
    emulator.join()
    assert not emulator._esm_wake.is_set()
    emulator.left = {"busy": 1}
    emulator.go_on["busy"].set()
    emulator._poll_dynamodb_streams()
    emulator.join()
    assert emulator._esm_wake.is_set()


def test_a_poller_that_reads_in_another_way_is_refused() -> None:
    def answers_otherwise() -> None:
        """Stands for a later MiniStack's."""

    lambdas = SimpleNamespace(_poll_dynamodb_streams=answers_otherwise, _iter_all_esms=answers_otherwise)
    with pytest.raises(MendError, match="streams apart"):
        readers.streams_apart(lambdas)
    assert lambdas._poll_dynamodb_streams is answers_otherwise


class Queues:
    """What the mend knows of MiniStack's queues."""

    def __init__(self, *, is_fifo: bool = False) -> None:
        self.queue = {"is_fifo": is_fifo, "attributes": {"VisibilityTimeout": "60"}}
        self._queues_lock = threading.Lock()
        self._receive_messages_for_esm: Any = lambda *_: []
        self.collected: list[tuple[int, int]] = []

    def _get_q(self, _url: str) -> dict[str, Any]:
        return self.queue

    def _expire_retained(self, _queue: dict[str, Any]) -> None:
        """Nothing is too old."""

    _dlq_sweep = _expire_retained

    def _collect_msgs(self, _queue: dict[str, Any], most: int, visibility: int) -> list[dict[str, Any]]:
        self.collected.append((most, visibility))
        return [{"id": "m-1"}]


@pytest.mark.parametrize(("is_fifo", "most"), [(False, 50), (True, 10)])
def test_a_batch_is_as_large_as_its_mapping_says_but_ten_from_a_fifo_queue(
    monkeypatch: pytest.MonkeyPatch, is_fifo: bool, most: int
) -> None:
    monkeypatch.setattr(
        "local.emulator.readers.inspect.getsource", lambda _: "max_n = min(int(max_number or 1), 10)"
    )
    queues = Queues(is_fifo=is_fifo)
    readers.whole_batches(queues)
    assert queues._receive_messages_for_esm("http://queue", 50) == [{"id": "m-1"}]
    assert queues.collected == [(most, 60)]


def test_queues_that_are_received_from_in_another_way_are_refused() -> None:
    queues = Queues()
    receive = queues._receive_messages_for_esm
    with pytest.raises(MendError, match="whole batches"):
        readers.whole_batches(queues)
    assert queues._receive_messages_for_esm is receive
