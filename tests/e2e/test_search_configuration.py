"""What administrators say of words and queries, seen by the next shopper."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.e2e.shop import JSON, Merchant, Shop, lamp

pytestmark = pytest.mark.e2e

SYNONYMS = "/api/search/synonyms"


@pytest.fixture
def admin(shop: Shop) -> Iterator[Admin]:
    """An administrator, who leaves neither synonyms nor rules behind."""
    made = Admin(shop, shop.token("admin", "admin-1"))
    yield made
    made.put(SYNONYMS, {"entries": []})
    for rule in made.call("GET", "/api/search/rules", params={"limit": 100}).json()["items"]:
        made.call("DELETE", f"/api/search/rules/{rule['rule_id']}")


class Admin:
    """Somebody with an admin's token."""

    def __init__(self, shop: Shop, token: str) -> None:
        self._shop = shop
        self._token = token

    def call(self, method: str, path: str, **more: Any) -> httpx.Response:
        return self._shop.call(method, path, token=self._token, **more)

    def put(self, path: str, body: JSON, **headers: str) -> JSON:
        answer = self.call("PUT", path, json=body, headers=headers)
        assert answer.status_code == 200, answer.text
        written: JSON = answer.json()
        return written


def word() -> str:
    """One that no product and no other test has."""
    return f"word{uuid.uuid4().hex[:10]}"


def names(answer: JSON) -> list[str]:
    return [item["product"]["name"] for item in answer["items"]]


def a_lamp(shop: Shop, merchant: Merchant, name: str) -> str:
    """A product of this name that searches find; returns its id."""
    product = shop.create(merchant.token, lamp(name=name))
    shop.await_found(product["sku"], until=bool)
    product_id: str = product["product_id"]
    return product_id


def test_a_synonym_takes_effect_for_the_next_request(shop: Shop, merchant: Merchant, admin: Admin) -> None:
    written, meant = word(), word()
    a_lamp(shop, merchant, f"Lamp {meant}")
    assert [shop.search(q=written)["total"] for _ in range(2)] == [0, 0]

    admin.put(SYNONYMS, {"entries": [{"kind": "one_way", "from": [written], "to": [meant]}]})

    assert names(shop.search(q=written)) == [f"Lamp {meant}"]
    again = shop.search(q=written)
    assert (names(again), again["cached"]) == ([f"Lamp {meant}"], True)


def test_a_replacement_stands_for_what_was_written(shop: Shop, merchant: Merchant, admin: Admin) -> None:
    written, meant = word(), word()
    a_lamp(shop, merchant, f"Lamp {meant}")

    admin.put(SYNONYMS, {"entries": [{"kind": "replacement", "from": f"tee {written}", "to": meant}]})

    assert names(shop.search(q=f"TEE-{written}")) == [f"Lamp {meant}"]


def test_a_pin_is_on_top_until_its_rule_is_deleted(shop: Shop, merchant: Merchant, admin: Admin) -> None:
    kind = word()
    first, other = (a_lamp(shop, merchant, f"{kind} {name}") for name in ("one", "two and something more"))
    rule = f"/api/search/rules/{kind}"
    before = names(shop.search(q=kind))

    admin.put(rule, {"match": {"kind": "exact", "text": kind}, "actions": {"pin": [other, first]}})

    answer = shop.search(q=kind)
    assert [item["product"]["product_id"] for item in answer["items"]] == [other, first]
    assert answer["rules"] == [kind]
    assert admin.call("DELETE", rule).status_code == 204
    after = shop.search(q=kind)
    assert (names(after), after["rules"]) == (before, [])
    assert admin.call("GET", rule).status_code == 404


def test_hidden_products_are_gone_and_a_redirect_is_told(
    shop: Shop, merchant: Merchant, admin: Admin
) -> None:
    kind = word()
    hidden = a_lamp(shop, merchant, f"Lamp {kind}")

    admin.put(
        f"/api/search/rules/{kind}",
        {"match": {"kind": "contains", "text": kind}, "actions": {"hide": [hidden], "redirect": "/sale"}},
    )

    answer = shop.search(q=f"lamp {kind}")
    assert hidden not in [item["product"]["product_id"] for item in answer["items"]]
    assert answer["redirect"] == "/sale"


def test_who_changes_what_another_has_changed_is_told(shop: Shop, admin: Admin) -> None:
    seen = admin.call("GET", SYNONYMS).headers["etag"]
    admin.put(SYNONYMS, {"entries": []}, **{"If-Match": seen})
    assert admin.call("PUT", SYNONYMS, json={"entries": []}, headers={"If-Match": seen}).status_code == 412


def test_synonyms_are_nobody_s_but_an_admin_s(shop: Shop, merchant: Merchant) -> None:
    assert shop.call("GET", SYNONYMS).status_code == 401
    assert shop.call("GET", SYNONYMS, token=merchant.token).status_code == 403
