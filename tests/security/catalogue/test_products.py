"""What an attacker would try on the catalogue's routes, through the handlers as deployed."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from omnilife.core.clock import FixedClock
from omnilife.core.ids import IdMaker
from omnilife.core.table import Table
from tests.support.functions import Functions
from tests.support.http import Answer, http_event
from tests.unit.catalogue.shop import MERCHANT, Shop, lamp

PRODUCTS = "/api/marketplace/products"
LEAKS = ("Traceback", "botocore", "DynamoDB", "ConditionExpression", "moto", "omnilife.")


@pytest.fixture
def shop(catalogue_table: Table, clock: FixedClock, ids: IdMaker) -> Shop:
    return Shop(catalogue_table, clock, ids)


@pytest.fixture
def call(
    catalogue_table: Table, secrets: Any, token: Callable[..., str], invoke: Functions
) -> Callable[..., Answer]:
    """`call("get_product", "GET", path, role=…, sub=…)`: the answer, which never shows what is inside."""

    def send(
        name: str,
        method: str,
        path: str,
        *,
        role: str | None = "merchant",
        sub: str = "merchant-1",
        headers: Any = None,
        **more: Any,
    ) -> Answer:
        sent = dict(headers or {})
        if role:
            sent["authorization"] = f"Bearer {token(role=role, sub=sub)}"
        answer = Answer.of(invoke(f"catalogue/{name}", http_event(method, path, headers=sent, **more)))
        assert answer.status < 500, answer.body
        assert not [leak for leak in LEAKS if leak in answer.body]
        return answer

    return send


def one(product_id: str) -> str:
    return f"{PRODUCTS}/{product_id}"


@pytest.mark.parametrize(
    ("route", "path", "body"),
    [
        ("update_product PATCH", PRODUCTS + "/{}", {"name": "Mine now"}),
        ("delete_product DELETE", PRODUCTS + "/{}", None),
        (
            "adjust_inventory POST",
            "/api/marketplace/inventory/{}/adjust",
            {"delta": 1, "reason": "found"},
        ),
        ("list_inventory_logs GET", "/api/marketplace/inventory/{}/logs", None),
    ],
)
def test_another_merchant_s_product_answers_as_one_that_does_not_exist(call, shop, route, path, body):
    product = shop.create()
    before = shop.items("products") + shop.items("stock")
    there = call(*route.split(), path.format(product.product_id), sub="merchant-2", body=body)
    nowhere = call(*route.split(), path.format("nothing"), sub="merchant-2", body=body)
    assert there.status == nowhere.status == 404
    assert there.json | {"instance": ""} == nowhere.json | {"instance": ""}
    assert shop.items("products") + shop.items("stock") == before


@pytest.mark.parametrize("status", ["draft", "archived"])
@pytest.mark.parametrize("role", [None, "customer", "merchant"])
def test_what_is_not_on_sale_cannot_be_read_or_listed_by_others(call, shop, status, role):
    product = shop.create(status=status)
    assert call("get_product", "GET", one(product.product_id), role=role, sub="merchant-2").status == 404
    query = {"merchant_id": "merchant-1", "status": status}
    assert call("list_products", "GET", PRODUCTS, role=role, sub="merchant-2", query=query).status == 403
    assert call("list_products", "GET", PRODUCTS, role=role, sub="merchant-2").json["items"] == []


def test_a_merchant_cannot_create_under_another_s_name(call, shop):
    answer = call("create_product", "POST", PRODUCTS, body=lamp(merchant_id="merchant-2"))
    assert answer.status == 403
    assert shop.items("products") == []


@pytest.mark.parametrize("role", [None, "customer"])
def test_writing_needs_a_merchant(call, shop, role):
    answer = call("create_product", "POST", PRODUCTS, role=role, body=lamp())
    assert answer.status == (401 if role is None else 403)
    assert shop.items("products") == []


@pytest.mark.parametrize(
    "change", [lambda c: c[:-1] + ("A" if c[-1] != "A" else "B"), lambda c: c + "=", str.lower]
)
def test_a_forged_cursor_is_refused(call, shop, change):
    shop.fill(3)
    cursor = call("list_products", "GET", PRODUCTS, query={"limit": "1"}).json["next_cursor"]
    answer = call("list_products", "GET", PRODUCTS, query={"limit": "1", "cursor": change(cursor)})
    assert (answer.status, answer.json["type"]) == (400, "/problems/bad-cursor")


def test_a_cursor_of_another_query_is_refused(call, shop):
    shop.fill(3)
    cursor = call("list_products", "GET", PRODUCTS, query={"limit": "1"}).json["next_cursor"]
    answer = call("list_products", "GET", PRODUCTS, query={"brand": "Lumo", "cursor": cursor})
    assert answer.json["type"] == "/problems/bad-cursor"


def test_a_cursor_for_one_s_own_drafts_opens_no_other_s(call, shop):
    for sku in "ab":
        shop.create(sku=sku, status="draft")
    mine = {"status": "draft", "limit": "1", "merchant_id": "merchant-1"}
    cursor = call("list_products", "GET", PRODUCTS, query=mine).json["next_cursor"]
    answer = call("list_products", "GET", PRODUCTS, sub="merchant-2", query=mine | {"cursor": cursor})
    assert answer.status == 403


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "' OR 1=1 --",
        "{{7*7}}",
        "$(rm -rf /)",
        "\u202egnp.exe",
        "👩\u200d🚀",
        "שולחן",
    ],
)
def test_a_name_is_text_and_comes_back_as_it_was_sent(call, text):
    created = call("create_product", "POST", PRODUCTS, body=lamp(name=text))
    answer = call("get_product", "GET", one(created.json["product_id"]), role=None)
    assert answer.json["name"] == text
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "query",
    [
        {"brand": 'Halden" OR attribute_exists(pk) OR "'},
        {"brand": "name:(lamp OR *) AND _exists_:price^9"},
        {"category": "#0 = :0 OR pk"},
        {"category": "../../etc/passwd"},
        {"brand": "(a|aa)+$"},
        {"category": "/"},
    ],
    ids=str,
)
def test_an_expression_in_a_filter_is_only_text_that_matches_nothing(call, shop, query):
    shop.create()
    answer = call("list_products", "GET", PRODUCTS, query=query)
    assert answer.status == 422 or answer.json["items"] == []


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"colour": "red"}, 400),
        ({"sort": ["newest", "newest"]}, 400),
        ({"limit": "many"}, 422),
        ({"min_price": "-1"}, 422),
        ({"min_price": "5", "max_price": "4"}, 422),
        ({"brand": "x" * 5000}, 400),
        ({"cursor": "x" * 3001}, 422),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_query_that_is_not_valid_is_told_so(call, query, status):
    assert call("list_products", "GET", PRODUCTS, query=query).status == status


@pytest.mark.parametrize("product_id", ["a b", "a%2Fb", "a#b", "x" * 65, "é", "a\n"])
def test_an_id_that_could_not_be_one_never_reaches_a_key(call, product_id):
    assert call("get_product", "GET", one(product_id), role=None).status == 404


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("{", 400),
        ('{"sku": "a", "sku": "b"}', 400),
        ('{"price": NaN}', 400),
        (b"\xff\xfe", 400),
        ("[" * 5000, 400),
        ("[]", 422),
        ("{}", 422),
        (json.dumps({"pad": "x" * 2_000_000}), 413),
    ],
    ids=["cut", "twice", "nan", "not utf-8", "deep", "a list", "empty", "2 MB"],
)
@pytest.mark.parametrize("name", ["create_product", "create_import"])
def test_a_malformed_body_is_refused(call, shop, name, body, status):
    assert (
        call(
            name, "POST", PRODUCTS if name == "create_product" else "/api/marketplace/imports", body=body
        ).status
        == status
    )
    assert shop.items("products") == shop.items("imports") == []


def test_a_patch_cannot_reach_what_the_server_keeps(call, shop):
    product = shop.create()
    for name in ("pk", "i1pk", "available", "import_id", "merchant_id", "stock_on_hand", "__class__"):
        assert call("update_product", "PATCH", one(product.product_id), body={name: "x"}).status == 422
    assert shop.find(product.product_id, MERCHANT) == product


@pytest.mark.parametrize("tag", ['"2"', 'W/"1"', '"x"'])
def test_a_tag_that_is_not_the_current_one_stops_a_delete(call, shop, tag):
    product = shop.create()
    assert call("delete_product", "DELETE", one(product.product_id), headers={"if-match": tag}).status == 412
    assert shop.find(product.product_id) == product


def test_another_merchant_s_idempotency_key_gives_nothing_away(call, shop):
    key = {"idempotency-key": "the-same"}
    first = call("create_product", "POST", PRODUCTS, body=lamp(), headers=key)
    other = call("create_product", "POST", PRODUCTS, body=lamp(), headers=key, sub="merchant-2")
    assert first.status == other.status == 201
    assert other.json["merchant_id"] == "merchant-2"
    assert other.json["product_id"] != first.json["product_id"]
