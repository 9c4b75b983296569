"""A purchase from its first click to its last cent, over HTTP, and what search shows of it meanwhile."""

from __future__ import annotations

from typing import Any

import pytest

from tests.e2e.buying import HOME, Buyer, open_for_business
from tests.e2e.shop import JSON, Merchant, Shop, eventually, lamp

pytestmark = pytest.mark.e2e

PROGRAM: JSON = {
    "name": "Plus",
    "currency": "USD",
    "active": True,
    "earn": {"points": 1, "amount": 100},
    "redeem": {"points": 100, "amount": 100},
    "tiers": [{"name": "member", "spend": 0}],
    "lifetime_months": 12,
}


@pytest.fixture(scope="module")
def trading(shop: Shop) -> Shop:
    open_for_business(shop)
    path = "/api/marketplace/loyalty/programs/plus"
    admin = shop.token("admin", "admin-1")
    assert shop.call("PUT", path, token=admin, json=PROGRAM).status_code == 200
    return shop


def stock(shop: Shop, product: JSON) -> int:
    seen: JSON = shop.call("GET", f"/api/marketplace/products/{product['product_id']}").json()
    return int(seen["stock_on_hand"])


def done(answer: Any) -> JSON:
    assert answer.status_code in {200, 201}, answer.text
    document: JSON = answer.json()
    return document


def test_from_a_cart_without_a_name_to_a_lamp_that_comes_back(trading: Shop, merchant: Merchant) -> None:
    product = trading.create(merchant.token, lamp())
    line = {"product_id": product["product_id"], "quantity": 2}
    cart = done(trading.call("POST", "/api/marketplace/cart/add", json=line))
    ada = Buyer(trading)
    merged = done(ada.request("POST", "/cart/merge", {"cart_token": cart["cart_token"]}))
    assert merged["units"] == 2

    quote = done(ada.request("POST", "/cart/quote", {"address": HOME}))
    order = ada.order(quote["quote_id"], "pm_card_visa").json()
    order = ada.await_state(order["order_id"], "paid")
    assert order["payment"]["captured"] == order["total"] == quote["total"]["amount"]
    assert stock(trading, product) == 5

    path = f"/api/marketplace/orders/{order['order_id']}"
    parcel = {"tracking": {"carrier": "Parcel Line", "number": "PL 4711"}}
    for step, body in (("pack", {}), ("ship", parcel), ("deliver", {})):
        done(trading.call("POST", f"{path}/{step}", token=merchant.token, json=body))
    review = f"/products/{product['product_id']}/reviews"
    eventually(
        lambda: ada.request("POST", review, {"rating": 5}).status_code, until=lambda status: status == 201
    )
    points = eventually(
        lambda: done(ada.request("GET", "/loyalty"))["balance"], until=lambda balance: balance > 0
    )
    assert points == 2 * 4900 // 100

    wanted = {"lines": [{"line_id": "1", "quantity": 1, "reason": "changed_mind"}]}
    returned = done(ada.request("POST", f"/orders/{order['order_id']}/returns", wanted))
    change = f"/api/marketplace/returns/{returned['return_id']}"
    for action in ("approve", "receive", "refund"):
        done(trading.call("PATCH", change, token=merchant.token, json={"action": action}))

    order = ada.await_state(order["order_id"], "partly_refunded")
    assert order["payment"]["refunded"] == order["lines"][0]["total"] // 2
    assert stock(trading, product) == 6
    eventually(
        lambda: done(ada.request("GET", "/loyalty"))["balance"], until=lambda balance: balance == points // 2
    )


def test_search_follows_what_orders_take_and_give_back(trading: Shop, merchant: Merchant) -> None:
    product = trading.create(merchant.token, lamp(stock_on_hand=3))

    def await_stock(units: int) -> None:
        trading.await_found(
            product["sku"], until=lambda found: [each["stock_on_hand"] for each in found] == [units]
        )

    await_stock(3)
    ada = Buyer(trading)
    ada.add(product["product_id"], 2)
    order = done(ada.order(ada.quote()["quote_id"], "pm_card_visa"))
    await_stock(1)

    done(ada.request("POST", f"/orders/{order['order_id']}/cancel"))
    await_stock(3)
