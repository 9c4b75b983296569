"""What shoppers do is learned: searches and clicks become analytics, suggestions and an order of products."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest

from local.cloud import Cloud
from tests.e2e.shop import JSON, Merchant, Shop, eventually, lamp

pytestmark = pytest.mark.e2e


def search_as(shop: Shop, visitor: str, text: str) -> JSON:
    answer = shop.call("GET", "/api/search/products", headers={"X-Visitor-Id": visitor}, params={"q": text})
    assert answer.status_code == 200, answer.text
    found: JSON = answer.json()
    return found


def report(shop: Shop, search_id: str, product_id: str, kind: str = "click") -> Any:
    body = {"search_id": search_id, "product_id": product_id, "position": 1, "kind": kind}
    return shop.call("POST", "/api/search/click", json=body)


def click(shop: Shop, search_id: str, product_id: str, kind: str = "click") -> Any:
    """A click on what was found; answers from the cache do not wait for their search to be kept."""
    return eventually(
        lambda: report(shop, search_id, product_id, kind), until=lambda answer: answer.status_code != 404
    )


def run(cloud: Cloud, job: str) -> JSON:
    """Let a scheduled function of search run now."""
    names = [
        resource["PhysicalResourceId"]
        for resource in nested_resources(cloud, "Search")
        if resource["LogicalResourceId"] == job
    ]
    answer = cloud.client("lambda").invoke(FunctionName=names[0], Payload=b"{}")
    payload: JSON = json.loads(answer["Payload"].read())
    assert "FunctionError" not in answer, payload
    return payload


def nested_resources(cloud: Cloud, domain: str) -> list[dict[str, Any]]:
    stacks = cloud.client("cloudformation")
    names = [each["StackName"] for each in stacks.describe_stacks()["Stacks"] if domain in each["StackName"]]
    return [
        resource
        for name in names
        for resource in stacks.list_stack_resources(StackName=name)["StackResourceSummaries"]
    ]


def test_what_five_visitors_ask_and_click_is_counted_suggested_and_ranked(
    cloud: Cloud, shop: Shop, merchant: Merchant
) -> None:
    word = f"quillamp{uuid.uuid4().hex[:6]}"
    plain, wanted = (shop.create(merchant.token, lamp(name=f"Reading {word}")) for _ in range(2))
    shop.await_found(word, until=lambda found: len(found) == 2)
    text = f"Reading {word}"

    searched = []
    for number in range(5):
        answer = search_as(shop, f"{word}-{number}", text)
        searched.append(answer["search_id"])
        assert click(shop, answer["search_id"], wanted["product_id"]).json()["counted"] is True
    assert len(set(searched)) == 5
    assert click(shop, searched[0], wanted["product_id"], "purchase").status_code == 200

    admin = shop.token("admin", "analyst")

    def analytics() -> JSON:
        answer = shop.call("GET", "/api/search/analytics", token=admin, params={"window": "1h", "limit": 50})
        assert answer.status_code == 200, answer.text
        rows = {row["query"]: row for row in answer.json()["top_queries"]}
        row: JSON = rows.get(text.lower(), {})
        return row

    row = eventually(analytics, until=lambda seen: seen.get("purchases") == 1 and seen["clicks"] == 5)
    assert (row["searches"], row["visitors"], row["visitors_at_least"]) == (5, 5, True)
    assert (row["click_through_rate"], row["mean_clicked_position"]) == (1.0, 1.0)
    assert row["conversion_rate"] == 0.2

    assert run(cloud, "RefreshPopularQueriesFunction")["suggested"] > 0
    suggested = shop.call("GET", "/api/search/suggestions", params={"q": f"reading {word[:6]}"}).json()
    assert ("query", text.lower()) in [(each["type"], each["text"]) for each in suggested["suggestions"]]

    assert run(cloud, "RefreshPopularityFunction")["refreshed"] >= 1
    shop.await_found(word, until=bool)
    ranked = eventually(
        lambda: [p["product_id"] for p in shop.found(word, sort="popularity")],
        until=lambda ids: ids[0] == wanted["product_id"],
    )
    assert ranked == [wanted["product_id"], plain["product_id"]]


def test_a_repeated_click_counts_once_and_an_unknown_search_none(shop: Shop, merchant: Merchant) -> None:
    product = shop.create(merchant.token, lamp())
    shop.await_found(product["sku"], until=bool)
    answer = search_as(shop, uuid.uuid4().hex, product["sku"])

    first = click(shop, answer["search_id"], product["product_id"])
    assert click(shop, answer["search_id"], product["product_id"]).json() == first.json()

    assert report(shop, "never", product["product_id"]).status_code == 404


def test_analytics_are_for_administrators(shop: Shop, merchant: Merchant) -> None:
    assert shop.call("GET", "/api/search/analytics").status_code == 401
    assert shop.call("GET", "/api/search/analytics", token=merchant.token).status_code == 403
