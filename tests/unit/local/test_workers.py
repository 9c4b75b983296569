"""How many Lambda workers live, on a runtime of the shape that MiniStack's has."""

import threading
import time
from types import SimpleNamespace
from typing import Any

import pytest

from local.emulator import workers

pytestmark = pytest.mark.unit


class Runtime:
    """MiniStack's pools, without the processes."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._workers: dict[str, list[Any]] = {}
        self.ended: list[str] = []
        self.all_ended = threading.Event()

    def acquire_worker(self, func_name: str, config: Any, code_zip: bytes) -> tuple[Any, str]:  # noqa: ARG002
        worker = SimpleNamespace(name=func_name, in_use=True, last_used=time.time())
        with self._lock:
            self._workers.setdefault(func_name, []).append(worker)
        return worker, "spawn"

    def reap_idle_workers(self) -> int:
        raise AssertionError("the mend takes its place")

    def kill_workers(self, doomed: list[Any]) -> None:
        self.ended += [worker.name for worker in doomed]
        self.all_ended.set()

    def living(self) -> list[str]:
        return [worker.name for pool in self._workers.values() for worker in pool]


@pytest.fixture
def runtime() -> Runtime:
    return Runtime()


@pytest.fixture
def lambdas(runtime: Runtime) -> Any:
    module = SimpleNamespace(
        acquire_worker=runtime.acquire_worker, reap_idle_workers=runtime.reap_idle_workers
    )
    # A bound method is made anew at each look; a module's function is one and the same.
    runtime.acquire_worker = module.acquire_worker  # type: ignore[method-assign]
    runtime.reap_idle_workers = module.reap_idle_workers  # type: ignore[method-assign]
    workers.bounded(runtime, module, most=2, idle_s=60)
    return module


def lease(lambdas: Any, name: str) -> Any:
    worker, _how = lambdas.acquire_worker(name, {}, b"")
    return worker


def test_the_worker_that_was_idle_longest_makes_room(runtime: Runtime, lambdas: Any) -> None:
    older, newer = lease(lambdas, "older"), lease(lambdas, "newer")
    older.in_use = newer.in_use = False
    older.last_used -= 10

    lease(lambdas, "third")

    assert runtime.all_ended.wait(5)
    assert runtime.ended == ["older"]
    assert sorted(runtime.living()) == ["newer", "third"]


def test_a_call_gets_its_worker_when_none_is_idle(runtime: Runtime, lambdas: Any) -> None:
    for name in ("one", "two", "three"):
        lease(lambdas, name)
    assert runtime.living() == ["one", "two", "three"]
    assert runtime.ended == []


def test_only_workers_idle_for_too_long_are_reaped(runtime: Runtime, lambdas: Any) -> None:
    idle, busy = lease(lambdas, "idle"), lease(lambdas, "busy")
    idle.in_use = False
    assert lambdas.reap_idle_workers() == 0
    idle.last_used -= 61
    busy.last_used -= 61

    assert lambdas.reap_idle_workers() == 1

    assert runtime.all_ended.wait(5)
    assert (runtime.ended, runtime.living()) == (["idle"], ["busy"])
