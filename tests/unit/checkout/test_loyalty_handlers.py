"""Loyalty's functions with the sample events that ship for them, in process."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from omnilife.core.table import Table
from tests.support.functions import Functions, load_function
from tests.support.http import Answer
from tests.support.templates import ROOT


class Context:
    """As Lambda gives it."""

    def get_remaining_time_in_millis(self) -> int:
        return 900_000


def sample(name: str) -> Any:
    return json.loads((ROOT / f"events/checkout/{name}.json").read_text())


@pytest.fixture
def call(
    checkout_table: Table, secrets: dict[str, str], token: Callable[..., str], invoke: Functions
) -> Callable[..., Answer]:
    """`call("get_points", role="admin", body=…)`: the answer to the sample."""

    def send(name: str, *, role: str = "customer", body: Any = None, headers: Any = None) -> Answer:
        event = sample(name)
        event["headers"]["authorization"] = f"Bearer {token(role=role, sub='u1')}"
        event["headers"] |= headers or {}
        if body is not None:
            event["body"] = json.dumps(body)
        return Answer.of(invoke(f"checkout/{name}", event))

    return send


def test_a_customer_sees_points_and_their_ledger(call: Callable[..., Answer]):
    told = call("get_points")
    assert (told.status, told.json["balance"], told.json["tier"]["name"]) == (200, 0, "member")
    assert call("list_points").json == {"items": [], "next_cursor": None}


def test_an_administrator_writes_programmes_as_they_were_read(call: Callable[..., Answer]):
    written = call("put_loyalty_program", role="admin")
    assert (written.status, written.headers["etag"]) == (200, '"1"')
    assert [each["program_id"] for each in call("list_loyalty_programs", role="admin").json["items"]] == [
        "plus"
    ]
    stale = call("put_loyalty_program", role="admin", headers={"if-match": '"7"'})
    assert (stale.status, stale.json["type"]) == (412, "/problems/precondition-failed")
    assert call("get_points").json["program"]["name"] == "Plus"


@pytest.mark.parametrize("name", ["put_loyalty_program", "list_loyalty_programs"])
def test_customers_have_no_say_in_programmes(call: Callable[..., Answer], name: str):
    assert call(name).status == 403


def test_rules_that_mean_nothing_are_refused_and_nothing_is_written(call: Callable[..., Answer]):
    body = json.loads(sample("put_loyalty_program")["body"])
    refused = call("put_loyalty_program", role="admin", body={**body, "tiers": [{"name": "x", "spend": 5}]})
    assert (refused.status, refused.json["type"]) == (422, "/problems/invalid")
    assert call("get_points").json["program"]["program_id"] == "standard"


def test_the_schedule_lets_points_expire(checkout_table: Table):
    job = load_function("checkout/expire_points")
    assert job.handler(sample("expire_points"), Context()) == {"expired": 0}
