"""One product into the index and out of it by hand: the truth has the last word."""

import pytest

from omnilife.core.clock import FixedClock
from omnilife.core.errors import NotFound
from omnilife.core.ids import IdMaker
from omnilife.core.table import Table
from omnilife.search import SearchUnavailable, index_product, unindex_product
from omnilife.search.index_one import IndexedState
from tests.support.engine import StandInEngine
from tests.support.reindex import ALIAS, Reindexing, cut_into_few_segments

FIRST = f"{ALIAS}-00000000000000"


@pytest.fixture
def engine() -> StandInEngine:
    return StandInEngine()


@pytest.fixture
def shop(
    catalogue_table: Table, search_table: Table, engine: StandInEngine, clock: FixedClock, ids: IdMaker
) -> Reindexing:
    return Reindexing(catalogue_table, search_table, engine.engine(), clock, ids)


@pytest.fixture(autouse=True)
def few_segments(monkeypatch: pytest.MonkeyPatch) -> None:
    cut_into_few_segments(monkeypatch)


def put_in(shop: Reindexing, product_id: str) -> IndexedState:
    return index_product(product_id, store=shop.store, index=shop.index, jobs=shop.jobs)


def take_out(shop: Reindexing, product_id: str) -> IndexedState:
    return unindex_product(product_id, store=shop.store, index=shop.index, jobs=shop.jobs)


def test_a_product_is_indexed_as_the_catalogue_holds_it_and_again_the_same(
    shop: Reindexing, engine: StandInEngine
) -> None:
    product_id = shop.create().product_id
    first = put_in(shop, product_id)
    assert (first.state, first.version) == ("indexed", 2)
    assert put_in(shop, product_id) == first
    assert engine.held(ALIAS) == {product_id: (2, "active")}


def test_what_is_not_on_sale_is_removed(shop: Reindexing, engine: StandInEngine) -> None:
    draft, gone = shop.create(status="draft").product_id, shop.create().product_id
    shop.delete(gone)
    assert put_in(shop, draft).state == put_in(shop, gone).state == "removed"
    assert engine.held(ALIAS) == {draft: (2, "draft"), gone: (3, "deleted")}


def test_a_product_that_never_was_is_not_found(shop: Reindexing) -> None:
    with pytest.raises(NotFound):
        put_in(shop, "never")


def test_a_removed_product_stays_removed_for_late_events_until_its_next_change(
    shop: Reindexing, engine: StandInEngine
) -> None:
    product_id = shop.create().product_id
    shop.follow(product_id)
    removed = take_out(shop, product_id)
    assert (removed.state, removed.version) == ("removed", 2)
    assert take_out(shop, product_id) == removed
    shop.follow(product_id)
    assert engine.held(ALIAS) == {product_id: (2, "removed")}
    shop.rename(product_id, "Back again")
    shop.follow(product_id)
    assert engine.held(ALIAS) == {product_id: (3, "active")}


def test_indexing_brings_a_removed_product_back(shop: Reindexing, engine: StandInEngine) -> None:
    product_id = shop.create().product_id
    take_out(shop, product_id)
    put_in(shop, product_id)
    assert engine.held(ALIAS) == {product_id: (2, "active")}


def test_a_reindex_brings_a_removed_product_back(shop: Reindexing, engine: StandInEngine) -> None:
    product_id = shop.create().product_id
    take_out(shop, product_id)
    shop.reindex()
    assert engine.held(ALIAS) == {product_id: (2, "active")}


def test_a_removal_during_a_reindex_holds_in_the_new_index(shop: Reindexing, engine: StandInEngine) -> None:
    product_id = shop.create().product_id
    shop.follow(product_id)
    walked = []

    def between(step: str) -> None:
        if step == "CheckReindex" and not walked:
            walked.append(step)
            take_out(shop, product_id)

    shop.between = between
    assert shop.reindex().state == "succeeded"
    assert engine.held(ALIAS)[product_id] == (2, "removed")


def test_a_document_whose_product_nobody_knows_is_removed_everywhere(
    shop: Reindexing, engine: StandInEngine
) -> None:
    shop.create()
    shop.reindex()
    for index in engine.indices.values():
        index.documents["stray"] = (1, {"product_id": "stray", "status": "active"})
    removed = take_out(shop, "stray")
    assert (removed.state, removed.version) == ("removed", None)
    assert take_out(shop, "stray") == removed
    assert all("stray" not in index.documents for index in engine.indices.values())


def test_an_engine_that_does_not_take_a_document_is_told(shop: Reindexing, engine: StandInEngine) -> None:
    product_id = shop.create().product_id
    shop.generations.serving()
    engine.refused.add((FIRST, product_id))
    with pytest.raises(SearchUnavailable):
        put_in(shop, product_id)
    with pytest.raises(SearchUnavailable):
        take_out(shop, product_id)


def test_an_engine_that_refuses_a_removal_is_told(shop: Reindexing, engine: StandInEngine) -> None:
    shop.generations.serving()
    engine.refused.add((FIRST, "stray"))
    with pytest.raises(SearchUnavailable):
        take_out(shop, "stray")
