"""From a click to the order of products: every part, on the real engine."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from omnilife.catalogue import NewProduct, ProductStore, create_product
from omnilife.core.auth import Caller
from omnilife.core.clock import system_clock
from omnilife.core.table import Table
from omnilife.search import ReindexStore, index_products
from omnilife.search.criteria import Criteria
from omnilife.search.index_one import unindex_product
from omnilife.search.rollups import FLOOR
from omnilife.search.searches import Outcome, Search
from omnilife.search.store_clicks import ClickStore
from omnilife.search.store_searches import SearchStore
from tests.integration.search.shop import Shop
from tests.support.functions import Functions
from tests.support.http import Answer, http_event
from tests.unit.search.shoppers import a_record

MERCHANT = Caller("user", "203.0.113.9", "merchant-1", roles=frozenset({"merchant"}))
EVENTS = Path(__file__).parents[3] / "events" / "search"


class Learner:
    """A deployed shop's functions, with the stream's and the clock's part played by the test."""

    def __init__(self, shop: Shop, catalogue: Table, invoke: Functions) -> None:
        self.shop = shop
        self.catalogue = ProductStore(catalogue)
        self.table = Table("search")
        self.invoke = invoke

    def create(self, name: str) -> str:
        fields: dict[str, Any] = {
            "sku": uuid4().hex,
            "name": name,
            "category": ["home", "lighting"],
            "price": {"amount": 4900, "currency": "USD"},
            "stock_on_hand": 7,
        }
        product = create_product(self.catalogue, NewProduct(**fields), caller=MERCHANT, currency="USD")
        jobs = ReindexStore(self.table)
        assert (
            index_products([product.product_id], store=self.catalogue, index=self.shop.index, jobs=jobs)
            == set()
        )
        self.shop.refresh()
        return product.product_id

    def search(self, text: str, visitor: str) -> str:
        """A search as `SearchLog` keeps it."""
        search = Search.of(uuid4().hex, Criteria(text=text), page=1, visitor=visitor, at=system_clock.now())
        SearchStore(self.table).complete(replace(search, outcome=Outcome(total=5, took_ms=7)))
        self.stream({"pk": f"SEARCH#{search.search_id}", "sk": "SEARCH"})
        return search.search_id

    def post_click(self, body: dict[str, Any]) -> Answer:
        return Answer.of(
            self.invoke("search/record_click", http_event("POST", "/api/search/click", body=body))
        )

    def click(self, search_id: str, product_id: str, kind: str = "click") -> None:
        body = {"search_id": search_id, "product_id": product_id, "position": 1, "kind": kind}
        assert self.post_click(body).status == 200
        self.stream({"pk": f"SEARCH#{search_id}", "sk": f"CLICK#{kind}#{product_id}"})
        self.stream({"pk": f"SEARCH#{search_id}", "sk": "SEARCH"})

    def stream(self, key: dict[str, str]) -> None:
        answer = self.invoke("search/roll_up_searches", {"Records": [a_record(key)]})
        assert answer == {"batchItemFailures": []}

    def run(self, job: str) -> Any:
        answer = self.invoke(f"search/{job}", json.loads((EVENTS / f"{job}.json").read_text()))
        self.shop.refresh()
        return answer

    def get(self, path: str, **query: Any) -> Answer:
        function = {"suggestions": "get_suggestions"}.get(path, "find_similar_products")
        event = http_event("GET", f"/api/search/{path}", query=query)
        return Answer.of(self.invoke(f"search/{function}", event))


@pytest.fixture
def learner(shop: Shop, tables: Table, invoke: Functions) -> Learner:
    return Learner(shop, tables, invoke)


def test_what_is_wanted_comes_first_after_the_next_refresh(learner: Learner, shop: Shop) -> None:
    ids = sorted(learner.create("Brass lamp") for _ in range(3))
    learner.click(learner.search("lamp", "v1"), ids[2], "purchase")
    learner.click(learner.search("lamp", "v2"), ids[1])

    assert learner.run("refresh_popularity") == {"refreshed": 2}
    assert shop.found(sort="popularity") == [ids[2], ids[1], ids[0]]
    assert learner.run("refresh_popularity") == {"refreshed": 0}


def test_a_product_that_was_taken_out_by_hand_stays_out(learner: Learner, shop: Shop) -> None:
    product_id = learner.create("Brass lamp")
    learner.click(learner.search("lamp", "v1"), product_id)
    jobs = ReindexStore(learner.table)
    unindex_product(product_id, store=learner.catalogue, index=shop.index, jobs=jobs)
    shop.refresh()

    assert learner.run("refresh_popularity") == {"refreshed": 1}
    assert shop.found() == []


def test_a_query_is_suggested_once_five_visitors_have_asked_it(learner: Learner) -> None:
    learner.create("Brass lamp")
    for number in range(FLOOR):
        assert [s for s in suggestions(learner, "reading l") if s["type"] == "query"] == []
        learner.search("Reading lamp", f"v{number}")
        learner.search("reading lamp", f"v{number}")
        learner.run("refresh_popular_queries")

    (found,) = [s for s in suggestions(learner, "reading l") if s["type"] == "query"]
    assert found["text"] == "reading lamp"
    assert found["highlighted"] == "<em>reading</em> <em>l</em>amp"


def suggestions(learner: Learner, typed: str) -> list[dict[str, Any]]:
    answer = learner.get("suggestions", q=typed)
    assert answer.status == 200
    found: list[dict[str, Any]] = answer.json["suggestions"]
    return found


def test_products_that_are_clicked_together_are_similar(learner: Learner) -> None:
    one, other = learner.create("Brass lamp"), learner.create("Garden chair")
    for visitor in ("v1", "v2"):
        search_id = learner.search("things", visitor)
        learner.click(search_id, one)
        learner.click(search_id, other)

    answer = learner.get(f"products/{one}/similar")
    assert answer.status == 200
    (item,) = answer.json["items"]
    assert (item["product"]["product_id"], item["clicked_together"]) == (other, True)
    unknown = learner.get("products/never/similar")
    assert (unknown.status, unknown.json["type"]) == (404, "/problems/unknown-product")


def test_a_click_answers_what_was_made_of_it(learner: Learner) -> None:
    search_id = learner.search("lamp", "v1")
    body = {"search_id": search_id, "product_id": "p1", "position": 2}
    answer = learner.post_click(body)
    assert (answer.status, answer.json["counted"], answer.json["kind"]) == (200, True, "click")
    assert ClickStore(learner.table).searches.get(search_id) is not None

    unknown = learner.post_click(body | {"search_id": "never"})
    assert (unknown.status, unknown.json["type"]) == (404, "/problems/unknown-search")
    for bad in ({"position": 0}, {"kind": "look"}, {"product_id": "a b"}, {"position": 6}, {"more": 1}):
        assert learner.post_click(body | bad).status == 422
