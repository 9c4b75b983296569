"""The functions, on the real engine and the catalogue's own table: events in, answers out."""

import json
from pathlib import Path
from random import Random
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from omnilife.catalogue import (
    Adjustment,
    NewProduct,
    Product,
    ProductStore,
    adjust_stock,
    create_product,
    delete_product,
    edit_product,
)
from omnilife.core.auth import Caller
from omnilife.core.table import Table
from tests.integration.search.shop import Shop
from tests.support.functions import Functions
from tests.support.http import Answer, http_event
from tests.support.search import a_product

EVENTS = Path(__file__).parents[3] / "events" / "search"
MERCHANT = Caller("user", "203.0.113.9", "merchant-1", roles=frozenset({"merchant"}))


class Catalogue:
    """The catalogue as its API would write it, and the events that its outbox holds."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.store = ProductStore(table)

    def create(self, **changes: Any) -> Product:
        fields = {
            "sku": uuid4().hex,
            "name": "Brass desk lamp",
            "category": ["home", "lighting"],
            "price": {"amount": 4900, "currency": "USD"},
            "stock_on_hand": 7,
        } | changes
        return create_product(self.store, NewProduct(**fields), caller=MERCHANT, currency="USD")

    def rename(self, product_id: str, name: str) -> None:
        edit_product(self.store, product_id, {"name": name}, caller=MERCHANT, currency="USD")

    def adjust(self, product_id: str, delta: int) -> None:
        adjust_stock(self.store, product_id, Adjustment(delta=delta, reason="received"), caller=MERCHANT)

    def delete(self, product_id: str) -> None:
        delete_product(self.store, product_id, caller=MERCHANT)

    def events(self, product_id: str) -> list[dict[str, Any]]:
        """What was announced about a product, oldest first."""
        rows = [
            *self.table.query(f"PRODUCT#{product_id}", begins_with="EVENT#", limit=100).items,
            *self.table.query(f"STOCK#{product_id}", begins_with="EVENT#", limit=100).items,
        ]
        return [json.loads(row["event"]) for row in sorted(rows, key=lambda row: row["sk"])]


def batch(*events: dict[str, Any]) -> dict[str, Any]:
    """The queue's records for events, as the bus puts them there; the ids are their positions."""
    return {
        "Records": [
            {"messageId": str(n), "body": json.dumps({"detail-type": event["type"], "detail": event})}
            for n, event in enumerate(events)
        ]
    }


@pytest.fixture
def catalogue(tables: Table) -> Catalogue:
    return Catalogue(tables)


@pytest.fixture
def search(invoke: Functions, tables: Table, shop: Shop) -> Any:
    def ask(**query: Any) -> Answer:
        event = http_event("GET", "/api/search/products", query=query)
        return Answer.of(invoke("search/search_products", event))

    return ask


def failures(answer: Any) -> list[str]:
    return [each["itemIdentifier"] for each in answer["batchItemFailures"]]


def test_a_product_that_was_written_is_found_and_one_that_was_deleted_is_not(
    catalogue: Catalogue, invoke: Functions, shop: Shop, search: Any
) -> None:
    kept, gone = catalogue.create(), catalogue.create()
    catalogue.adjust(kept.product_id, 2)
    catalogue.delete(gone.product_id)
    events = catalogue.events(kept.product_id) + catalogue.events(gone.product_id)

    assert failures(invoke("search/index_changes", batch(*events))) == []

    shop.refresh()
    answer = search(q="desk lamp")
    assert answer.status == 200
    assert answer.json["total"] == 1
    [item] = answer.json["items"]
    assert item["product"]["product_id"] == kept.product_id
    assert item["product"]["stock_on_hand"] == 9
    assert item["product"]["attributes"] == {}


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    changes=st.lists(st.sampled_from(["rename", "adjust", "delete"]), max_size=5),
    order=st.randoms(use_true_random=False),
    sizes=st.lists(st.integers(1, 4), min_size=20, max_size=20),
)
def test_late_repeated_and_reordered_events_end_in_the_newest_state(
    *,
    catalogue: Catalogue,
    invoke: Functions,
    shop: Shop,
    changes: list[str],
    order: Random,
    sizes: list[int],
) -> None:
    shop.clear()
    product_id = catalogue.create().product_id
    index = "search/index_changes"
    invoke(index, batch(*catalogue.events(product_id)))
    for n, change in enumerate(changes):
        if change == "rename":
            catalogue.rename(product_id, f"Lamp {n}")
        elif change == "adjust":
            catalogue.adjust(product_id, n + 1)
        else:
            catalogue.delete(product_id)
            break
    arrivals = catalogue.events(product_id) * 2
    order.shuffle(arrivals)
    while arrivals:
        size = sizes.pop()
        assert failures(invoke(index, batch(*arrivals[:size]))) == []
        del arrivals[:size]

    shop.refresh()
    newest = catalogue.store.find(product_id)
    shown = [(item.product.name, item.product.stock_on_hand) for item in shop.search().items]
    assert shown == ([(newest.product.name, newest.product.stock_on_hand)] if newest else [])


