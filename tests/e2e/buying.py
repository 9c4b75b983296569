"""What the end-to-end tests of checkout do as a buyer, and at the gateway as a shopper's device does."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.e2e.shop import JSON, Shop, eventually

HOME: JSON = {
    "name": "Ada Example",
    "line1": "1 Main Street",
    "city": "Albany",
    "region": "NY",
    "postcode": "12207",
    "country": "US",
}
ZONE: JSON = {
    "name": "United States",
    "countries": ["US"],
    "rates": [{"rate_id": "post", "name": "Post", "by": "weight", "bands": [{"price": 500}]}],
}


def open_for_business(shop: Shop) -> None:
    """Shipping to where the tests' buyers live; once is enough, and twice does no harm."""
    admin = {"authorization": f"Bearer {shop.token('admin', 'admin-1')}"}
    url = f"{shop.base_url}/api/marketplace/shipping-zones/us"
    answer = shop.client.put(url, json=ZONE, headers=admin)
    assert answer.status_code in {200, 201, 412, 428}, answer.text


@dataclass(frozen=True)
class Buyer:
    """A signed-in buyer."""

    shop: Shop
    name: str = field(default_factory=lambda: f"buyer-{uuid.uuid4().hex[:8]}")

    def request(self, method: str, path: str, body: JSON | None = None, **more: Any) -> httpx.Response:
        headers = {
            "authorization": f"Bearer {self.shop.token('customer', self.name)}",
            **more.pop("headers", {}),
        }
        if method == "POST":
            headers.setdefault("idempotency-key", uuid.uuid4().hex)
        return self.shop.client.request(
            method, f"{self.shop.base_url}/api/marketplace{path}", json=body, headers=headers, **more
        )

    def add(self, product_id: str, quantity: int = 1) -> None:
        answer = self.request("POST", "/cart/add", {"product_id": product_id, "quantity": quantity})
        assert answer.status_code in {200, 201}, answer.text

    def quote(self) -> JSON:
        answer = self.request("POST", "/cart/quote", {"address": HOME})
        assert answer.status_code in {200, 201}, answer.text
        quote: JSON = answer.json()
        return quote

    def order(self, quote_id: str, method: str | None = None, **more: Any) -> httpx.Response:
        wanted = {"quote_id": quote_id} | ({"payment_method": method} if method else {})
        return self.request("POST", "/orders/create", wanted, **more)

    def get(self, order_id: str) -> JSON:
        answer = self.request("GET", f"/orders/{order_id}")
        assert answer.status_code == 200, answer.text
        order: JSON = answer.json()
        return order

    def await_state(self, order_id: str, state: str) -> JSON:
        return eventually(lambda: self.get(order_id), until=lambda order: order["state"] == state)


@dataclass(frozen=True)
class Gateway:
    """The simulated payment gateway of the cloud, from the side of a shopper's device and of the test."""

    url: str
    client: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=30.0))

    def confirm(self, client_secret: str, method: str = "pm_card_visa") -> httpx.Response:
        """What a page does with the `client_secret`: it gives the gateway a payment method."""
        payment_id = client_secret.partition("_secret_")[0]
        return self.client.post(
            f"{self.url}/v1/payment_intents/{payment_id}/confirm", data={"payment_method": method}
        )

    def tell(self, what: str, body: JSON) -> None:
        self.client.post(f"{self.url}/simulator/{what}", json=body).raise_for_status()

    def state(self) -> JSON:
        state: JSON = self.client.get(f"{self.url}/simulator/state").json()
        return state

    def held_for(self, order_id: str) -> list[int]:
        """Of each payment of an order what was taken and not given back; there should be one."""
        charges = [
            payment["latest_charge"] or {"amount_captured": 0, "amount_refunded": 0}
            for payment in self.state()["payments"].values()
            if payment["metadata"].get("order_id") == order_id
        ]
        return [charge["amount_captured"] - charge["amount_refunded"] for charge in charges]
