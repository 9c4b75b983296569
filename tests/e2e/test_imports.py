"""An import as a merchant runs it: a presigned upload, progress, a report, and the good rows in the shop."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from tests.e2e.shop import Merchant, Shop, eventually, lamp

pytestmark = pytest.mark.e2e

IMPORTS = "/api/marketplace/imports"


def upload(shop: Shop, merchant: Merchant, kind: str, content: bytes) -> str:
    """Start an import of that format and upload its file as a browser's form would; the import's id."""
    made = shop.call("POST", IMPORTS, token=merchant.token, json={"format": kind})
    assert made.status_code in {201, 202}, made.text
    job = made.json()
    form = job["upload"]
    sent = httpx.post(form["url"], data=form["fields"], files={"file": ("rows", content)}, timeout=30)
    assert sent.status_code in {200, 201, 204}, sent.text
    return str(job["job_id"])


def finished(shop: Shop, merchant: Merchant, job_id: str) -> dict[str, Any]:
    return eventually(
        lambda: shop.call("GET", f"{IMPORTS}/{job_id}", token=merchant.token).json(),
        until=lambda job: job["state"] in {"succeeded", "failed"},
        within=60,
    )


def test_good_rows_load_and_bad_ones_are_listed_with_row_field_and_reason(
    shop: Shop, merchant: Merchant
) -> None:
    good, other = lamp(), lamp()
    rows = [good, lamp(price={"amount": -5, "currency": "USD"}), other, lamp(name="")]
    content = "\n".join(json.dumps(row) for row in rows).encode()

    job = finished(shop, merchant, upload(shop, merchant, "jsonl", content))

    assert job["state"] == "succeeded"
    assert job["progress"] == {"done": 4, "total": 4}
    assert [(error["row"], error["field"]) for error in job["result"]["errors"]] == [
        (2, "price.amount"),
        (4, "name"),
    ]
    assert all(error["reason"] for error in job["result"]["errors"])
    shop.await_found(good["sku"], until=bool)
    shop.await_found(other["sku"], until=bool)


def test_a_repeated_import_changes_nothing(shop: Shop, merchant: Merchant) -> None:
    row = lamp()
    content = json.dumps(row).encode()
    finished(shop, merchant, upload(shop, merchant, "jsonl", content))
    [before] = shop.await_found(row["sku"], until=bool)

    again = finished(shop, merchant, upload(shop, merchant, "jsonl", content))

    assert again["state"] == "succeeded"
    after = shop.call("GET", f"/api/marketplace/products/{before['product_id']}").json()
    assert after["version"] == before["version"]


def test_a_csv_with_quotes_and_attributes_loads(shop: Shop, merchant: Merchant) -> None:
    sku = lamp()["sku"]
    content = (
        "sku,name,brand,category,price,currency,stock_on_hand,attr.colour\n"
        f'{sku},"Lamp, ""brass""",Halden,home/lighting,49.00,USD,3,brass\n'
    ).encode()

    job = finished(shop, merchant, upload(shop, merchant, "csv", content))

    assert job["result"].get("errors") == [], job
    [found] = shop.await_found(sku, until=bool)
    assert found["name"] == 'Lamp, "brass"'
    assert found["price"] == {"amount": 4900, "currency": "USD"}
    assert found["attributes"] == {"colour": "brass"}


def test_a_file_that_is_not_what_it_says_fails_with_a_reason(shop: Shop, merchant: Merchant) -> None:
    job = finished(shop, merchant, upload(shop, merchant, "csv", b"\x00\xff not a table"))

    assert job["state"] == "failed"
    assert job["problem"]["detail"]


def test_anothers_import_is_not_found(shop: Shop, merchant: Merchant) -> None:
    made = shop.call("POST", IMPORTS, token=merchant.token, json={"format": "csv"}).json()
    stranger = shop.token("merchant", "stranger")
    assert shop.call("GET", f"{IMPORTS}/{made['job_id']}", token=stranger).status_code == 404
