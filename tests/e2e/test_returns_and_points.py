"""Points, vouchers and returns over HTTP: what is spent, written off, refused and asked for twice."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from tests.e2e.buying import HOME, Buyer, open_for_business
from tests.e2e.shop import JSON, Merchant, Shop, eventually, lamp

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def trading(shop: Shop) -> Shop:
    open_for_business(shop)
    return shop


def done(answer: Any) -> JSON:
    assert answer.status_code in {200, 201}, answer.text
    document: JSON = answer.json()
    return document


def problem(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].removeprefix("/problems/")


def buy(buyer: Buyer, **quote: Any) -> JSON:
    """Quote the cart, order it, and wait until it is paid."""
    made = done(buyer.request("POST", "/cart/quote", {"address": HOME, **quote}))
    order = done(buyer.order(made["quote_id"], "pm_card_visa"))
    return buyer.await_state(order["order_id"], "paid")


def deliver(shop: Shop, merchant: Merchant, order: JSON) -> None:
    for step in ("pack", "ship", "deliver"):
        path = f"/api/marketplace/orders/{order['order_id']}/{step}"
        done(shop.call("POST", path, token=merchant.token, json={}))


def test_points_buy_a_voucher_that_pays_and_returns_settle_everything(
    trading: Shop, merchant: Merchant
) -> None:
    product = trading.create(merchant.token, lamp())
    ada = Buyer(trading)
    ada.add(product["product_id"], 3)
    order = buy(ada)
    deliver(trading, merchant, order)
    standing = eventually(
        lambda: done(ada.request("GET", "/loyalty")), until=lambda seen: seen["balance"] > 0
    )
    earned = standing["balance"]
    assert standing["expiring"][0]["points"] == earned

    assert problem(ada.request("POST", "/loyalty/redeem", {"points": earned + 1})) == (
        409,
        "not-enough-points",
    )
    key = {"idempotency-key": uuid.uuid4().hex}
    voucher = done(ada.request("POST", "/loyalty/redeem", {"points": 100}, headers=key))
    assert done(ada.request("POST", "/loyalty/redeem", {"points": 100}, headers=key)) == voucher
    assert voucher["balance"] == earned - 100

    ada.add(product["product_id"], 1)
    other = buy(ada, coupons=[voucher["code"]])
    assert other["discount"] == voucher["worth"]["amount"]

    path = f"/orders/{order['order_id']}/returns"
    for quantity, refusal in ((0, (422, "invalid-return-quantity")), (4, (409, "returning-too-many"))):
        lines = {"lines": [{"line_id": "1", "quantity": quantity, "reason": "damaged"}]}
        assert problem(ada.request("POST", path, lines)) == refusal
    lines = {"lines": [{"line_id": "1", "quantity": 3, "reason": "damaged"}]}
    assert problem(ada.request("POST", f"/orders/{other['order_id']}/returns", lines)) == (
        409,
        "not-delivered",
    )
    assert Buyer(trading).request("POST", path, lines).status_code == 404

    returned = done(ada.request("POST", path, lines))
    change = f"/api/marketplace/returns/{returned['return_id']}"
    arrived = [{"line_id": "1", "restocked": 1, "written_off": 2}]
    for body in ({"action": "approve"}, {"action": "receive", "lines": arrived}, {"action": "refund"}):
        done(trading.call("PATCH", change, token=merchant.token, json=body))
    mine = eventually(
        lambda: done(ada.request("GET", "/returns"))["items"][0],
        until=lambda seen: seen["state"] == "refunded",
    )
    assert mine["refund"]["total"]["amount"] == order["total"]  # all of it came back, shipping included
    assert ada.await_state(order["order_id"], "refunded")["payment"]["refunded"] == order["total"]

    standing = done(ada.request("GET", "/loyalty"))
    assert (standing["balance"], standing["owed"]) == (0, 100)
    ledger = done(ada.request("GET", "/loyalty/transactions"))["items"]
    assert sorted(each["kind"] for each in ledger) == ["earned", "redeemed", "taken_back"]
    assert sum(each["points"] for each in ledger) == 0


def test_only_administrators_write_programmes(trading: Shop) -> None:
    ada = Buyer(trading)
    assert ada.request("GET", "/loyalty/programs").status_code == 403
    admin = trading.token("admin", "admin-1")
    listed = trading.call("GET", "/api/marketplace/loyalty/programs", token=admin)
    assert listed.json()["items"][0]["tiers"][0]["spend"] == 0
