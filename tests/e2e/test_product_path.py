"""The whole path: a product written through the API is found by a shopper."""

from __future__ import annotations

import concurrent.futures

import pytest

from tests.e2e.shop import Merchant, Shop, eventually, lamp

pytestmark = pytest.mark.e2e


def test_a_written_product_is_found_with_its_facets(shop: Shop, merchant: Merchant) -> None:
    product = shop.create(merchant.token, lamp())

    shop.await_found(
        product["sku"], until=lambda found: [p["product_id"] for p in found] == [product["product_id"]]
    )
    answer = shop.search(q=product["sku"])

    assert answer["total"] == 1
    assert answer["items"][0]["product"]["stock_on_hand"] == 7
    assert {"value": "Halden", "count": 1, "selected": False} in answer["facets"]["brand"]
    assert {"value": "home/lighting", "count": 1, "selected": False} in answer["facets"]["category"]


def test_an_edit_is_found_under_its_new_name_and_not_under_its_old(shop: Shop, merchant: Merchant) -> None:
    product = shop.create(merchant.token, lamp(name="Wobbly quixotic lantern"))
    path = f"/api/marketplace/products/{product['product_id']}"
    shop.await_found(product["sku"], until=bool)

    edited = shop.call("PATCH", path, token=merchant.token, json={"name": "Steady beacon", "brand": "Lumo"})

    assert edited.status_code == 200, edited.text
    shop.await_found(product["sku"], until=lambda found: bool(found) and found[0]["name"] == "Steady beacon")
    assert product["product_id"] not in [p["product_id"] for p in shop.found("wobbly quixotic lantern")]


def test_a_deleted_product_is_gone_from_catalogue_and_search(shop: Shop, merchant: Merchant) -> None:
    product = shop.create(merchant.token, lamp())
    path = f"/api/marketplace/products/{product['product_id']}"
    shop.await_found(product["sku"], until=bool)

    assert shop.call("DELETE", path, token=merchant.token).status_code == 204

    assert shop.call("GET", path).status_code == 404
    shop.await_found(product["sku"], until=lambda found: not found)


def test_a_draft_is_found_by_nobody_until_it_is_active(shop: Shop, merchant: Merchant) -> None:
    product = shop.create(merchant.token, lamp(status="draft"))
    path = f"/api/marketplace/products/{product['product_id']}"
    assert shop.call("GET", path).status_code == 404
    assert shop.call("GET", path, token=merchant.token).status_code == 200

    shop.call("PATCH", path, token=merchant.token, json={"status": "active"})

    shop.await_found(product["sku"], until=bool)
    assert shop.call("GET", path).status_code == 200


def test_stock_follows_into_search_and_leaves_the_etag_alone(shop: Shop, merchant: Merchant) -> None:
    product = shop.create(merchant.token, lamp(stock_on_hand=5))
    path = f"/api/marketplace/products/{product['product_id']}"
    before = shop.call("GET", path).headers["etag"]

    adjusted = shop.call(
        "POST",
        f"/api/marketplace/inventory/{product['product_id']}/adjust",
        token=merchant.token,
        json={"delta": -5, "reason": "damaged"},
    )

    assert adjusted.status_code in {200, 201}, adjusted.text
    shop.await_found(product["sku"], until=lambda found: bool(found) and found[0]["stock_on_hand"] == 0)
    assert shop.search(q=product["sku"], in_stock="true")["items"] == []
    assert shop.call("GET", path).headers["etag"] == before
    edited = shop.call(
        "PATCH", path, token=merchant.token, headers={"if-match": before}, json={"brand": "Lumo"}
    )
    assert edited.status_code == 200, edited.text


def test_every_stock_change_is_in_the_log_with_its_reason_and_actor(shop: Shop, merchant: Merchant) -> None:
    product = shop.create(merchant.token, lamp(stock_on_hand=5))
    inventory = f"/api/marketplace/inventory/{product['product_id']}"
    shop.call("POST", f"{inventory}/adjust", token=merchant.token, json={"delta": -2, "reason": "damaged"})

    logs = eventually(
        lambda: shop.call("GET", f"{inventory}/logs", token=merchant.token).json()["items"],
        until=lambda items: len(items) == 2,
    )

    assert [(log["delta"], log["on_hand"]) for log in logs] == [(-2, 3), (5, 5)]
    assert logs[0]["reason"] == "damaged"
    assert logs[0]["actor"] == f"user:{merchant.id}"


def test_a_repeated_create_with_its_key_writes_one_product(shop: Shop, merchant: Merchant) -> None:
    product = lamp()
    key = {"idempotency-key": product["sku"]}

    first, again = (
        shop.call("POST", "/api/marketplace/products", token=merchant.token, headers=key, json=product)
        for _ in range(2)
    )
    other = shop.call(
        "POST",
        "/api/marketplace/products",
        token=merchant.token,
        headers=key,
        json=product | {"name": "Another"},
    )

    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 409)
    assert first.json()["product_id"] == again.json()["product_id"]


def test_concurrent_writers_leave_the_index_at_the_newest_version(shop: Shop, merchant: Merchant) -> None:
    product = shop.create(merchant.token, lamp(stock_on_hand=1000))
    path = f"/api/marketplace/products/{product['product_id']}"
    inventory = f"/api/marketplace/inventory/{product['product_id']}/adjust"

    def edit(n: int) -> int:
        if n % 2:
            return shop.call("PATCH", path, token=merchant.token, json={"weight_g": n}).status_code
        return shop.call(
            "POST", inventory, token=merchant.token, json={"delta": -1, "reason": "damaged"}
        ).status_code

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        statuses = set(pool.map(edit, range(24)))

    assert statuses <= {200, 201}
    truth = shop.call("GET", path).json()
    assert truth["stock_on_hand"] == 988
    shop.await_found(
        product["sku"],
        until=lambda found: (
            bool(found)
            and (found[0]["version"], found[0]["stock_on_hand"]) == (truth["version"], truth["stock_on_hand"])
        ),
    )


def test_pages_by_price_hold_every_product_once_while_others_are_written(
    shop: Shop, merchant: Merchant
) -> None:
    brand = f"brand{lamp()['sku']}"
    written = {
        shop.create(merchant.token, lamp(brand=brand, price={"amount": 100 * (n // 2), "currency": "USD"}))[
            "product_id"
        ]
        for n in range(12)
    }
    eventually(lambda: shop.search(brand=brand)["total"], until=lambda total: total == 12)

    seen: list[str] = []
    cursor: str | None = None
    while True:
        page = shop.search(brand=brand, sort="price_asc", limit=5, **({"cursor": cursor} if cursor else {}))
        seen += [item["product"]["product_id"] for item in page["items"]]
        shop.create(merchant.token, lamp(brand=brand, price={"amount": 1, "currency": "USD"}))
        cursor = page["next_cursor"]
        if cursor is None:
            break

    assert len(seen) == len(set(seen))
    assert written <= set(seen)
