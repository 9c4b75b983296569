"""Each function of the catalogue with the sample event that ships for it, in process."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from omnilife.core import aws
from omnilife.core.table import Table
from tests.support.functions import Functions
from tests.support.http import Answer
from tests.support.templates import ROOT
from tests.unit.catalogue.shop import ImportRun, Shop, lamp, lines

PRODUCT_ID = "019ab7d2-6a40-7c31-9f2e-5d1c8a7b3e01"
IMPORT_ID = "019ab7d2-7000-7a10-8c4d-2b6f9e1d4c02"


@pytest.fixture
def call(
    catalogue_table: Table, secrets: Any, token: Callable[..., str], invoke: Functions
) -> Callable[..., Answer]:
    """`call("get_product", …)`: the answer to the sample, as a merchant, with changes to the event."""

    def send(
        name: str, *, body: Any = None, role: str = "merchant", headers: Any = None, **changes: Any
    ) -> Answer:
        event = sample(name) | changes
        if "authorization" in event["headers"]:
            event["headers"]["authorization"] = f"Bearer {token(role=role, sub='merchant-1')}"
        event["headers"] |= headers or {}
        if body is not None:
            event["body"] = json.dumps(body)
        return Answer.of(invoke(f"catalogue/{name}", event))

    return send


@pytest.fixture
def lamp_shop(shop: Shop) -> Shop:
    """A shop with the product that the samples speak of."""
    shop.ids = iter([PRODUCT_ID, *(f"event-{n}" for n in range(99))]).__next__
    shop.create()
    return shop


def sample(name: str) -> Any:
    return json.loads((ROOT / f"events/catalogue/{name}.json").read_text())


def test_a_product_is_created_with_its_etag_and_location(call):
    answer = call("create_product")
    assert answer.status == 201
    assert answer.headers["etag"] == '"1"'
    assert answer.headers["location"] == f"/api/marketplace/products/{answer.json['product_id']}"
    assert answer.json["attributes"] == {"colour": "brass", "voltage": ["12 V", "230 V"]}
    assert answer.json["stock_on_hand"] == 7
    assert answer.json["merchant_id"] == "merchant-1"


def test_the_same_idempotency_key_gives_the_same_product(call):
    first, again = call("create_product"), call("create_product")
    assert (again.status, again.json) == (201, first.json)
    other = call("create_product", body=lamp())
    assert (other.status, other.json["type"]) == (409, "/problems/idempotency-conflict")


def test_a_second_product_of_the_same_sku_is_a_conflict(call):
    call("create_product")
    answer = call("create_product", headers={"idempotency-key": "another"})
    assert (answer.status, answer.json["type"]) == (409, "/problems/sku-taken")


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"name": ""}, "/name"),
        ({"sku": "with space"}, "/sku"),
        ({"price": {"amount": 10.5, "currency": "USD"}}, "/price/amount"),
        ({"price": {"amount": -1, "currency": "USD"}}, "/price/amount"),
        ({"category": []}, "/category"),
        ({"category": ["a/b"]}, "/category/0"),
        ({"stock_on_hand": -3}, "/stock_on_hand"),
        ({"version": 7}, "/version"),
        ({"attributes": {"size": ["S", 3]}}, "/attributes/size/1"),
        ({"compare_at_price": {"amount": 1, "currency": "USD"}}, "/compare_at_price"),
    ],
)
def test_an_invalid_product_is_a_422_that_points_at_the_field(call, changes, pointer):
    answer = call("create_product", body=lamp(**changes))
    assert answer.status == 422
    assert [error["pointer"] for error in answer.json["errors"]] == [pointer]


def test_another_currency_is_a_problem_of_its_own(call):
    answer = call("create_product", body=lamp(price={"amount": 1, "currency": "EUR"}))
    assert (answer.status, answer.json["type"]) == (422, "/problems/wrong-currency")


def test_a_product_is_read_by_anybody_with_its_etag(call, lamp_shop):
    answer = call("get_product")
    assert (answer.status, answer.headers["etag"]) == (200, '"1"')
    assert answer.json["price"] == {"amount": 4900, "currency": "USD"}


def test_a_product_that_is_not_there_is_a_404(call):
    assert call("get_product").json["type"] == "/problems/not-found"


def test_a_list_is_filtered_as_its_query_says(call, lamp_shop):
    lamp_shop.create(sku="other", brand="Lumo")
    answer = call("list_products")
    assert answer.status == 200
    assert [item["sku"] for item in answer.json["items"]] == ["lamp-1"]
    assert answer.json["next_cursor"] is None


def test_a_patch_is_laid_over_the_version_that_it_was_made_for(call, lamp_shop):
    answer = call("update_product")
    assert (answer.status, answer.headers["etag"]) == (200, '"2"')
    assert answer.json["price"] == {"amount": 4500, "currency": "USD"}
    assert answer.json["attributes"] == {"colour": "brass"}
    assert call("update_product").status == 412


@pytest.mark.parametrize("media_type", ["application/json", "application/merge-patch+json"])
def test_a_patch_comes_as_either_media_type(call, lamp_shop, media_type):
    assert call("update_product", headers={"content-type": media_type}).status == 200


@pytest.mark.parametrize("body", [[], 7, "text"])
def test_a_patch_that_is_no_object_is_refused(call, lamp_shop, body):
    assert call("update_product", body=body).status == 422


def test_what_the_server_sets_is_named(call, lamp_shop):
    answer = call("update_product", body={"version": 7, "rating": 5})
    assert answer.status == 422
    assert [error["pointer"] for error in answer.json["errors"]] == ["/rating", "/version"]


def test_a_product_is_deleted_without_a_body(call, lamp_shop):
    answer = call("delete_product")
    assert (answer.status, answer.body) == (204, "")
    assert call("get_product").status == 404


def test_categories_are_a_tree_with_counts(call, lamp_shop):
    answer = call("list_categories")
    assert answer.json == {
        "items": [
            {
                "name": "home",
                "path": ["home"],
                "count": 1,
                "children": [{"name": "lighting", "path": ["home", "lighting"], "count": 1, "children": []}],
            }
        ]
    }


def test_stock_is_adjusted_once_a_key(call, lamp_shop):
    first, again = call("adjust_inventory"), call("adjust_inventory")
    assert (first.status, first.json["on_hand"], first.json["note"]) == (200, 3, "Fell off the shelf")
    assert again.json == first.json


def test_more_than_there_is_cannot_be_taken(call, lamp_shop):
    answer = call("adjust_inventory", body={"delta": -6, "reason": "lost"})
    assert (answer.status, answer.json["type"], answer.json["available"]) == (
        409,
        "/problems/out-of-stock",
        5,
    )


def test_the_inventory_log_is_what_the_stream_told(call, lamp_shop, invoke):
    assert invoke("catalogue/project_inventory_logs", sample("project_inventory_logs")) == {
        "batchItemFailures": []
    }
    items = call("list_inventory_logs").json["items"]
    assert [(item["stock_version"], item["delta"], item["on_hand"]) for item in items] == [
        (2, -2, 5),
        (1, 7, 7),
    ]


@pytest.mark.parametrize(
    "name",
    ["create_product", "update_product", "delete_product", "adjust_inventory", "create_import", "get_import"],
)
def test_writing_and_imports_are_for_merchants(call, bucket, lamp_shop, name):
    assert call(name, role="customer").status == 403


def test_a_path_that_is_none_is_a_404(invoke, environment):
    assert Answer.of(invoke("catalogue/refuse_catalogue_path", sample("refuse_catalogue_path"))).status == 404


def test_an_import_is_opened_with_a_form_that_limits_what_may_be_uploaded(call, bucket):
    answer = call("create_import")
    assert answer.status == 201
    job = answer.json
    assert (job["kind"], job["state"], job["progress"]) == ("import", "queued", {"done": 0, "total": 0})
    assert answer.headers["location"] == f"/api/marketplace/imports/{job['job_id']}"
    assert job["upload"]["fields"]["key"] == f"imports/{job['job_id']}/rows.csv"
    assert job["upload"]["fields"]["Content-Type"] == "text/csv"
    assert call("create_import").json["job_id"] == job["job_id"]


def test_an_import_runs_from_its_upload_to_its_report(call, bucket, shop, invoke):
    run = ImportRun(shop)
    shop.ids = lambda: IMPORT_ID
    file = run.upload(run.open("jsonl"), lines([lamp(), lamp(sku="bad", name="")]))
    found = {"key": file.key, "size": file.size, "etag": file.etag, "version-id": file.version_id}

    plan = invoke("catalogue/plan_import", sample("plan_import") | {"object": found})
    assert plan == {"import_id": IMPORT_ID, "run": True, "chunks": [sample("load_import_chunk")]}
    assert invoke("catalogue/load_import_chunk", plan["chunks"][0]) is None
    assert invoke("catalogue/finish_import", sample("finish_import") | {"key": file.key}) is None

    job = call("get_import").json
    assert (job["state"], job["progress"]) == ("succeeded", {"done": 2, "total": 2})
    assert (job["result"]["created"], job["result"]["failed"]) == (1, 1)
    assert [(error["row"], error["field"]) for error in job["result"]["errors"]] == [(2, "name")]


def test_samples_of_import_steps_do_nothing_without_their_import(bucket, catalogue_table, invoke):
    assert invoke("catalogue/plan_import", sample("plan_import"))["run"] is False
    assert invoke("catalogue/load_import_chunk", sample("load_import_chunk")) is None
    assert invoke("catalogue/finish_import", sample("finish_import")) is None


def test_events_of_the_outbox_go_to_the_bus(shop, invoke):
    aws.client("events").create_event_bus(Name="omnilife")
    shop.create()
    aside = sample("publish_catalogue_changes")
    (row,) = shop.items("outbox")
    aside["Records"][0]["dynamodb"]["NewImage"] |= {"pk": {"S": row["pk"]}, "sk": {"S": row["sk"]}}
    assert invoke("catalogue/publish_catalogue_changes", aside) == {"batchItemFailures": []}
    assert "i4pk" not in shop.items("outbox")[0]


def test_what_the_stream_left_is_swept(shop, invoke):
    aws.client("events").create_event_bus(Name="omnilife")
    shop.clock.advance(seconds=-400 * 86400)
    shop.create()
    assert invoke("catalogue/sweep_catalogue_outbox", sample("sweep_catalogue_outbox")) == {"sent": 1}
    assert invoke("catalogue/sweep_catalogue_outbox", sample("sweep_catalogue_outbox")) == {"sent": 0}


@pytest.fixture
def bucket(aws: None) -> str:
    return make_bucket()


def make_bucket(name: str = "imports") -> str:
    client = aws.client("s3")
    client.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    client.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    return name


def test_a_wish_is_kept_listed_and_taken_back(call, lamp_shop):
    put = call("add_wish", role=None)
    assert (put.status, put.json["product"]["product_id"]) == (200, PRODUCT_ID)
    listed = call("list_wishlist", role=None)
    assert [wish["product_id"] for wish in listed.json["items"]] == [PRODUCT_ID]
    assert call("remove_wish", role=None).status == 204
    assert call("list_wishlist", role=None).json == {"items": [], "next_cursor": None}


def test_a_price_alert_is_set_listed_told_and_deleted(call, lamp_shop, invoke):
    created = call("create_price_alert", role=None)
    assert (created.status, created.json["alert_id"]) == (201, f"{PRODUCT_ID}.price_drop")
    assert "revision" not in created.json
    lamp_shop.edit(PRODUCT_ID, {"price": {"amount": 3900}})
    assert invoke("catalogue/trigger_price_alerts", sample("trigger_price_alerts")) == {
        "batchItemFailures": []
    }
    (alert,) = call("list_price_alerts", role=None).json["items"]
    assert (alert["state"], alert["triggered_price"]["amount"]) == ("triggered", 3900)
    assert call("delete_price_alert", role=None).status == 204
    assert call("delete_price_alert", role=None).status == 404


@pytest.mark.parametrize(
    "body",
    [
        {"product_id": PRODUCT_ID, "kind": "price_rise"},
        {"product_id": PRODUCT_ID, "kind": "price_drop", "target_price": {"amount": -1, "currency": "USD"}},
        {"product_id": PRODUCT_ID, "kind": "price_drop", "target_price": {"amount": 0.5, "currency": "USD"}},
        {"product_id": "with space", "kind": "price_drop"},
        {"product_id": PRODUCT_ID, "kind": "price_drop", "user_id": "user-2"},
    ],
)
def test_an_alert_that_is_none_is_refused(call, lamp_shop, body):
    assert call("create_price_alert", role=None, body=body).status == 422
    assert call("list_price_alerts", role=None).json["items"] == []


def test_who_received_a_product_reviews_it_once(call, lamp_shop, invoke):
    lamp_shop.clock.advance(seconds=1)
    refused = call("create_review", role=None)
    assert (refused.status, refused.json["type"]) == (403, "/problems/not-received")
    sent = json.dumps(sample("record_purchases")).replace("user-1", "merchant-1")
    assert invoke("catalogue/record_purchases", json.loads(sent)) == {"batchItemFailures": []}
    created = call("create_review", role=None)
    assert (created.status, created.json["rating"]) == (201, 5)
    again = call("create_review", role=None, headers={"idempotency-key": "another"})
    assert (again.status, again.json["type"]) == (409, "/problems/already-reviewed")
    listed = call("list_reviews")
    assert [review["text"] for review in listed.json["items"]] == ["Turns and dims, as promised."]
    assert (listed.json["rating"], listed.json["review_count"]) == (5.0, 1)


def test_recommendations_follow_training(call, lamp_shop, invoke):
    lamp_shop.create(sku="bulb-1")
    assert call("get_recommendations", role=None).json["items"][0]["reason"]["kind"] == "new"
    invoke("catalogue/record_purchases", sample("record_purchases"))
    trained = invoke("catalogue/train_recommendations", sample("train_recommendations"))
    assert trained == {"buyers": 1, "products": 1, "neighbours": 0}
    answer = call("get_recommendations", role=None)
    assert [item["reason"]["kind"] for item in answer.json["items"]] == ["new"]
    assert answer.json["trained_at"] is not None
