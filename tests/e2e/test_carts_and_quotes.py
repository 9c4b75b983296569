"""From an anonymous cart to the exact total, over HTTP on the deployed templates."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.e2e.shop import JSON, Merchant, Shop, lamp

pytestmark = pytest.mark.e2e

CART = "/api/marketplace/cart"


@pytest.fixture
def admin(shop: Shop) -> str:
    return shop.token("admin", "admin-1")


@pytest.fixture
def buyer(shop: Shop) -> str:
    return shop.token("customer", f"buyer-{uuid.uuid4().hex[:10]}")


@pytest.fixture
def country(shop: Shop, admin: str) -> str:
    """A zone and a tax of the country that no other test ships to."""
    zone = {"name": "Iceland", "countries": ["IS"], "rates": [rate("post", 700), rate("fast", 1900)]}
    tax = {"name": "VAT", "country": "IS", "rate": 240_000, "on_shipping": True}
    for path, body in (("shipping-zones/iceland", zone), ("tax-rates/iceland", tax)):
        written = shop.call("PUT", f"/api/marketplace/{path}", token=admin, json=body)
        assert written.status_code == 200, written.text
        assert written.headers["etag"] == f'"{written.json()["version"]}"'
    return "IS"


def rate(rate_id: str, price: int) -> JSON:
    return {"rate_id": rate_id, "name": rate_id, "bands": [{"price": price}]}


def address(country: str) -> JSON:
    return {"name": "Ada", "line1": "1 Main Street", "city": "Town", "postcode": "101", "country": country}


def problem(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].removeprefix("/problems/")


def test_an_anonymous_cart_is_filled_merged_at_sign_in_and_quoted(
    shop: Shop, merchant: Merchant, buyer: str, country: str, admin: str
) -> None:
    product = shop.create(merchant.token, lamp(price={"amount": 4900, "currency": "USD"}))
    added = shop.call("POST", f"{CART}/add", json={"product_id": product["product_id"], "quantity": 2})
    assert added.status_code == 200, added.text
    token = added.json()["cart_token"]

    seen = shop.call("GET", CART, headers={"x-cart-token": token})
    assert [line["quantity"] for line in seen.json()["lines"]] == [2]

    merged = shop.call("POST", f"{CART}/merge", token=buyer, json={"cart_token": token})
    assert (merged.status_code, merged.json()["units"]) == (200, 2)
    assert shop.call("GET", CART, headers={"x-cart-token": token}).json()["units"] == 0

    code = f"TEN-{uuid.uuid4().hex[:8].upper()}"
    coupon = {"kind": "percent", "percent": 1000, "limit": 1}
    assert shop.call("PUT", f"/api/marketplace/coupons/{code}", token=admin, json=coupon).status_code == 200
    quote = shop.call(
        "POST",
        f"{CART}/quote",
        token=buyer,
        headers={"idempotency-key": uuid.uuid4().hex},
        json={"address": address(country), "coupons": [code]},
    )
    assert quote.status_code == 201, quote.text
    amounts = {
        name: quote.json()[name]["amount"]
        for name in ("subtotal", "discount", "shipping_total", "tax", "total")
    }
    # 9,800 less 10 %, 24 % of 8,820 is 2,116.8 and of 700 is 168.
    assert amounts == {
        "subtotal": 9800,
        "discount": 980,
        "shipping_total": 700,
        "tax": 2117 + 168,
        "total": 8820 + 2117 + 700 + 168,
    }


def test_four_adds_to_one_cart_at_once_all_count(shop: Shop, merchant: Merchant, buyer: str) -> None:
    product = shop.create(merchant.token, lamp(stock_on_hand=1000))
    add = {"product_id": product["product_id"]}

    def once(_: int) -> int:
        return shop.call("POST", f"{CART}/add", token=buyer, json=add).status_code

    with ThreadPoolExecutor(4) as four:
        for _ in range(5):
            assert list(four.map(once, range(4))) == [200] * 4

    assert shop.call("GET", CART, token=buyer).json()["units"] == 20


def test_a_retried_add_counts_once(shop: Shop, merchant: Merchant, buyer: str) -> None:
    product = shop.create(merchant.token, lamp())
    sent: Any = {
        "token": buyer,
        "json": {"product_id": product["product_id"], "quantity": 3},
        "headers": {"idempotency-key": uuid.uuid4().hex},
    }

    answers = [shop.call("POST", f"{CART}/add", **sent) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200] * 3
    assert shop.call("GET", CART, token=buyer).json()["units"] == 3


def test_what_changes_in_the_shop_is_told_at_the_next_look(
    shop: Shop, merchant: Merchant, buyer: str, country: str
) -> None:
    product = shop.create(merchant.token, lamp(stock_on_hand=5))
    path = f"/api/marketplace/products/{product['product_id']}"
    shop.call("POST", f"{CART}/add", token=buyer, json={"product_id": product["product_id"], "quantity": 5})
    shop.call(
        "POST",
        f"/api/marketplace/inventory/{product['product_id']}/adjust",
        token=merchant.token,
        json={"delta": -2, "reason": "damaged"},
    )
    shop.call("PATCH", path, token=merchant.token, json={"price": {"amount": 3900, "currency": "USD"}})

    codes = [change["code"] for change in shop.call("GET", CART, token=buyer).json()["changes"]]
    assert codes == ["price_changed", "only_3_left"]
    refused = shop.call("POST", f"{CART}/quote", token=buyer, json={"address": address(country)})
    assert problem(refused) == (409, "lines-unavailable")
    assert refused.json()["lines"] == [{"product_id": product["product_id"], "wanted": 5, "available": 3}]

    item = f"{CART}/items/{product['product_id']}"
    assert shop.call("PATCH", item, token=buyer, json={"quantity": 3}).status_code == 200
    assert shop.call("GET", CART, token=buyer).json()["changes"] == []
    assert shop.call("DELETE", item, token=buyer).json()["lines"] == []


@pytest.mark.parametrize(
    ("quantity", "expected"),
    [
        (0, (422, "invalid-quantity")),
        (-1, (422, "invalid-quantity")),
        (1.5, (422, "invalid-quantity")),
        (10**9, (422, "too-many-units")),
        (8, (409, "out-of-stock")),
    ],
    ids=repr,
)
def test_a_bad_quantity_is_its_own_problem_and_changes_nothing(
    shop: Shop, merchant: Merchant, buyer: str, quantity: Any, expected: tuple[int, str]
) -> None:
    product = shop.create(merchant.token, lamp(stock_on_hand=7))

    answer = shop.call(
        "POST", f"{CART}/add", token=buyer, json={"product_id": product["product_id"], "quantity": quantity}
    )

    assert problem(answer) == expected
    assert shop.call("GET", CART, token=buyer).json()["units"] == 0


def test_strangers_products_tokens_coupons_and_addresses_are_each_their_own_problem(
    shop: Shop, merchant: Merchant, buyer: str, country: str, admin: str
) -> None:
    draft = shop.create(merchant.token, lamp(status="draft"))
    for product_id in (draft["product_id"], "nothing"):
        answer = shop.call("POST", f"{CART}/add", token=buyer, json={"product_id": product_id})
        assert problem(answer) == (404, "unknown-product")
    forged = shop.call("GET", CART, headers={"x-cart-token": f"cart-1.{'A' * 43}"})
    assert problem(forged) == (400, "bad-cart-token")

    product = shop.create(merchant.token, lamp())
    shop.call("POST", f"{CART}/add", token=buyer, json={"product_id": product["product_id"]})
    code = f"THEIRS-{uuid.uuid4().hex[:8].upper()}"
    theirs = {"kind": "amount", "amount": 100, "user_id": "somebody-else"}
    shop.call("PUT", f"/api/marketplace/coupons/{code}", token=admin, json=theirs)
    kept = shop.call("POST", "/api/marketplace/addresses", token=admin, json=address(country)).json()
    for wanted, expected in (
        ({"address": address(country), "coupons": [code]}, (422, "coupon-not-yours")),
        ({"address": address(country), "coupons": ["NOTHING"]}, (422, "unknown-coupon")),
        ({"address": address(country), "points": 1}, (409, "not-enough-points")),
        ({"address": address("AQ")}, (422, "unshippable")),
        ({"address_id": kept["address_id"]}, (422, "unknown-address")),
    ):
        refused = shop.call("POST", f"{CART}/quote", token=buyer, json=wanted)
        assert problem(refused) == expected


def test_an_address_book_is_ones_own(shop: Shop, buyer: str) -> None:
    path = "/api/marketplace/addresses"
    made = shop.call("POST", path, token=buyer, json=address("IS")).json()
    mine = f"{path}/{made['address_id']}"

    assert shop.call("PATCH", mine, token=buyer, json={"line2": "Flat 2"}).json()["line2"] == "Flat 2"
    assert shop.call("GET", path, token=buyer).json()["items"] == [made | {"line2": "Flat 2"}]
    other = shop.token("customer", "somebody-else")
    assert shop.call("DELETE", mine, token=other).status_code == 404
    assert shop.call("DELETE", mine, token=buyer).status_code == 204
    assert shop.call("GET", path, token=buyer).json()["items"] == []
