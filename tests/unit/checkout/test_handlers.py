"""Each function of checkout with the sample event that ships for it, in process."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.functions import Functions
from tests.support.http import Answer
from tests.support.templates import ROOT
from tests.unit.checkout.buying import Buying

PRODUCT_ID = "019ab7d2-6a40-7c31-9f2e-5d1c8a7b3e01"


def sample(name: str) -> Any:
    return json.loads((ROOT / f"events/checkout/{name}.json").read_text())


@pytest.fixture
def call(buying: Buying, token: Callable[..., str], invoke: Functions) -> Callable[..., Answer]:
    """`call("get_cart", …)`: the answer to the sample, as a customer, with changes to the event."""
    buying.shop.ids = iter([PRODUCT_ID, *(f"event-{n}" for n in range(99))]).__next__
    buying.shop.create()

    def send(
        name: str, *, body: Any = None, role: str | None = "customer", headers: Any = None, **changes: Any
    ) -> Answer:
        event = sample(name) | changes
        if "authorization" in event["headers"]:
            event["headers"]["authorization"] = f"Bearer {token(role=role, sub='user-1')}"
        if role is None:
            del event["headers"]["authorization"]
        event["headers"] |= headers or {}
        if body is not None:
            event["body"] = json.dumps(body)
        return Answer.of(invoke(f"checkout/{name}", event))

    return send


def test_a_user_adds_and_looks(call):
    added = call("add_to_cart")
    seen = call("get_cart")

    assert added.status == seen.status == 200
    assert added.json == seen.json
    assert seen.json["lines"][0]["quantity"] == 2
    assert seen.json["cart_token"] is None


def test_an_anonymous_cart_is_found_by_its_token_only(call):
    added = call("add_to_cart", role=None)
    token = added.json["cart_token"]

    assert call("get_cart", role=None, headers={"x-cart-token": token}).json["units"] == 2
    assert call("get_cart", role=None).json["units"] == 0
    assert call("get_cart").json["units"] == 0


@pytest.mark.parametrize("name", ["get_cart", "add_to_cart"])
def test_a_forged_cart_token_is_a_problem_of_its_own(call, name):
    token = call("add_to_cart", role=None).json["cart_token"]
    forged = token[:-1] + ("A" if token[-1] != "A" else "B")

    answer = call(name, role=None, headers={"x-cart-token": forged})

    assert (answer.status, answer.json["type"]) == (400, "/problems/bad-cart-token")


@pytest.mark.parametrize(
    ("quantity", "problem"),
    [
        (0, "invalid-quantity"),
        (-1, "invalid-quantity"),
        (1.5, "invalid-quantity"),
        ("2", "invalid-quantity"),
        (10**9, "too-many-units"),
    ],
    ids=repr,
)
def test_a_bad_quantity_is_a_problem_of_its_own(call, quantity, problem):
    answer = call("add_to_cart", body={"product_id": PRODUCT_ID, "quantity": quantity})

    assert (answer.status, answer.json["type"]) == (422, f"/problems/{problem}")
    assert call("get_cart").json["units"] == 0


def test_an_unknown_product_is_a_problem_of_its_own(call):
    answer = call("add_to_cart", body={"product_id": "nothing"})

    assert (answer.status, answer.json["type"]) == (404, "/problems/unknown-product")


def test_a_path_that_is_none_is_not_found(call):
    assert call("refuse_checkout_path", role="customer").status == 404
