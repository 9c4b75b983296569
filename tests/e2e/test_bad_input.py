"""Bad input over HTTP: a clear problem or a sensible answer, never a 500, never an engine's text."""

from __future__ import annotations

import json

import httpx
import pytest

from tests.e2e.shop import Merchant, Shop, lamp

pytestmark = [pytest.mark.e2e, pytest.mark.security]

SEARCH = "/api/search/products"
PRODUCTS = "/api/marketplace/products"


def assert_problem(answer: httpx.Response, status: int, slug: str | None = None) -> None:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")
    problem = answer.json()
    assert problem["status"] == status
    assert problem["instance"] == answer.headers["x-request-id"]
    assert slug is None or problem["type"] == f"/problems/{slug}"
    for leak in ("Traceback", "opensearch", "lucene", "botocore", "DynamoDB", "_search"):
        assert leak.lower() not in answer.text.lower()


@pytest.mark.parametrize(
    "path", ["/", "/nothing", "/api/search/nothing", "/api/marketplace/none", "/api-docs/x"]
)
def test_an_unknown_path_is_a_404_problem(shop: Shop, path: str) -> None:
    answer = shop.call("GET", path)
    assert answer.status_code == 404
    assert answer.json()["status"] == 404


def test_an_unknown_parameter_is_named(shop: Shop) -> None:
    answer = shop.call("GET", SEARCH, params={"q": "lamp", "colour": "red"})
    assert_problem(answer, 400)
    assert "colour" in answer.text


@pytest.mark.parametrize(
    "query",
    [
        {"limit": "many"},
        {"limit": "0"},
        {"limit": "101"},
        {"min_price": "-1"},
        {"min_rating": "6"},
        {"in_stock": "perhaps"},
        {"sort": "best"},
    ],
)
def test_a_value_of_the_wrong_type_or_range_is_a_422_that_points_at_it(
    shop: Shop, query: dict[str, str]
) -> None:
    answer = shop.call("GET", SEARCH, params=query)
    assert_problem(answer, 422)
    assert answer.json()["errors"][0]["pointer"].endswith(next(iter(query)))


def test_a_query_of_ten_kilobytes_is_refused(shop: Shop) -> None:
    answer = shop.call("GET", SEARCH, params={"q": "x" * 9000})
    assert 400 <= answer.status_code < 500


@pytest.mark.parametrize(
    "text",
    [
        "!!!???...",
        "🦊🔥",
        "مصباح مكتب",
        'name:(lamp OR *) AND _exists_:price^9 "',
        "(((((((((((((((((((((((((((((a+)+)+)+$",
        "/(a|aa)+$/",
        "<script>alert(1)</script>",
        "' OR 1=1 --",
        "\u202egnp.exe",
        "a" * 190,
        "%00",
    ],
)
def test_odd_text_gives_a_sensible_answer(shop: Shop, text: str) -> None:
    answer = shop.call("GET", SEARCH, params={"q": text})
    assert answer.status_code == 200, answer.text
    assert isinstance(answer.json()["items"], list)


def test_a_script_in_a_name_comes_back_escaped_in_highlights(shop: Shop, merchant: Merchant) -> None:
    word = lamp()["sku"]
    product = shop.create(merchant.token, lamp(name=f"<script>alert(1)</script> <b>{word}</b>"))
    shop.await_found(product["sku"], until=bool)

    [item] = [i for i in shop.search(q=word)["items"] if i["highlights"]]

    html = "".join(part for parts in item["highlights"].values() for part in parts)
    assert "<script" not in html
    assert f"<em>{word}</em>" in html
    assert "<b>" not in html


def test_a_forged_cursor_and_one_of_another_query_are_refused(shop: Shop, merchant: Merchant) -> None:
    brand = lamp()["sku"]
    for _ in range(3):
        last = shop.create(merchant.token, lamp(brand=brand))
    shop.await_found(last["sku"], until=bool)
    cursor = shop.search(brand=brand, limit=1, sort="newest")["next_cursor"]
    forged = cursor[:-2] + ("AA" if cursor[-2:] != "AA" else "BB")

    assert_problem(
        shop.call("GET", SEARCH, params={"brand": brand, "limit": 1, "sort": "newest", "cursor": forged}), 400
    )
    assert_problem(shop.call("GET", SEARCH, params={"q": "other", "sort": "newest", "cursor": cursor}), 400)
    assert_problem(shop.call("GET", PRODUCTS, params={"cursor": cursor}), 400)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"sku": ', 400),
        (b'{"sku": "a", "sku": "b"}', 400),
        (b'{"price": NaN}', 400),
        (b"\xff\xfe", 400),
        (b"[" * 5000, 400),
        (b"[]", 422),
        (b"{}", 422),
        (b'{"pad": "' + b"x" * 2_000_000 + b'"}', 413),
    ],
    ids=["cut", "twice", "nan", "not utf-8", "deep", "a list", "empty", "2 MB"],
)
def test_a_malformed_body_is_refused(shop: Shop, merchant: Merchant, body: bytes, status: int) -> None:
    answer = shop.call(
        "POST", PRODUCTS, token=merchant.token, content=body, headers={"content-type": "application/json"}
    )
    assert_problem(answer, status)


