"""Buying, over HTTP: from a cart to a paid order, its parcel and its receipt; and who is refused."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from local.cloud import Cloud
from tests.e2e.buying import Buyer, Gateway, open_for_business
from tests.e2e.shop import Merchant, Shop, lamp


@pytest.fixture(scope="module")
def gateway(cloud: Cloud) -> Gateway:
    return Gateway(cloud.payments.url)


@pytest.fixture(scope="module")
def trading(shop: Shop) -> Shop:
    open_for_business(shop)
    return shop


def stock(shop: Shop, product_id: str) -> int:
    found = shop.client.get(f"{shop.base_url}/api/marketplace/products/{product_id}").json()
    return int(found["stock_on_hand"])


def test_what_is_ordered_and_confirmed_on_the_shopper_s_device_is_paid_by_webhook(
    trading: Shop, merchant: Merchant, gateway: Gateway
) -> None:
    product = trading.create(merchant.token, lamp(stock_on_hand=5))
    buyer = Buyer(trading)
    buyer.add(product["product_id"], 2)
    quote = buyer.quote()
    placed = buyer.order(quote["quote_id"])
    assert placed.status_code == 201, placed.text
    order = placed.json()
    assert (order["state"], order["payment"]["state"]) == ("pending_payment", "open")
    assert order["total"] == 2 * 4900 + 500
    assert stock(trading, product["product_id"]) == 3
    assert buyer.request("GET", "/cart").json()["lines"] == []

    gateway.confirm(order["payment"]["client_secret"]).raise_for_status()

    paid = buyer.await_state(order["order_id"], "paid")
    assert paid["payment"]["captured"] == order["total"]
    assert stock(trading, product["product_id"]) == 3


def test_a_declined_card_may_be_followed_by_another_and_then_nothing_is_left_to_pay(
    trading: Shop, merchant: Merchant
) -> None:
    product = trading.create(merchant.token, lamp())
    buyer = Buyer(trading)
    buyer.add(product["product_id"])
    placed = buyer.order(buyer.quote()["quote_id"], "pm_card_visa_chargeDeclined")
    assert placed.status_code == 201, placed.text
    order = placed.json()
    assert (order["state"], order["payment"]["problem"]) == ("pending_payment", "generic_decline")

    path = f"/orders/{order['order_id']}/pay"
    paid = buyer.request("POST", path, {"payment_method": "pm_card_visa"})
    assert (paid.status_code, paid.json()["state"]) == (200, "paid")
    again = buyer.request("POST", path, {"payment_method": "pm_card_visa"})
    assert (again.status_code, again.json()["type"]) == (409, "/problems/wrong-state")


def test_a_request_that_is_repeated_after_a_lost_answer_orders_and_charges_once(
    trading: Shop, merchant: Merchant, gateway: Gateway
) -> None:
    product = trading.create(merchant.token, lamp(stock_on_hand=5))
    buyer = Buyer(trading)
    buyer.add(product["product_id"])
    quote_id = buyer.quote()["quote_id"]
    key = {"idempotency-key": "the-same"}
    gateway.tell("faults", {"operation": "create", "fault": "lost_answer", "times": 2})
    first = buyer.order(quote_id, "pm_card_visa", headers=key)
    assert (first.status_code, first.json()["type"]) == (503, "/problems/payment-unavailable")
    again = [buyer.order(quote_id, "pm_card_visa", headers=key) for _ in range(2)]
    assert [answer.status_code for answer in again] == [201, 201]
    assert len({answer.json()["order_id"] for answer in again}) == 1
    assert stock(trading, product["product_id"]) == 4
    assert gateway.held_for(again[0].json()["order_id"]) == [again[0].json()["total"]]


def test_buyers_race_for_the_last_units_and_no_more_are_sold_than_there_are(
    trading: Shop, merchant: Merchant
) -> None:
    product = trading.create(merchant.token, lamp(stock_on_hand=2))
    buyers = [Buyer(trading) for _ in range(5)]

    def prepare(buyer: Buyer) -> str:
        buyer.add(product["product_id"])
        return str(buyer.quote()["quote_id"])

    quotes = [prepare(buyer) for buyer in buyers]
    with ThreadPoolExecutor(len(buyers)) as pool:
        answers = list(pool.map(lambda pair: pair[0].order(pair[1]), zip(buyers, quotes, strict=True)))

    assert sorted(answer.status_code for answer in answers) == [201] * 2 + [409] * 3
    for lost in (answer.json() for answer in answers if answer.status_code == 409):
        assert lost["type"] == "/problems/out-of-stock"
        assert [line["product_id"] for line in lost["lines"]] == [product["product_id"]]
    assert stock(trading, product["product_id"]) == 0


def test_a_paid_order_that_is_called_off_is_given_back(
    trading: Shop, merchant: Merchant, gateway: Gateway
) -> None:
    product = trading.create(merchant.token, lamp(stock_on_hand=5))
    buyer = Buyer(trading)
    buyer.add(product["product_id"])
    order = buyer.order(buyer.quote()["quote_id"], "pm_card_visa").json()
    assert order["state"] == "paid"
    called_off = buyer.request("POST", f"/orders/{order['order_id']}/cancel")
    assert (called_off.status_code, called_off.json()["state"]) == (200, "cancelled")
    refunded = buyer.await_state(order["order_id"], "refunded")
    assert refunded["payment"]["refunded"] == order["total"]
    assert gateway.held_for(order["order_id"]) == [0]
    assert stock(trading, product["product_id"]) == 5


def test_a_parcel_is_packed_shipped_and_delivered_by_its_merchant_and_by_no_other(
    trading: Shop, merchant: Merchant
) -> None:
    product = trading.create(merchant.token, lamp())
    buyer = Buyer(trading)
    buyer.add(product["product_id"])
    order = buyer.order(buyer.quote()["quote_id"], "pm_card_visa").json()
    path = f"{trading.base_url}/api/marketplace/orders/{order['order_id']}"

    def step(name: str, who: str) -> int:
        headers = {"authorization": f"Bearer {trading.token('merchant', who)}"}
        tracking = {"carrier": "DHL", "number": "00340434161094000000"}
        body = {"tracking": tracking} if name == "ship" else {}
        return trading.client.post(f"{path}/{name}", headers=headers, json=body).status_code

    assert step("pack", "merchant-of-nothing") == 404
    assert step("ship", merchant.id) == 409
    assert [step(name, merchant.id) for name in ("pack", "ship", "deliver")] == [200, 200, 200]
    found = buyer.get(order["order_id"])
    assert (found["state"], found["fulfilments"][0]["state"]) == ("delivered", "delivered")
    receipt = buyer.request("GET", f"/orders/{order['order_id']}/receipt")
    assert receipt.headers["content-type"].startswith("text/html")
    assert order["number"] in receipt.text
    stranger = Buyer(trading).request("GET", f"/orders/{order['order_id']}")
    assert stranger.status_code == 404