def test_an_event_about_a_product_that_never_was_is_done_with(
    catalogue: Catalogue, invoke: Functions
) -> None:
    event = json.loads(json.loads((EVENTS / "index_changes.json").read_text())["Records"][0]["body"])[
        "detail"
    ]
    assert failures(invoke("search/index_changes", batch(event))) == []


def test_a_record_that_is_no_event_fails_alone(catalogue: Catalogue, invoke: Functions, shop: Shop) -> None:
    product = catalogue.create()
    records = batch(*catalogue.events(product.product_id))
    records["Records"].append({"messageId": "broken", "body": "{"})
    assert failures(invoke("search/index_changes", records)) == ["broken"]
    shop.refresh()
    assert shop.found() == [product.product_id]


def test_while_the_engine_is_down_every_record_stays_in_the_queue_and_none_is_lost(
    catalogue: Catalogue,
    invoke: Functions,
    shop: Shop,
    opensearch_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    product = catalogue.create()
    records = batch(*catalogue.events(product.product_id))

    monkeypatch.setenv("OPENSEARCH_URL", "http://127.0.0.1:9")
    assert failures(invoke("search/index_changes", records)) == ["0"]

    monkeypatch.setenv("OPENSEARCH_URL", opensearch_url)
    assert failures(invoke("search/index_changes", records)) == []
    shop.refresh()
    assert shop.found() == [product.product_id]


def test_while_the_engine_is_down_search_answers_503_with_a_time_to_come_back(
    search: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENSEARCH_URL", "http://127.0.0.1:9")
    for _ in range(5):
        answer = search(q="lamp")
        assert answer.status == 503
        assert answer.headers["retry-after"] == "5"
        assert answer.json["type"] == "/problems/search-unavailable"
        assert "127.0.0.1" not in answer.body


@pytest.mark.parametrize("sample", sorted(path.stem for path in EVENTS.glob("*.json")))
def test_each_sample_event_runs(invoke: Functions, tables: Table, sample: str) -> None:
    event = json.loads((EVENTS / f"{sample}.json").read_text())
    answer = invoke(f"search/{sample}", event)
    if "routeKey" in event:
        assert answer["statusCode"] < 500  # a token of its own it has not
    if "Records" in event:
        assert answer == {"batchItemFailures": []}


def test_next_cursor_leads_on_through_the_api(
    catalogue: Catalogue, invoke: Functions, shop: Shop, search: Any
) -> None:
    made = [catalogue.create(price={"amount": n, "currency": "USD"}) for n in (3, 1, 2)]
    for product in made:
        invoke("search/index_changes", batch(*catalogue.events(product.product_id)))
    shop.refresh()
    first = search(sort="price_asc", limit=2).json
    rest = search(sort="price_asc", limit=2, cursor=first["next_cursor"]).json
    found = [item["product"]["price"]["amount"] for item in first["items"] + rest["items"]]
    assert found == [1, 2, 3]
    assert rest["next_cursor"] is None


def test_filters_reach_the_engine_from_repeated_and_open_parameters(
    catalogue: Catalogue, invoke: Functions, shop: Shop, search: Any
) -> None:
    for brand, colour in (("A, B", "red"), ("C", "blue"), ("D", "red")):
        product = catalogue.create(brand=brand, attributes={"col.our": colour})
        invoke("search/index_changes", batch(*catalogue.events(product.product_id)))
    shop.refresh()
    answer = search(brand=["A, B", "C"], **{"attr.col.our": ["red", "green"]}).json
    assert [item["product"]["brand"] for item in answer["items"]] == ["A, B"]
    assert {"value": "green", "count": 0, "selected": True} in answer["facets"]["attr.col.our"]


@pytest.mark.performance
def test_a_search_is_one_round_trip_to_the_engine(
    shop: Shop, search: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.put(a_product(brand="A", attributes={"colour": "red"}))
    asked: list[str] = []
    transport = shop.engine._transport
    send = transport.perform_request

    def counted(method: str, path: str, **more: Any) -> Any:
        asked.append(path)
        return send(method, path, **more)

    monkeypatch.setattr(transport, "perform_request", counted)
    answer = search(q="lamp", brand="A", **{"attr.colour": "red"})
    assert answer.status == 200
    assert asked == [f"/{shop.alias}/_search"]


@pytest.mark.performance
def test_a_search_that_finds_nothing_is_two_round_trips_however_many_ways_there_are(
    shop: Shop, search: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.put(a_product(name="Brass lamp"))
    asked: list[str] = []
    transport = shop.engine._transport
    send = transport.perform_request

    def counted(method: str, path: str, **more: Any) -> Any:
        asked.append(path)
        return send(method, path, **more)

    monkeypatch.setattr(transport, "perform_request", counted)
    assert search(q="xyzzyq vases").status == 200
    assert asked == [f"/{shop.alias}/_search", f"/{shop.alias}/_msearch"]
