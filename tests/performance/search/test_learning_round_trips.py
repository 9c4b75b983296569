"""How often the engine and the table are asked: counts, never times."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from omnilife.core.table import Table
from omnilife.search.criteria import Criteria
from omnilife.search.searches import Outcome, Search
from omnilife.search.similar_products import SimilarQuery, UnknownProduct, similar_products
from omnilife.search.store_rollups import RollupStore
from omnilife.search.store_searches import SearchStore
from omnilife.search.suggest import SuggestionQuery, suggest
from omnilife.search.suggestion_index import SuggestionIndex
from tests.unit.search.shoppers import Shoppers


class CountedEngine:
    """An engine that finds nothing, and says how often it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def request(self, method: str, path: str, body: bytes, **options: Any) -> Mapping[str, Any]:  # noqa: ARG002
        self.asked.append(f"{method} {path}")
        searches = body.count(b"\n") // 2
        return {"took": 1, "responses": [{"hits": {"hits": []}}] * searches}


@pytest.fixture
def engine() -> CountedEngine:
    return CountedEngine()


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The operations that tables are asked for."""
    asked: list[str] = []
    call, transact = Table._call, Table.transact

    def counted(self: Table, operation: str, **arguments: Any) -> Any:
        asked.append(operation)
        return call(self, operation, **arguments)

    def counted_transact(self: Table, *parts: Any, **options: Any) -> None:
        asked.append("transact_write_items")
        transact(self, *parts, **options)

    monkeypatch.setattr(Table, "_call", counted)
    monkeypatch.setattr(Table, "transact", counted_transact)
    return asked


def test_suggestions_are_one_request(engine: CountedEngine) -> None:
    suggest(SuggestionQuery(q="lamp"), index=SuggestionIndex(engine, "products"))  # type: ignore[arg-type]
    assert engine.asked == ["POST /products/_msearch"]


def test_similar_products_are_one_query_and_one_request(
    engine: CountedEngine, search_table: Table, calls: list[str]
) -> None:
    with pytest.raises(UnknownProduct):
        similar_products(
            "p1",
            SimilarQuery(),
            store=RollupStore(search_table),
            index=SuggestionIndex(engine, "products"),  # type: ignore[arg-type]
        )
    assert engine.asked == ["POST /products/_msearch"]
    assert calls == ["query"]


def test_a_click_is_one_read_and_one_transaction(search_table: Table, clock: Any, calls: list[str]) -> None:
    shoppers = Shoppers(search_table, clock)
    search_id = shoppers.search()
    calls.clear()
    shoppers.click(search_id)
    assert calls == ["get_item", "transact_write_items"]


def test_a_search_is_two_writes(search_table: Table, clock: Any, calls: list[str]) -> None:
    search = Search.of("s1", Criteria(text="lamp"), page=1, visitor="v1", at=clock.now())
    store = SearchStore(search_table)
    store.begin(search)
    store.complete(replace(search, outcome=Outcome(total=10, took_ms=12)))
    assert calls == ["put_item", "update_item"]


def test_a_dozen_searches_are_counted_in_one_transaction(
    search_table: Table, clock: Any, calls: list[str]
) -> None:
    shoppers = Shoppers(search_table, clock)
    for _ in range(12):
        shoppers.search()
    calls.clear()
    shoppers.roll_up()
    assert calls.count("transact_write_items") == 1
