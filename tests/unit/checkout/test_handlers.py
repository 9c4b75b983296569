"""Each function of checkout with the sample event that ships for it, in process."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.functions import Functions
from tests.support.http import Answer
from tests.support.templates import ROOT
from tests.unit.checkout.buying import Buying

pytestmark = pytest.mark.usefixtures("secrets")

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


def problem(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.json["type"].removeprefix("/problems/")


def test_a_line_is_changed_and_taken_out(call):
    call("add_to_cart")

    assert call("update_cart_item").json["lines"][0]["quantity"] == 3
    assert call("remove_cart_item").json["lines"] == []
    assert problem(call("update_cart_item")) == (404, "not-in-cart")


def test_an_anonymous_cart_is_merged(call):
    token = call("add_to_cart", role=None).json["cart_token"]

    merged = call("merge_carts", body={"cart_token": token})

    assert (merged.status, merged.json["units"]) == (200, 2)
    assert problem(call("merge_carts", body={"cart_token": token + "x"})) == (400, "bad-cart-token")


@pytest.fixture
def priced(call):
    """The samples' cart, zone, tax rate and coupon."""
    call("add_to_cart")
    for name in ("put_shipping_zone", "put_tax_rate", "put_coupon"):
        assert call(name, role="admin").status == 200
    return call


def test_a_cart_is_quoted_with_shipping_coupon_and_tax(priced):
    quote = priced("quote_cart")

    assert quote.status == 201
    assert quote.json["subtotal"] == {"amount": 9800, "currency": "USD"}
    assert quote.json["discount"] == {"amount": 980, "currency": "USD"}
    assert quote.json["shipping_total"] == {"amount": 500, "currency": "USD"}
    assert quote.json["tax"] == {"amount": 783, "currency": "USD"}  # 8,820 at 8.875 %
    assert quote.json["total"] == {"amount": 10_103, "currency": "USD"}
    assert priced("quote_cart").json == quote.json


ADDRESS = {"name": "Ada", "line1": "1 Main Street", "city": "Albany", "region": "NY", "country": "US"}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"coupons": ["NOTHING"]}, (422, "unknown-coupon")),
        ({"coupons": ["TEN", "TEN"]}, (422, "coupons-do-not-stack")),
        ({"points": 5}, (409, "not-enough-points")),
        ({"points": -1}, (422, "invalid")),
        ({"address": ADDRESS | {"country": "DE"}}, (422, "unshippable")),
        ({"address": None, "address_id": "nothing"}, (422, "unknown-address")),
        ({"shipping": [{"merchant_id": "merchant-1", "rate_id": "nothing"}]}, (422, "unknown-shipping-rate")),
    ],
    ids=repr,
)
def test_what_cannot_be_quoted_is_a_problem_of_its_own(priced, changes, expected):
    body = {"address": ADDRESS} | changes

    assert problem(priced("quote_cart", body=body, headers={"idempotency-key": "bad-1"})) == expected


def test_an_empty_cart_is_a_problem_of_its_own(call):
    assert problem(call("quote_cart")) == (422, "empty-cart")


def test_an_address_book_is_kept(call):
    made = call("create_address")
    address_id = made.json["address_id"]
    path = {
        "rawPath": f"/api/marketplace/addresses/{address_id}",
        "pathParameters": {"address_id": address_id},
    }

    assert made.status == 201
    assert made.headers["location"] == path["rawPath"]
    assert call("update_address", **path).json["line2"] == "Flat 2"
    assert [each["line2"] for each in call("list_addresses").json["items"]] == ["Flat 2"]
    assert call("delete_address", **path).status == 204
    assert problem(call("delete_address", **path)) == (404, "not-found")
    assert call("list_addresses").json == {"items": [], "next_cursor": None}


@pytest.mark.parametrize("kind", ["shipping_zone", "tax_rate", "coupon"])
def test_a_rule_is_written_with_its_version_as_etag_and_listed(call, kind):
    written = call(f"put_{kind}", role="admin")

    assert (written.status, written.headers["etag"]) == (200, '"1"')
    assert call(f"list_{kind}s", role="admin").json == {"items": [written.json], "next_cursor": None}
    assert problem(call(f"put_{kind}", role="admin", headers={"if-match": '"7"'})) == (
        412,
        "precondition-failed",
    )
    assert problem(call(f"put_{kind}", role="merchant")) == (403, "forbidden")


def test_a_code_that_nobody_could_type_is_a_problem_of_its_own(call):
    path = {"rawPath": "/api/marketplace/coupons/ten", "pathParameters": {"code": "ten"}}

    assert problem(call("put_coupon", role="admin", **path)) == (422, "bad-coupon-code")
