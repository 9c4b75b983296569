"""The functions of returns with the sample events that ship for them, in process."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from omnilife.checkout.order_models import Order
from omnilife.core.clock import system_clock
from omnilife.core.table import Table
from tests.support.functions import Functions
from tests.support.http import Answer
from tests.support.templates import ROOT
from tests.unit.catalogue.shop import Shop
from tests.unit.checkout.ordering import Ordering

STEPS = ("packed", "shipped", "delivered")


def sample(name: str) -> Any:
    return json.loads((ROOT / f"events/checkout/{name}.json").read_text())


@pytest.fixture
def delivered(shop: Shop, checkout_table: Table, secrets: dict[str, str]) -> Order:
    """Two lamps, delivered today."""
    shop.clock.advance(seconds=(system_clock.now() - shop.clock.now()).total_seconds())
    ordering = Ordering(shop, checkout_table)
    order = ordering.order(ordering.product("lamp-1", 5), 2, "pm_ok")
    for step in STEPS:
        ordering.advance(order, step)  # type: ignore[arg-type]
    return ordering.get(order)


@pytest.fixture
def call(delivered: Order, token: Callable[..., str], invoke: Functions) -> Callable[..., Answer]:
    """`call("create_return", body=…)`: the answer to the sample, about the order or the return."""

    def send(
        name: str, *, role: str = "customer", sub: str = "user-1", body: Any = None, **path: str
    ) -> Answer:
        event = sample(name)
        event["headers"]["authorization"] = f"Bearer {token(role=role, sub=sub)}"
        if path:
            event["pathParameters"] = path
        for parameter, value in path.items():
            event["rawPath"] = event["routeKey"].split()[1].replace(f"{{{parameter}}}", value)
            event["requestContext"]["http"]["path"] = event["rawPath"]
        if body is not None:
            event["body"] = json.dumps(body)
        return Answer.of(invoke(f"checkout/{name}", event))

    return send


def test_a_return_goes_its_way_over_http(delivered: Order, call: Callable[..., Answer], invoke: Functions):
    earned = sample("earn_points")
    told = json.loads(earned["Records"][0]["body"])
    told["detail"]["data"] |= {"order_id": delivered.order_id, "user_id": "user-1"}
    earned["Records"][0]["body"] = json.dumps(told)
    assert invoke("checkout/earn_points", earned) == {"batchItemFailures": []}

    asked = call("create_return", order_id=delivered.order_id)
    assert (asked.status, asked.json["state"]) == (201, "requested")
    return_id = asked.json["return_id"]
    assert call("create_return", order_id=delivered.order_id).json["return_id"] == return_id  # the same key
    assert [each["return_id"] for each in call("list_returns").json["items"]] == [return_id]

    for action, state in (("approve", "approved"), ("receive", "received"), ("refund", "refunding")):
        changed = call(
            "update_return", role="merchant", sub="merchant-1", body={"action": action}, return_id=return_id
        )
        assert (changed.status, changed.json["state"]) == (200, state)
    refund = changed.json["refund"]
    assert refund["total"]["amount"] == delivered.lines[0].unit_price.amount
    assert refund["points_taken_back"] == 49

    done = sample("complete_return")
    told = json.loads(done["Records"][0]["body"])
    told["detail"]["data"] |= {"return_id": return_id, "refund_id": refund["refund_id"]}
    done["Records"][0]["body"] = json.dumps(told)
    assert invoke("checkout/complete_return", done) == {"batchItemFailures": []}
    mine = call("list_returns", role="merchant", sub="merchant-1").json["items"]
    assert [each["state"] for each in mine] == ["refunded"]


@pytest.mark.parametrize(
    ("lines", "status", "slug"),
    [
        ([{"line_id": "1", "quantity": 0, "reason": "other"}], 422, "invalid-return-quantity"),
        ([{"line_id": "1", "quantity": 1.5, "reason": "other"}], 422, "invalid-return-quantity"),
        ([{"line_id": "1", "quantity": 3, "reason": "other"}], 409, "returning-too-many"),
        ([{"line_id": "9", "quantity": 1, "reason": "other"}], 422, "unknown-order-line"),
        ([{"line_id": "1", "quantity": 1, "reason": "because"}], 422, "invalid"),
        ([], 422, "invalid"),
    ],
    ids=["zero", "fraction", "more", "unknown", "reason", "none"],
)
def test_what_cannot_be_returned_is_told_by_its_own_problem(
    delivered: Order, call: Callable[..., Answer], lines: Any, status: int, slug: str
):
    refused = call("create_return", order_id=delivered.order_id, body={"lines": lines})
    assert (refused.status, refused.json["type"]) == (status, f"/problems/{slug}")
    assert call("list_returns").json["items"] == []


def test_returns_of_others_are_not_there(delivered: Order, call: Callable[..., Answer]):
    assert call("create_return", order_id=delivered.order_id, sub="user-2").status == 404
    return_id = call("create_return", order_id=delivered.order_id).json["return_id"]
    stranger = call("update_return", role="merchant", sub="merchant-2", return_id=return_id)
    assert (stranger.status, stranger.json["type"]) == (404, "/problems/unknown-return")
    assert call("update_return", return_id=return_id).status == 403


def test_over_redeeming_is_told_with_the_balance(call: Callable[..., Answer]):
    refused = call("redeem_points", body={"points": 500})
    assert (refused.status, refused.json["type"], refused.json["balance"]) == (
        409,
        "/problems/not-enough-points",
        0,
    )


def test_events_that_lead_nowhere_are_taken_from_the_queue(call: Callable[..., Answer], invoke: Functions):
    assert invoke("checkout/earn_points", sample("earn_points")) == {"batchItemFailures": []}
    assert invoke("checkout/complete_return", sample("complete_return")) == {"batchItemFailures": []}
    assert isinstance(call("list_returns").json["items"], list)
