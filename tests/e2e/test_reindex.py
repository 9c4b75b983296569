"""The index built anew under a shop that is open: shoppers search, merchants write, and nobody notices."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from local.load import Loader
from tests.e2e.shop import JSON, Merchant, Shop, eventually, lamp

pytestmark = pytest.mark.e2e

REINDEX = "/api/search/reindex"
PRODUCTS = 300
PAUSE_S = 0.05
"""Between two requests of a thread: the machine has other things to do as well."""


@pytest.fixture
def admin(shop: Shop) -> str:
    return shop.token("admin", f"admin-{uuid.uuid4().hex[:8]}")


@pytest.fixture
def stocked(shop: Shop, merchant: Merchant) -> str:
    """A word that a few hundred products have in their names."""
    word = f"stock{uuid.uuid4().hex[:8]}"
    rows = [{**lamp(name=f"Lamp {word} number{n}"), "merchant_id": merchant.id} for n in range(PRODUCTS)]
    Loader(shop.base_url, shop.token).load(rows)
    # An engine that has to index so much at once may let a search wait too long: 503 means come again.
    eventually(
        lambda: shop.call("GET", "/api/search/products", params={"q": word, "limit": 1}).json().get("total"),
        until=lambda found: found == PRODUCTS,
        within=120,
    )
    return word


class Meanwhile:
    """Does something over and over in a thread of its own, until it is told to stop."""

    def __init__(self, do: Callable[[int], None]) -> None:
        self._do = do
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self.times = 0
        self.failure: BaseException | None = None

    def __enter__(self) -> Meanwhile:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(timeout=60)

    def _run(self) -> None:
        try:
            while not self._stop.wait(PAUSE_S):
                self._do(self.times)
                self.times += 1
        except BaseException as failure:  # noqa: BLE001 (told by the test, in its own thread)
            self.failure = failure


def total(shop: Shop, text: str) -> int:
    return int(shop.search(q=text, limit=1)["total"])


def start(shop: Shop, admin: str, **body: Any) -> JSON:
    """A job, once the lock of whoever had it before is free."""
    answer = eventually(
        lambda: shop.call("POST", REINDEX, token=admin, json=body),
        until=lambda answer: answer.status_code != 409 or "reindex-running" not in answer.text,
        within=60,
    )
    assert answer.status_code == 202, answer.text
    return answer.json()  # type: ignore[no-any-return]


def job(shop: Shop, admin: str, job_id: str) -> JSON:
    return shop.call("GET", f"{REINDEX}/{job_id}", token=admin).json()  # type: ignore[no-any-return]


def ended(shop: Shop, admin: str, job_id: str) -> JSON:
    return eventually(
        lambda: job(shop, admin, job_id),
        until=lambda seen: seen["state"] not in {"queued", "running"},
        within=180,
    )


def test_a_reindex_is_noticed_by_nobody_who_searches_or_writes(
    shop: Shop, merchant: Merchant, admin: str, stocked: str
) -> None:
    writer, searcher = Shop(shop.base_url, shop.mint), Shop(shop.base_url, shop.mint)
    written: dict[str, str] = {}
    changed = writer.create(merchant.token, lamp())

    def write(number: int) -> None:
        new = writer.create(merchant.token, lamp())
        written[new["product_id"]] = new["name"]
        path = f"/api/marketplace/products/{changed['product_id']}"
        name = f"Changed {changed['sku']} times{number}"
        answer = writer.call("PATCH", path, token=merchant.token, json={"name": name})
        assert answer.status_code == 200, answer.text
        written[changed["product_id"]] = name

    def search(number: int) -> None:
        # No two are alike: what is searched is the index, not what was answered before.
        found = searcher.search(q=f"{stocked} number{number % PRODUCTS}", limit=1, facets="none")
        assert found["total"] >= 1, found

    with Meanwhile(write) as writing, Meanwhile(search) as searching:
        begun = start(shop, admin)
        assert (begun["kind"], begun["state"]) == ("reindex", "queued")
        done = ended(shop, admin, begun["job_id"])

    assert (writing.failure, searching.failure) == (None, None)
    assert writing.times
    assert searching.times
    assert done["state"] == "succeeded", done
    assert done["progress"]["done"] == done["progress"]["total"] >= PRODUCTS
    assert done["result"]["index"] > done["result"]["kept"]
    assert total(shop, stocked) == PRODUCTS
    for product_id, name in written.items():
        shop.await_found(
            name,
            until=lambda found, product_id=product_id, name=name: (  # type: ignore[misc]
                any(each["product_id"] == product_id and each["name"] == name for each in found)
            ),
        )


def test_a_cursor_of_the_old_index_is_stale_and_a_rollback_leads_back(
    shop: Shop, merchant: Merchant, admin: str, stocked: str
) -> None:
    page = shop.search(q=stocked, limit=2)
    first = ended(shop, admin, start(shop, admin)["job_id"])
    assert first["state"] == "succeeded", first

    stale = shop.call("GET", "/api/search/products", params={"q": stocked, "cursor": page["next_cursor"]})
    assert stale.status_code == 400
    assert stale.json()["type"] == "/problems/stale-cursor"

    product = shop.create(merchant.token, lamp())
    shop.await_found(product["sku"], until=bool)
    back = ended(shop, admin, start(shop, admin, rollback=True)["job_id"])
    assert back["state"] == "succeeded", back
    assert back["result"] == {"index": first["result"]["kept"], "kept": first["result"]["index"]}
    assert total(shop, stocked) == PRODUCTS
    shop.await_found(product["sku"], until=bool)


def test_two_at_once_are_refused_and_a_cancelled_one_leaves_the_index_as_it_is(
    shop: Shop, admin: str, stocked: str
) -> None:
    begun = start(shop, admin)
    second = shop.call("POST", REINDEX, token=admin, json={})
    assert second.status_code == 409
    assert second.json()["type"] == "/problems/reindex-running"
    assert second.json()["job_id"] == begun["job_id"]

    cancelled = shop.call("DELETE", f"{REINDEX}/{begun['job_id']}", token=admin)
    assert cancelled.status_code == 200, cancelled.text
    assert cancelled.json()["state"] == "cancelled"
    assert total(shop, stocked) == PRODUCTS
    third = ended(shop, admin, start(shop, admin)["job_id"])
    assert third["state"] == "succeeded"
    assert job(shop, admin, begun["job_id"])["state"] == "cancelled"


def test_the_same_idempotency_key_starts_one_job(shop: Shop, admin: str) -> None:
    key = {"idempotency-key": uuid.uuid4().hex}
    first = eventually(
        lambda: shop.call("POST", REINDEX, token=admin, json={}, headers=key),
        until=lambda answer: answer.status_code == 202,
        within=60,
    )
    again = shop.call("POST", REINDEX, token=admin, json={}, headers=key)
    assert again.status_code == 202
    assert again.json()["job_id"] == first.json()["job_id"]
    assert first.headers["location"] == f"{REINDEX}/{first.json()['job_id']}"
    ended(shop, admin, first.json()["job_id"])


def test_one_product_leaves_the_index_by_hand_and_comes_back_with_its_next_change(
    shop: Shop, merchant: Merchant, admin: str
) -> None:
    product = shop.create(merchant.token, lamp())
    product_id, sku = product["product_id"], product["sku"]
    shop.await_found(sku, until=bool)

    removed = shop.call("DELETE", f"/api/search/index/product/{product_id}", token=admin)
    assert removed.json() == {"product_id": product_id, "state": "removed", "version": 2}
    shop.await_found(sku, until=lambda found: not found)

    path = f"/api/marketplace/products/{product_id}"
    shop.call("PATCH", path, token=merchant.token, json={"brand": "Lumo"})
    shop.await_found(sku, until=lambda found: [each["brand"] for each in found] == ["Lumo"])

    shop.call("DELETE", f"/api/search/index/product/{product_id}", token=admin)
    indexed = shop.call("POST", "/api/search/index/product", token=admin, json={"product_id": product_id})
    assert indexed.json() == {"product_id": product_id, "state": "indexed", "version": 3}
    shop.await_found(sku, until=bool)


@pytest.mark.parametrize("role", ["customer", "merchant"])
def test_the_index_is_for_administrators(shop: Shop, role: str) -> None:
    token = shop.token(role, "somebody")
    assert shop.call("POST", REINDEX, token=token, json={}).status_code == 403
    assert shop.call("POST", REINDEX, json={}).status_code == 401
    assert shop.call("GET", f"{REINDEX}/x", token=token).status_code == 403
    assert shop.call("DELETE", f"{REINDEX}/x", token=token).status_code == 403
    body = {"product_id": "x"}
    assert shop.call("POST", "/api/search/index/product", token=token, json=body).status_code == 403
    assert shop.call("DELETE", "/api/search/index/product/x", token=token).status_code == 403
