"""An engine is stopped for real; what must go on goes on, and nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from local.cloud import Cloud
from tests.e2e.shop import Merchant, Shop, eventually, lamp

pytestmark = pytest.mark.e2e


@pytest.fixture
def dead_search(cloud: Cloud, shop: Shop) -> Iterator[None]:
    """The search engine is gone for the length of a test, and back after it whatever happens."""
    cloud.stop_search()
    try:
        yield
    finally:
        cloud.start_search()
        shop.await_search()


@pytest.fixture
def dead_cache(cloud: Cloud) -> Iterator[None]:
    """Valkey is gone for the length of a test, and back after it whatever happens."""
    cloud.stop_cache()
    try:
        yield
    finally:
        cloud.start_cache()


@pytest.mark.usefixtures("dead_search")
def test_with_the_engine_dead_search_says_so_and_the_catalogue_works(shop: Shop, merchant: Merchant) -> None:
    answer = shop.call("GET", "/api/search/products", params={"q": "lamp"})
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert answer.json()["status"] == 503

    product = shop.create(merchant.token, lamp())
    listed = shop.call("GET", "/api/marketplace/products", params={"merchant_id": merchant.id}).json()

    assert [item["product_id"] for item in listed["items"]] == [product["product_id"]]


def test_what_was_written_while_the_engine_was_dead_is_found_after_it_is_back(
    cloud: Cloud, shop: Shop, merchant: Merchant
) -> None:
    cloud.stop_search()
    try:
        product = shop.create(merchant.token, lamp())
        edited = shop.call(
            "PATCH",
            f"/api/marketplace/products/{product['product_id']}",
            token=merchant.token,
            json={"name": "Written in the dark"},
        )
        assert edited.status_code == 200
    finally:
        cloud.start_search()

    found = eventually(
        lambda: (
            shop.call("GET", "/api/search/products", params={"q": product["sku"]}).json().get("items", [])
        ),
        until=bool,
        within=150,  # the queue hides a failed message for a minute
    )
    assert found[0]["product"]["name"] == "Written in the dark"


@pytest.mark.usefixtures("dead_cache")
def test_with_the_cache_dead_everything_works(shop: Shop, merchant: Merchant) -> None:
    product = shop.create(merchant.token, lamp())
    path = f"/api/marketplace/products/{product['product_id']}"

    assert shop.call("GET", path).status_code == 200
    assert shop.call("PATCH", path, token=merchant.token, json={"brand": "Lumo"}).status_code == 200
    assert shop.call("GET", "/api/marketplace/products").status_code == 200
    assert shop.call("GET", "/api/marketplace/categories").status_code == 200
    shop.await_found(product["sku"], until=lambda found: bool(found) and found[0]["brand"] == "Lumo")
    assert shop.call("DELETE", path, token=merchant.token).status_code == 204