def test_a_body_of_another_media_type_is_refused(shop: Shop, merchant: Merchant) -> None:
    answer = shop.call(
        "POST", PRODUCTS, token=merchant.token, content=b"a=b", headers={"content-type": "text/csv"}
    )
    assert_problem(answer, 415)


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"price": {"amount": -1, "currency": "USD"}}, "/price"),
        ({"price": {"amount": 10.5, "currency": "USD"}}, "/price"),
        ({"price": {"amount": 10, "currency": "ABC"}}, "/price"),
        ({"name": ""}, "/name"),
        ({"name": "x" * 201}, "/name"),
        ({"category": []}, "/category"),
        ({"stock_on_hand": -3}, "/stock_on_hand"),
        ({"version": 7}, "/version"),
        ({"sku": "with space"}, "/sku"),
    ],
)
def test_an_invalid_product_is_a_422_that_points_at_the_field(
    shop: Shop, merchant: Merchant, changes: dict[str, object], pointer: str
) -> None:
    answer = shop.call("POST", PRODUCTS, token=merchant.token, json=lamp(**changes))
    assert_problem(answer, 422)
    assert any(error["pointer"].startswith(pointer) for error in answer.json()["errors"])


def test_another_currency_than_the_shops_is_refused(shop: Shop, merchant: Merchant) -> None:
    answer = shop.call(
        "POST", PRODUCTS, token=merchant.token, json=lamp(price={"amount": 10, "currency": "EUR"})
    )
    assert_problem(answer, 422, "wrong-currency")


def test_another_merchants_product_is_not_found_and_unchanged(shop: Shop, merchant: Merchant) -> None:
    product = shop.create(merchant.token, lamp())
    path = f"{PRODUCTS}/{product['product_id']}"
    stranger = shop.token("merchant", "stranger")

    assert_problem(shop.call("PATCH", path, token=stranger, json={"name": "Mine now"}), 404)
    assert_problem(shop.call("DELETE", path, token=stranger), 404)
    adjust = f"/api/marketplace/inventory/{product['product_id']}/adjust"
    assert_problem(shop.call("POST", adjust, token=stranger, json={"delta": 1, "reason": "received"}), 404)

    assert shop.call("GET", path).json() == product


def test_a_stale_if_match_is_refused_and_changes_nothing(shop: Shop, merchant: Merchant) -> None:
    product = shop.create(merchant.token, lamp())
    path = f"{PRODUCTS}/{product['product_id']}"
    stale = shop.call("GET", path).headers["etag"]
    shop.call("PATCH", path, token=merchant.token, json={"brand": "Lumo"})

    answer = shop.call(
        "PATCH", path, token=merchant.token, headers={"if-match": stale}, json={"brand": "Other"}
    )

    assert_problem(answer, 412)
    assert shop.call("GET", path).json()["brand"] == "Lumo"


@pytest.mark.parametrize("credential", [None, "garbage", "a.b.c", "eyJhbGciOiJub25lIn0.e30."])
def test_writing_without_a_good_token_is_a_401_that_says_how(shop: Shop, credential: str | None) -> None:
    answer = shop.call("POST", PRODUCTS, token=credential, json=lamp())
    assert_problem(answer, 401)
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_a_customer_may_not_write_products(shop: Shop) -> None:
    answer = shop.call("POST", PRODUCTS, token=shop.token("customer", "somebody"), json=lamp())
    assert_problem(answer, 403)


def test_the_request_id_of_the_client_comes_back(shop: Shop) -> None:
    answer = shop.call("GET", "/health", headers={"x-request-id": "my-request-1"})
    assert answer.headers["x-request-id"] == "my-request-1"


def test_answers_are_json_that_no_browser_reinterprets(shop: Shop) -> None:
    answer = shop.call("GET", SEARCH)
    assert json.loads(answer.text)["items"] is not None
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
