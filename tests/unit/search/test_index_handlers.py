"""The index's own functions with the sample events that ship for them, and the state machine over them."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from omnilife.core.table import Table
from tests.support.engine import StandInEngine
from tests.support.functions import Functions
from tests.support.http import Answer
from tests.support.machine import Machine
from tests.support.reindex import Reindexing, cut_into_few_segments
from tests.support.templates import ROOT

type Call = Callable[..., Answer]

STEPS = {
    "BeginReindex": "begin_reindex",
    "IndexSegment": "index_segment",
    "CheckReindex": "check_reindex",
    "FinishReindex": "finish_reindex",
    "DropReindex": "drop_reindex",
}


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> StandInEngine:
    """The engine that every function finds at its address."""
    stand_in = StandInEngine()
    one = stand_in.engine()
    for module in ("product_index", "index_generations"):
        monkeypatch.setattr(f"omnilife.search.{module}.engine_at", lambda _: one)
    return stand_in


@pytest.fixture
def shop(
    catalogue_table: Table, search_table: Table, engine: StandInEngine, monkeypatch: pytest.MonkeyPatch
) -> Reindexing:
    cut_into_few_segments(monkeypatch)
    return Reindexing(catalogue_table, search_table, engine.engine())


@pytest.fixture
def call(shop: Reindexing, secrets: Any, token: Callable[..., str], invoke: Functions) -> Call:
    """`call("get_reindex", job_id=…)`: the answer to the sample, as an administrator."""

    def send(name: str, *, role: str = "admin", body: Any = None, **parameters: str) -> Answer:
        event = json.loads((ROOT / f"events/search/{name}.json").read_text())
        event["headers"]["authorization"] = f"Bearer {token(role=role, sub='admin-1')}"
        if body is not None:
            event["body"] = json.dumps(body)
        for parameter, value in parameters.items():
            path = event["rawPath"].replace(event["pathParameters"][parameter], value)
            event |= {"rawPath": path, "pathParameters": {parameter: value}}
            event["requestContext"]["http"]["path"] = path
        return Answer.of(invoke(f"search/{name}", event))

    return send


@pytest.fixture
def run(invoke: Functions) -> Callable[[str], Machine]:
    def run_job(job_id: str) -> Machine:
        machine = Machine("reindex_products", lambda name, payload: invoke(f"search/{STEPS[name]}", payload))
        machine.run({"detail": {"data": {"job_id": job_id}}})
        return machine

    return run_job


def test_a_reindex_runs_from_the_request_to_its_result(
    call: Call, run: Callable[[str], Machine], shop: Reindexing, engine: StandInEngine
) -> None:
    product_id = shop.create().product_id
    started = call("start_reindex")
    assert started.status == 202
    job_id = started.json["job_id"]
    assert started.headers["location"] == f"/api/search/reindex/{job_id}"
    assert started.json["state"] == "queued"
    assert call("start_reindex").json["job_id"] == job_id

    path = run(job_id).path
    assert path[-2:] == ["WhatNext", "NothingToDo"]

    job = call("get_reindex", job_id=job_id)
    assert job.status == 200
    assert job.json["state"] == "succeeded"
    assert job.json["progress"] == {"done": 1, "total": 1}
    assert engine.held("products") == {product_id: (2, "active")}


def test_a_reindex_is_cancelled(call: Call, run: Callable[[str], Machine]) -> None:
    job_id = call("start_reindex").json["job_id"]
    assert call("cancel_reindex", job_id=job_id).json["state"] == "cancelled"
    assert run(job_id).path == ["BeginReindex", "WhatNext", "DropCancelled", "NothingToDo"]
    assert call("get_reindex", job_id=job_id).json["state"] == "cancelled"


@pytest.mark.parametrize("name", ["get_reindex", "cancel_reindex"])
def test_a_job_that_never_was_is_not_found(call: Call, name: str) -> None:
    assert call(name).status == 404


def test_a_second_job_is_a_conflict_that_names_the_first(call: Call, shop: Reindexing) -> None:
    running = shop.request().job_id
    refused = call("start_reindex")
    assert refused.status == 409
    assert (refused.json["type"], refused.json["job_id"]) == ("/problems/reindex-running", running)


def test_a_rollback_without_an_older_index_is_a_conflict(call: Call) -> None:
    refused = call("start_reindex", body={"rollback": True})
    assert (refused.status, refused.json["type"]) == (409, "/problems/nothing-to-roll-back-to")


@pytest.mark.parametrize("body", [{"rollback": 2}, {"rollback": None}, {"all": True}])
def test_a_body_that_says_something_else_is_refused(call: Call, body: Any) -> None:
    assert call("start_reindex", body=body).status == 422


def test_one_product_is_indexed_and_removed(call: Call, shop: Reindexing, engine: StandInEngine) -> None:
    product_id = shop.create().product_id
    indexed = call("index_product", body={"product_id": product_id})
    assert indexed.json == {"product_id": product_id, "state": "indexed", "version": 2}
    removed = call("unindex_product", product_id=product_id)
    assert removed.json == {"product_id": product_id, "state": "removed", "version": 2}
    assert engine.held("products") == {product_id: (2, "removed")}


def test_a_product_that_never_was_is_not_found(call: Call) -> None:
    assert call("index_product").status == 404


@pytest.mark.parametrize(
    "name", ["index_product", "unindex_product", "start_reindex", "get_reindex", "cancel_reindex"]
)
def test_the_index_is_no_merchants(call: Call, name: str) -> None:
    assert call(name, role="merchant").status == 403


@pytest.mark.parametrize("step", STEPS.values())
def test_a_step_of_a_job_that_never_was_does_nothing(
    invoke: Functions, shop: Reindexing, engine: StandInEngine, step: str
) -> None:
    invoke(f"search/{step}", json.loads((ROOT / f"events/search/{step}.json").read_text()))
    assert engine.requests == []
    assert shop.jobs.state().job_id == ""
