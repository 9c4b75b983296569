"""Wishlists and price alerts on the deployed templates: what a shopper keeps, and being told of it."""

from __future__ import annotations

import uuid

import pytest

from tests.e2e.shop import JSON, Merchant, Shop, eventually, lamp

pytestmark = pytest.mark.e2e

ALERTS = "/api/marketplace/price-alerts"
WISHES = "/api/marketplace/wishlist"


@pytest.fixture
def shopper(shop: Shop) -> str:
    return shop.token("customer", f"shopper-{uuid.uuid4().hex[:8]}")


def alerts(shop: Shop, token: str) -> list[JSON]:
    items: list[JSON] = shop.call("GET", ALERTS, token=token).json()["items"]
    return items


def await_triggered(shop: Shop, token: str) -> JSON:
    (alert,) = eventually(
        lambda: alerts(shop, token), until=lambda found: [a["state"] for a in found] == ["triggered"]
    )
    return alert


def test_a_wish_is_kept_until_it_is_taken_back(shop: Shop, merchant: Merchant, shopper: str) -> None:
    product = shop.create(merchant.token, lamp())
    path = f"{WISHES}/{product['product_id']}"

    assert shop.call("PUT", path, token=shopper).status_code == 200
    assert shop.call("PUT", path, token=shopper).status_code == 200

    items = shop.call("GET", WISHES, token=shopper).json()["items"]
    assert [item["product"]["name"] for item in items] == [product["name"]]
    assert shop.call("DELETE", path, token=shopper).status_code == 204
    assert shop.call("GET", WISHES, token=shopper).json()["items"] == []
    assert shop.call("GET", WISHES).status_code == 401


def test_a_price_alert_is_told_when_the_price_has_fallen(
    shop: Shop, merchant: Merchant, shopper: str
) -> None:
    product = shop.create(merchant.token, lamp())
    wanted = {"product_id": product["product_id"], "kind": "price_drop"}
    target = {"amount": 4000, "currency": "USD"}

    created = shop.call("POST", ALERTS, token=shopper, json={**wanted, "target_price": target})
    assert (created.status_code, created.json()["state"]) == (201, "armed")
    cheaper = {"price": {"amount": 3999}}
    path = f"/api/marketplace/products/{product['product_id']}"
    assert shop.call("PATCH", path, token=merchant.token, json=cheaper).status_code == 200

    assert await_triggered(shop, shopper)["triggered_price"]["amount"] == 3999


def test_a_price_that_fell_off_sale_is_told_when_the_product_is_sold_again(
    shop: Shop, merchant: Merchant, shopper: str
) -> None:
    product = shop.create(merchant.token, lamp())
    wanted = {"product_id": product["product_id"], "kind": "price_drop"}
    assert shop.call("POST", ALERTS, token=shopper, json=wanted).status_code == 201
    path = f"/api/marketplace/products/{product['product_id']}"

    for change in ({"status": "archived"}, {"price": {"amount": 100}}, {"status": "active"}):
        assert shop.call("PATCH", path, token=merchant.token, json=change).status_code == 200

    assert await_triggered(shop, shopper)["triggered_price"]["amount"] == 100


def test_who_waits_for_stock_is_told_by_the_stream_of_stock_changes(
    shop: Shop, merchant: Merchant, shopper: str
) -> None:
    product = shop.create(merchant.token, lamp(stock_on_hand=0))
    wanted = {"product_id": product["product_id"], "kind": "back_in_stock"}
    assert shop.call("POST", ALERTS, token=shopper, json=wanted).status_code == 201

    path = f"/api/marketplace/inventory/{product['product_id']}/adjust"
    received = {"delta": 3, "reason": "received"}
    assert shop.call("POST", path, token=merchant.token, json=received).status_code == 200

    await_triggered(shop, shopper)
    refused = shop.call("POST", ALERTS, token=shopper, json=wanted)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/kind")
