"""What is done when the answer has left, outside of Lambda and as an extension of it."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import SimpleQueue
from typing import Any

import pytest

from omnilife.core import afterwards as module
from omnilife.core.afterwards import Afterwards, Awake, Extension, answering_first, process_afterwards
from omnilife.core.context import correlated, current_correlation_id

SOON_S = 30.0
"""No test depends on how fast the machine is."""


class Lambda:
    """Lambda's API for extensions, as its environment offers it to one process."""

    def __init__(self) -> None:
        self.register_status = 200
        self.identifier = "ext-1"
        self.failures: SimpleQueue[int] = SimpleQueue()
        self.invocations: SimpleQueue[str] = SimpleQueue()
        self.asked: SimpleQueue[tuple[str, Any]] = SimpleQueue()
        own = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                own.asked.put((self.headers["Lambda-Extension-Name"], json.loads(body)))
                self._answer(own.register_status, own.identifier)

            def do_GET(self) -> None:
                own.asked.put((self.path, self.headers["Lambda-Extension-Identifier"]))
                if not own.failures.empty():
                    self._answer(own.failures.get())
                elif own.invocations.get() == "end":
                    self.close_connection = True
                else:
                    self._answer(200)

            def _answer(self, status: int, identifier: str = "") -> None:
                self.send_response(status)
                if identifier:
                    self.send_header("Lambda-Extension-Identifier", identifier)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server.server_port}"


@pytest.fixture
def platform(socket_enabled: None) -> Iterator[Lambda]:
    platform = Lambda()
    yield platform
    platform.server.shutdown()
    platform.server.server_close()


@pytest.fixture
def no_process(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """As a process that has just begun."""
    process_afterwards.cache_clear()
    yield monkeypatch
    process_afterwards.cache_clear()


class Steps:
    """A process that Lambda wakes when the test says so."""

    def __init__(self) -> None:
        self.requests: SimpleQueue[None] = SimpleQueue()
        self.done: SimpleQueue[None] = SimpleQueue()

    def next(self) -> None:
        self.done.put(None)
        self.requests.get()


def test_a_task_waits_for_the_answer_and_keeps_the_correlation_id() -> None:
    afterwards, seen = Afterwards(Awake(), sleep=lambda _: None), SimpleQueue[str]()
    with correlated("r1"):
        assert afterwards.do(lambda: seen.put(current_correlation_id()))
    assert not afterwards.wait(0.05)
    afterwards.answered()
    assert afterwards.wait(SOON_S)
    assert seen.get() == "r1"


def test_the_answer_has_a_head_start() -> None:
    seen: list[float | str] = []
    afterwards = Afterwards(Awake(), sleep=seen.append)
    afterwards.do(lambda: seen.append("done"))
    afterwards.answered()
    assert afterwards.wait(SOON_S)
    assert seen[:2] == [module.HEAD_START_S, "done"]


def test_tasks_are_done_in_their_order_and_one_that_fails_is_counted(
    capsys: pytest.CaptureFixture[str],
) -> None:
    afterwards, done = Afterwards(Awake(), sleep=lambda _: None), list[str]()

    def fail() -> None:
        raise RuntimeError("down")

    for task in (lambda: done.append("first"), fail, lambda: done.append("last")):
        afterwards.do(task)
    afterwards.answered()
    assert afterwards.wait(SOON_S)
    assert done == ["first", "last"]
    assert "AfterwardsFailed" in capsys.readouterr().out


def test_the_invocation_is_over_only_when_nothing_is_left() -> None:
    lifecycle, held, done = Steps(), threading.Event(), list[str]()
    afterwards = Afterwards(lifecycle, sleep=lambda _: None)
    afterwards.start()
    lifecycle.done.get(timeout=SOON_S)  # initialised
    lifecycle.requests.put(None)

    def slow() -> None:
        held.wait(SOON_S)
        done.append("written")

    afterwards.do(slow)
    afterwards.answered()
    assert (done, lifecycle.done.empty()) == ([], True)
    held.set()
    lifecycle.done.get(timeout=SOON_S)
    assert done == ["written"]


def test_an_invocation_without_tasks_is_over_at_once() -> None:
    lifecycle = Steps()
    afterwards = Afterwards(lifecycle, sleep=lambda _: None)
    afterwards.start()
    lifecycle.done.get(timeout=SOON_S)
    lifecycle.requests.put(None)
    afterwards.answered()
    lifecycle.done.get(timeout=SOON_S)


def test_a_process_that_may_be_frozen_takes_nothing() -> None:
    afterwards = Afterwards(None)
    afterwards.start()
    assert not afterwards.do(lambda: None)
    assert afterwards.wait(0)


def test_a_process_in_lambda_registers_before_its_first_request_and_is_told_of_each(
    platform: Lambda, no_process: pytest.MonkeyPatch
) -> None:
    no_process.setenv("AWS_LAMBDA_RUNTIME_API", platform.address)
    done: list[str] = []

    def handle(event: str, _: Any) -> str:
        process_afterwards().do(lambda: done.append(event))
        return f"answer to {event}"

    handler = answering_first(handle)
    assert platform.asked.get(timeout=SOON_S) == (module.EXTENSION, {"events": ["INVOKE"]})
    following = ("/2020-01-01/extension/event/next", "ext-1")
    assert platform.asked.get(timeout=SOON_S) == following
    for event in ("one", "two"):
        platform.invocations.put(event)
        assert handler(event, None) == f"answer to {event}"
        assert platform.asked.get(timeout=SOON_S) == following
        assert done[-1] == event


def test_a_handler_that_fails_ends_its_invocation_too(no_process: pytest.MonkeyPatch) -> None:
    done: list[str] = []

    def handle(event: str, _: Any) -> str:
        process_afterwards().do(lambda: done.append(event))
        raise ValueError(event)

    with pytest.raises(ValueError, match="one"):
        answering_first(handle)("one", None)
    assert process_afterwards().wait(SOON_S)
    assert done == ["one"]


@pytest.mark.parametrize(("status", "identifier"), [(403, "ext-1"), (200, "")])
def test_a_process_that_lambda_does_not_register_may_be_frozen(
    platform: Lambda, no_process: pytest.MonkeyPatch, status: int, identifier: str
) -> None:
    platform.register_status, platform.identifier = status, identifier
    no_process.setenv("AWS_LAMBDA_RUNTIME_API", platform.address)
    assert not process_afterwards().do(lambda: None)


def test_an_api_that_is_not_there_is_no_reason_not_to_start(
    socket_enabled: None, no_process: pytest.MonkeyPatch
) -> None:
    no_process.setenv("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:1")
    assert not process_afterwards().do(lambda: None)


def test_lambda_is_asked_again_when_it_fails(platform: Lambda, capsys: pytest.CaptureFixture[str]) -> None:
    pauses: list[float] = []
    extension = Extension(platform.address, sleep=pauses.append)
    assert extension.register()
    platform.failures.put(500)
    platform.invocations.put("end")  # the connection breaks
    platform.invocations.put("request")
    extension.next()
    assert pauses == [module.PAUSE_S] * 2
    assert capsys.readouterr().out.count('"Name":"AfterwardsDisconnected"') == 2
