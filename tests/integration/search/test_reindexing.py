"""The index built anew on the real engine, while shoppers search and merchants write."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from omnilife.core.clock import FixedClock
from omnilife.core.ids import IdMaker
from omnilife.core.table import Table
from omnilife.search import SearchUnavailable, StaleCursor
from omnilife.search.engine import EngineRefused
from omnilife.search.mapping import write_name
from omnilife.search.store_reindex import INDEX_KEY
from tests.integration.search.shop import Shop
from tests.support.reindex import (
    CHANGES,
    Change,
    Interleaved,
    QuickReindexing,
    Reindexing,
    cut_into_few_segments,
)


@pytest.fixture
def reindexing(
    shop: Shop, tables: Table, clock: FixedClock, ids: IdMaker, monkeypatch: pytest.MonkeyPatch
) -> Reindexing:
    cut_into_few_segments(monkeypatch)
    return Reindexing(tables, Table("search"), shop.engine, clock, ids, alias=shop.alias)


def held(shop: Shop) -> dict[str, tuple[int, str]]:
    """Product id → version and status, of the generation that serves."""
    shop.refresh()
    body = b'{"size": 1000, "version": true, "_source": ["status"]}'
    answer = shop.engine.request("POST", f"/{shop.alias}/_search", body, patience_s=10)
    return {hit["_id"]: (hit["_version"], hit["_source"]["status"]) for hit in answer["hits"]["hits"]}


def indices(shop: Shop) -> dict[str, Any]:
    return shop.engine.request("GET", f"/{shop.alias}-*", b"", patience_s=10)


def test_every_search_finds_all_while_the_index_is_exchanged(reindexing: Reindexing, shop: Shop) -> None:
    products = [reindexing.create().product_id for _ in range(12)]
    reindexing.follow(*products)
    shop.refresh()
    seen = []
    reindexing.between = lambda _: seen.append(set(shop.found(limit=100)))
    job = reindexing.reindex()
    seen.append(set(shop.found(limit=100)))
    assert job.state == "succeeded"
    assert len(seen) > 6
    assert all(each == set(products) for each in seen)


def test_the_new_index_is_what_the_mapping_says_now_and_refreshes(reindexing: Reindexing, shop: Shop) -> None:
    reindexing.follow(reindexing.create().product_id)
    first = indices(shop)
    job = reindexing.reindex()
    assert job.result is not None
    found = indices(shop)
    assert found.keys() == {job.result.index, job.result.kept}
    new, old = found[job.result.index], found[job.result.kept]
    assert new["mappings"] == old["mappings"] == first[job.result.kept]["mappings"]
    assert new["settings"]["index"]["analysis"] == old["settings"]["index"]["analysis"]
    assert "refresh_interval" not in new["settings"]["index"]
    assert new["aliases"].keys() == {shop.alias, write_name(job.result.index)}
    assert old["aliases"].keys() == {write_name(job.result.kept)}


def test_a_cursor_of_the_old_index_is_stale(reindexing: Reindexing, shop: Shop) -> None:
    reindexing.follow(*(reindexing.create().product_id for _ in range(3)))
    shop.refresh()
    page = shop.search(limit=1)
    reindexing.reindex()
    with pytest.raises(StaleCursor):
        shop.search(limit=1, cursor=page.next_cursor)


def test_a_rollback_serves_what_was_written_since(reindexing: Reindexing, shop: Shop) -> None:
    first = reindexing.create().product_id
    reindexing.follow(first)
    reindexing.reindex()
    second = reindexing.create().product_id
    reindexing.follow(second)
    serving = []
    reindexing.between = lambda step: serving.append(held(shop).keys()) if step == "IndexSegment" else None
    assert reindexing.reindex(rollback=True).state == "succeeded"
    assert serving[0] == {first, second}
    assert held(shop).keys() == {first, second}


def test_a_half_built_index_leaves_nothing_when_the_job_is_cancelled(
    reindexing: Reindexing, shop: Shop
) -> None:
    product_id = reindexing.create().product_id
    reindexing.follow(product_id)
    before = indices(shop)
    job_id = reindexing.request().job_id

    def cancel(step: str) -> None:
        if step == "CheckReindex":
            reindexing.cancel(job_id)

    reindexing.between = cancel
    reindexing.run(job_id)
    assert indices(shop) == before
    assert held(shop) == {product_id: (2, "active")}


def test_a_write_to_a_generation_that_is_gone_makes_no_index(reindexing: Reindexing, shop: Shop) -> None:
    reindexing.follow(reindexing.create().product_id)
    reindexing.jobs.table.put(
        {"pk": "INDEX#products", "sk": "INDEX", "building": f"{shop.alias}-20200101000000"}
    )
    reindexing.follow(reindexing.create().product_id)
    assert len(indices(shop)) == 1
    assert len(held(shop)) == 2


def test_one_that_comes_late_to_create_the_first_index_does_not_take_the_alias_back(
    reindexing: Reindexing, shop: Shop
) -> None:
    """It found no alias and was held up; meanwhile the first index was made, replaced and thrown away."""
    reindexing.follow(reindexing.create().product_id)
    reindexing.reindex()
    reindexing.reindex()
    serving = reindexing.generations.serving()
    with pytest.raises((EngineRefused, SearchUnavailable)):  # its record is tried again, and finds the alias
        shop.index.create()
    assert reindexing.generations.serving() == serving
    assert len(indices(shop)) == 2


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=CHANGES)
def test_no_order_of_changes_events_and_steps_loses_a_write_or_brings_back_an_older_one(
    reindexing: Reindexing, shop: Shop, monkeypatch: pytest.MonkeyPatch, changes: list[Change]
) -> None:
    shop.clear()
    table = reindexing.search_table
    table.delete(INDEX_KEY)
    monkeypatch.setattr("omnilife.search.run_reindex.PAGE", 1)
    quick = QuickReindexing(table, table, shop.engine, alias=shop.alias, work_s=0)
    quick.take_the_catalogues_place(monkeypatch)
    interleaved = Interleaved(quick, changes)
    assert interleaved.run().state == "succeeded"
    interleaved.assert_that_the_truth_is_held(held(shop))
