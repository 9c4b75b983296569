"""Reviews and recommendations on the deployed templates, from events of orders on."""

from __future__ import annotations

import json
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest

from local.cloud import Cloud
from tests.e2e.shop import JSON, Merchant, Shop, eventually, lamp

pytestmark = pytest.mark.e2e


def announce(cloud: Cloud, kind: str, user_id: str, *product_ids: str) -> None:
    """What checkout puts on the bus about an order of these products."""
    order_id = str(uuid.uuid4())
    detail = {
        "id": str(uuid.uuid4()),
        "type": kind,
        "time": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "aggregate": "order",
        "aggregate_id": order_id,
        "version": 2,
        "correlation_id": order_id,
        "actor": f"user:{user_id}",
        "data": {
            "order_id": order_id,
            "user_id": user_id,
            "lines": [{"product_id": each, "quantity": 1} for each in product_ids],
        },
    }
    events: Any = cloud.client("events")
    (bus,) = [bus["Name"] for bus in events.list_event_buses()["EventBuses"] if bus["Name"] != "default"]
    entry = {
        "EventBusName": bus,
        "Source": "omnilife.checkout",
        "DetailType": kind,
        "Detail": json.dumps(detail),
    }
    assert events.put_events(Entries=[entry])["FailedEntryCount"] == 0


def reviews(shop: Shop, product: JSON) -> JSON:
    answer = shop.call("GET", f"/api/marketplace/products/{product['product_id']}/reviews")
    assert answer.status_code == 200, answer.text
    return answer.json()  # type: ignore[no-any-return]


def test_who_received_a_product_reviews_it_and_search_shows_the_rating(
    cloud: Cloud, shop: Shop, merchant: Merchant
) -> None:
    product = shop.create(merchant.token, lamp())
    buyer = f"buyer-{uuid.uuid4().hex[:8]}"
    token = shop.token("customer", buyer)
    path = f"/api/marketplace/products/{product['product_id']}/reviews"
    words = {"rating": 4, "title": "Bright", "text": "As promised."}
    assert shop.call("POST", path, token=token, json=words).status_code == 403

    announce(cloud, "FulfilmentDelivered", buyer, product["product_id"])
    eventually(
        lambda: shop.call("POST", path, token=token, json=words).status_code, until=lambda seen: seen == 201
    )

    assert shop.call("POST", path, token=token, json=words).status_code == 409
    page = reviews(shop, product)
    assert (page["rating"], page["review_count"], page["items"][0]["title"]) == (4.0, 1, "Bright")
    shop.await_found(product["sku"], until=lambda found: bool(found) and found[0]["rating"] == 4.0)


def test_reviews_at_one_instant_all_count(cloud: Cloud, shop: Shop, merchant: Merchant) -> None:
    product = shop.create(merchant.token, lamp())
    path = f"/api/marketplace/products/{product['product_id']}/reviews"
    buyers = [f"buyer-{uuid.uuid4().hex[:8]}" for _ in range(12)]
    for buyer in buyers:
        announce(cloud, "FulfilmentDelivered", buyer, product["product_id"])

    def review(number: int) -> int:
        token = shop.token("customer", buyers[number])
        send = {"token": token, "json": {"rating": number % 5 + 1}}
        return eventually(
            lambda: shop.call("POST", path, **send).status_code, until=lambda status: status != 403
        )

    with ThreadPoolExecutor(len(buyers)) as at_once:
        statuses = list(at_once.map(review, range(len(buyers))))

    assert statuses == [201] * len(buyers)
    page = reviews(shop, product)
    assert (page["review_count"], page["rating"]) == (12, 2.75)
    assert page["stars"] == {"1": 3, "2": 3, "3": 2, "4": 2, "5": 2}
    edited = shop.call("GET", f"/api/marketplace/products/{product['product_id']}").json()
    assert (edited["rating"], edited["review_count"], edited["version"]) == (2.75, 12, 1)


def test_what_is_bought_together_is_recommended_after_training(
    cloud: Cloud, shop: Shop, merchant: Merchant
) -> None:
    one, other = (shop.create(merchant.token, lamp()) for _ in range(2))
    for _ in range(3):
        announce(cloud, "OrderPaid", uuid.uuid4().hex[:12], one["product_id"], other["product_id"])
    function: Any = cloud.client("lambda")
    train = cloud.stack.functions()["catalogue/train_recommendations"]

    def look() -> list[JSON]:
        assert "FunctionError" not in function.invoke(FunctionName=train, Payload=b"{}")
        path = f"/api/marketplace/recommendations?product_id={one['product_id']}"
        items: list[JSON] = shop.call("GET", path).json()["items"]
        return items

    items = eventually(look, until=lambda found: found[0]["reason"]["kind"] == "bought_together")
    assert items[0]["product"]["product_id"] == other["product_id"]
    assert items[0]["reason"]["text"] == f"Often bought together with {one['name']}"
