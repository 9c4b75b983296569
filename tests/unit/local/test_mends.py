"""The mends refuse a MiniStack whose code is not the one they were written for, and leave it as it is."""

from types import SimpleNamespace
from typing import Any

import pytest

from local.emulator import mends, workers
from local.emulator.api_bodies import import_body, route_key
from local.emulator.errors import MendError

pytestmark = pytest.mark.unit


def answers_otherwise(*_args: Any, **_kwargs: Any) -> None:
    """Stands for any function of a later MiniStack."""


def test_exception_names_refuse_another_worker_script() -> None:
    runtime = SimpleNamespace(_PYTHON_WORKER_SCRIPT="print('another')")
    with pytest.raises(MendError, match="exception names"):
        mends.exception_names(runtime, SimpleNamespace())
    assert runtime._PYTHON_WORKER_SCRIPT == "print('another')"


def test_a_scheduler_with_another_tick_is_refused() -> None:
    with pytest.raises(MendError, match="scheduler tick"):
        mends.scheduler_tick(
            SimpleNamespace(_SCHEDULE_TICK_INTERVAL=5), SimpleNamespace(_SCHEDULER_TICK_INTERVAL=10)
        )


def test_both_schedulers_tick_every_second() -> None:
    scheduler, bus = (
        SimpleNamespace(_SCHEDULE_TICK_INTERVAL=10),
        SimpleNamespace(_SCHEDULER_TICK_INTERVAL=10),
    )
    mends.scheduler_tick(scheduler, bus)
    assert (scheduler._SCHEDULE_TICK_INTERVAL, bus._SCHEDULER_TICK_INTERVAL) == (1, 1)


def test_another_log_drain_is_refused() -> None:
    worker = type("Worker", (), {"_drain_stderr_bounded": answers_otherwise})
    with pytest.raises(MendError, match="log wait"):
        mends.log_wait(SimpleNamespace(Worker=worker))


@pytest.mark.parametrize(
    ("mend", "resource"),
    [
        (mends.http_api_bodies, "AWS::ApiGatewayV2::Api"),
        (mends.table_settings, "AWS::DynamoDB::Table"),
    ],
)
def test_a_resource_without_a_handler_is_refused(mend: Any, resource: str) -> None:
    with pytest.raises(MendError, match=resource):
        mend(SimpleNamespace(_RESOURCE_HANDLERS={}), SimpleNamespace())


def test_nested_transforms_refuse_another_deploy() -> None:
    provisioners = SimpleNamespace(_cfn_nested_stack_deploy=answers_otherwise)
    with pytest.raises(MendError, match="nested transforms"):
        mends.nested_transforms(provisioners, SimpleNamespace(_parse_template=answers_otherwise))
    assert provisioners._cfn_nested_stack_deploy is answers_otherwise


def test_nested_attributes_refuse_another_update() -> None:
    with pytest.raises(MendError, match="nested attributes"):
        mends.nested_attributes(SimpleNamespace(_update_resource=answers_otherwise), SimpleNamespace())


def test_bounded_workers_refuse_a_runtime_that_lambda_does_not_call() -> None:
    runtime = SimpleNamespace(acquire_worker=answers_otherwise, reap_idle_workers=answers_otherwise)
    with pytest.raises(MendError, match="bounded workers"):
        workers.bounded(runtime, SimpleNamespace())


@pytest.mark.parametrize(
    ("path", "verb", "key"),
    [
        ("/things/{id}", "get", "GET /things/{id}"),
        ("/things", "x-amazon-apigateway-any-method", "ANY /things"),
        ("/$default", "x-amazon-apigateway-any-method", "$default"),
    ],
)
def test_routes_are_named_as_http_apis_name_them(path: str, verb: str, key: str) -> None:
    assert route_key(path, verb) == key


def test_an_api_without_a_body_is_left_as_it_is() -> None:
    gateway = SimpleNamespace(_routes={"api": {"r1": {}}})
    import_body(gateway, "api", {"Name": "plain"})
    assert gateway._routes == {"api": {"r1": {}}}
