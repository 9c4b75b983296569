"""The index built anew beside the one that serves: what follows, what is compared, what a failure leaves."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from omnilife.core.clock import FixedClock
from omnilife.core.ids import IdMaker
from omnilife.core.table import Table
from omnilife.search.problems import SearchUnavailable
from omnilife.search.run_reindex import (
    GIVE_UP_AT,
    WALK_AGAIN_AT,
    CountsDiffer,
    NotIndexed,
)
from omnilife.search.store_reindex import INDEX_KEY, LEASE
from tests.support.engine import StandInEngine
from tests.support.machine import Failed
from tests.support.reindex import (
    ALIAS,
    CHANGES,
    SEGMENTS,
    Change,
    Interleaved,
    QuickReindexing,
    Reindexing,
    cut_into_few_segments,
)

FIRST = f"{ALIAS}-00000000000000"
SECOND = f"{ALIAS}-20261124120001"


@pytest.fixture
def engine() -> StandInEngine:
    return StandInEngine()


@pytest.fixture(autouse=True)
def few_segments(monkeypatch: pytest.MonkeyPatch) -> None:
    cut_into_few_segments(monkeypatch)


@pytest.fixture
def shop(
    catalogue_table: Table, search_table: Table, engine: StandInEngine, clock: FixedClock, ids: IdMaker
) -> Reindexing:
    return Reindexing(catalogue_table, search_table, engine.engine(), clock, ids)


def once(shop: Reindexing, step: str, do: Callable[[], Any]) -> None:
    """Let `do` happen before the next step of that name."""

    def between(name: str) -> None:
        if name == step:
            shop.between = lambda _: None
            do()

    shop.between = between


def raising(error: Exception) -> Callable[[], None]:
    def do() -> None:
        raise error

    return do


def test_every_product_on_sale_is_in_the_new_index_which_then_serves(
    shop: Reindexing, engine: StandInEngine
) -> None:
    on_sale = [shop.create().product_id for _ in range(9)]
    shop.create(status="draft")
    job = shop.reindex()
    assert (job.state, job.progress.done, job.progress.total) == ("succeeded", 9, 9)
    assert job.result is not None
    assert (job.result.index, job.result.kept) == (SECOND, FIRST)
    assert engine.held(ALIAS) == dict.fromkeys(on_sale, (2, "active"))
    assert shop.generations.serving() == SECOND


def test_the_one_before_is_kept_and_older_ones_are_thrown_away(
    shop: Reindexing, engine: StandInEngine
) -> None:
    shop.create()
    shop.reindex()
    third = shop.reindex()
    assert third.result is not None
    assert engine.indices.keys() == {third.result.index, third.result.kept}
    assert third.result.kept == SECOND


def test_the_new_index_does_not_refresh_while_it_is_built(shop: Reindexing, engine: StandInEngine) -> None:
    shop.create()
    seen = {}

    def look() -> None:
        seen["refreshes"] = engine.indices[SECOND].refreshes

    once(shop, "CheckReindex", look)
    shop.reindex()
    assert seen == {"refreshes": False}
    assert engine.indices[SECOND].refreshes


def test_a_change_during_the_walk_reaches_both(shop: Reindexing, engine: StandInEngine) -> None:
    product_id = shop.create().product_id
    shop.follow(product_id)

    def change() -> None:
        shop.rename(product_id, "Other")
        shop.follow(product_id)

    once(shop, "CheckReindex", change)
    shop.reindex()
    assert engine.held(FIRST)[product_id] == engine.held(SECOND)[product_id] == (3, "active")


def test_a_product_deleted_during_the_walk_does_not_come_back(
    shop: Reindexing, engine: StandInEngine
) -> None:
    kept, gone = shop.create().product_id, shop.create().product_id

    def delete() -> None:
        shop.delete(gone)
        shop.follow(gone)

    once(shop, "IndexSegment", delete)
    shop.reindex()
    assert engine.held(ALIAS) == {kept: (2, "active"), gone: (3, "deleted")}


def test_a_walk_in_pieces_ends_where_one_in_one_go_does(
    shop: Reindexing, engine: StandInEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("omnilife.search.run_reindex.PAGE", 2)
    shop.work_s = 0
    for _ in range(13):
        shop.create()
    shop.clock.advance(seconds=1)
    job_id = shop.request().job_id
    machine = shop.run(job_id)
    assert machine.path.count("IndexSegment") > 2 * SEGMENTS
    assert shop.find(job_id).progress.done == 13
    assert len(engine.held(ALIAS)) == 13


def test_a_worker_that_was_thought_dead_does_not_count_its_page_twice(shop: Reindexing) -> None:
    shop.create()
    job_id = shop.request().job_id
    shop.begin(job_id)
    before = [shop.jobs.segment(job_id, number) for number in range(SEGMENTS)]
    for number in range(SEGMENTS):
        shop.walk(job_id, number)
    after = [shop.jobs.segment(job_id, number) for number in range(SEGMENTS)]
    for number in range(SEGMENTS):
        assert shop.jobs.advance(job_id, number, before[number], after[number]) == after[number]
    assert shop.find(job_id).progress.done == 1


def test_progress_tells_what_is_done_and_how_long_it_takes_still(
    shop: Reindexing, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("omnilife.search.run_reindex.PAGE", 1)
    for _ in range(10):
        shop.create()
    job_id = shop.request().job_id
    assert shop.find(job_id).seconds_left is None
    shop.begin(job_id)
    clock.advance(seconds=30)
    done = 0
    for number in range(SEGMENTS):
        shop.walk(job_id, number)
        found = shop.find(job_id)
        done = found.progress.done
        assert found.progress.total == 10
        assert found.seconds_left == (round(30 * (10 - done) / done) if done else None)
    assert (done, shop.find(job_id).state) == (10, "running")


def test_counts_that_differ_at_first_are_looked_at_again(shop: Reindexing) -> None:
    shop.create()
    late: list[str] = []
    once(shop, "CheckReindex", lambda: late.append(shop.create().product_id))
    shop.clock.advance(seconds=1)
    job_id = shop.request().job_id
    machine = shop.machine()

    def waited(seconds: int) -> None:
        shop.follow(*late)

    machine._waited = waited
    machine.run({"detail": {"data": {"job_id": job_id}}})
    assert machine.path.count("CheckReindex") == 2
    assert shop.find(job_id).state == "succeeded"


def test_what_the_walk_missed_is_found_when_all_is_walked_again(
    shop: Reindexing, engine: StandInEngine
) -> None:
    """As when the index of listed products, which lags behind, did not know a product at its first walk."""
    shop.create()
    once(shop, "CheckReindex", shop.create)  # its event never comes
    job = shop.reindex()
    assert job.state == "succeeded"
    assert len(engine.held(ALIAS)) == 2
    assert job.progress.done == 2


def test_an_index_that_stays_behind_the_truth_does_not_take_over(
    shop: Reindexing, engine: StandInEngine
) -> None:
    for _ in range(3):
        shop.follow(shop.create().product_id)
    lost = next(iter(engine.held(FIRST)))

    def lose(name: str) -> None:
        if name == "CheckReindex":
            engine.indices[SECOND].documents.pop(lost, None)

    shop.between = lose
    shop.clock.advance(seconds=1)
    job_id = shop.request().job_id
    machine = shop.machine()
    with pytest.raises(Failed):
        machine.run({"detail": {"data": {"job_id": job_id}}})
    assert machine.path.count("CheckReindex") == GIVE_UP_AT
    assert machine.path.count("Walk") == 2
    assert shop.find(job_id).state == "failed"
    assert engine.indices.keys() == {FIRST}


def test_a_queue_that_is_behind_does_not_keep_a_good_index_from_taking_over(shop: Reindexing) -> None:
    """While a large import is indexed the truth is ahead of both generations, and no two counts are equal."""
    shop.follow(shop.create().product_id)
    shop.between = lambda name: None if name != "CheckReindex" else (shop.create(), None)[1]
    job = shop.reindex()
    assert job.state == "succeeded"
    assert shop.jobs.find(job.job_id, now=shop.clock.now()).looks == WALK_AGAIN_AT + 1


@pytest.mark.parametrize("step", ["BeginReindex", "IndexSegment", "CheckReindex", "FinishReindex"])
def test_a_job_that_fails_leaves_the_old_index_in_place_and_nothing_else(
    shop: Reindexing, engine: StandInEngine, step: str
) -> None:
    product_id = shop.create().product_id
    shop.follow(product_id)
    once(shop, step, raising(SearchUnavailable()))
    shop.clock.advance(seconds=1)
    job_id = shop.request().job_id
    with pytest.raises(Failed):
        shop.run(job_id)
    job = shop.find(job_id)
    assert job.state == "failed"
    assert job.problem is not None
    assert job.finished_at is not None
    assert engine.indices.keys() == {FIRST}
    assert shop.generations.serving() == FIRST
    assert shop.jobs.state().model_dump(exclude={"kept"}) == {
        "job_id": "",
        "lease_until": 0,
        "building": "",
    }
    assert shop.reindex().state == "succeeded"


@pytest.mark.parametrize("step", ["BeginReindex", "IndexSegment", "CheckReindex", "FinishReindex"])
def test_a_cancelled_job_leaves_the_old_index_in_place_and_nothing_else(
    shop: Reindexing, engine: StandInEngine, step: str
) -> None:
    product_id = shop.create().product_id
    shop.follow(product_id)
    shop.clock.advance(seconds=1)
    job_id = shop.request().job_id
    once(shop, step, lambda: shop.cancel(job_id))
    machine = shop.run(job_id)
    assert machine.path[-2:] == ["DropCancelled", "NothingToDo"]
    job = shop.find(job_id)
    assert (job.state, job.problem, job.seconds_left) == ("cancelled", None, None)
    assert engine.indices.keys() == {FIRST}
    assert engine.held(ALIAS) == {product_id: (2, "active")}
    assert shop.reindex().state == "succeeded"


def test_a_document_that_the_engine_refuses_stops_the_walk_before_its_page(
    shop: Reindexing, engine: StandInEngine
) -> None:
    product_id = shop.create().product_id
    shop.clock.advance(seconds=1)
    job_id = shop.request().job_id
    shop.begin(job_id)
    engine.refused.add((SECOND, product_id))
    refusals = 0
    for number in range(SEGMENTS):
        try:
            shop.walk(job_id, number)
        except NotIndexed:
            refusals += 1
            assert not shop.jobs.segment(job_id, number).finished
    assert refusals == 1


def test_a_step_that_is_repeated_changes_nothing(shop: Reindexing, engine: StandInEngine) -> None:
    product_id = shop.create().product_id
    shop.clock.advance(seconds=1)
    job_id = shop.request().job_id
    first = shop.begin(job_id)
    shop.clock.advance(seconds=5)
    assert shop.begin(job_id) == first
    assert engine.indices.keys() == {FIRST, SECOND}
    for number in [*range(SEGMENTS), *range(SEGMENTS)]:
        assert shop.walk(job_id, number)
    assert shop.check(job_id).next == shop.check(job_id).next == "take over"
    assert shop.finish(job_id).next == "nothing"
    assert shop.finish(job_id).next == "drop"
    shop.drop(job_id)
    assert shop.find(job_id).state == "succeeded"
    assert engine.held(ALIAS) == {product_id: (2, "active")}


def test_the_taking_over_goes_on_where_it_was_cut_off(shop: Reindexing, engine: StandInEngine) -> None:
    shop.create()
    job_id = shop.request().job_id
    shop.begin(job_id)
    for number in range(SEGMENTS):
        shop.walk(job_id, number)
    shop.check(job_id)
    cut: list[str] = []

    def lose(method: str, path: str) -> None:
        if path == "/_aliases" and not cut and shop.jobs.find(job_id, now=shop.clock.now()).taking_over:
            cut.append(path)
            raise SearchUnavailable

    engine.before = lose
    with pytest.raises(SearchUnavailable):
        shop.finish(job_id)
    assert shop.finish(job_id).next == "nothing"
    result = shop.find(job_id).result
    assert result is not None
    assert (result.index, result.kept) == (shop.generations.serving(), FIRST)


def test_a_taking_over_that_never_comes_off_keeps_what_was_kept_before(
    shop: Reindexing, engine: StandInEngine
) -> None:
    shop.create()
    shop.reindex()
    shop.clock.advance(seconds=1)
    job_id = shop.request().job_id

    def lose(method: str, path: str) -> None:
        job = shop.jobs.find(job_id, now=shop.clock.now())
        if path == "/_aliases" and job is not None and job.taking_over:
            raise SearchUnavailable

    engine.before = lose
    with pytest.raises(Failed):
        shop.run(job_id)
    assert shop.generations.serving() == SECOND
    assert shop.jobs.state().kept == FIRST
    assert engine.indices.keys() == {FIRST, SECOND}


def test_the_same_event_twice_is_one_run(shop: Reindexing) -> None:
    shop.create()
    job_id = shop.request().job_id
    assert shop.begin(job_id).next == "walk"
    assert shop.begin(job_id, execution="another").next == "nothing"
    machine = shop.machine()
    machine.execution = "another"
    machine.run({"detail": {"data": {"job_id": job_id}}})
    assert machine.path == ["BeginReindex", "WhatNext", "NothingToDo"]
    assert shop.find(job_id).state == "running"


def test_an_event_of_a_job_that_is_gone_does_nothing(shop: Reindexing, engine: StandInEngine) -> None:
    assert shop.begin("no-such-job").next == "nothing"
    assert engine.requests == []


def test_a_job_that_was_thought_dead_stops_and_touches_nothing_of_its_successor(
    shop: Reindexing, engine: StandInEngine, clock: FixedClock
) -> None:
    shop.create()
    clock.advance(seconds=1)
    dead = shop.request().job_id
    shop.begin(dead)
    clock.advance(seconds=LEASE.total_seconds())
    assert shop.find(dead).state == "failed"
    alive = shop.request().job_id
    shop.begin(alive)
    assert SECOND not in engine.indices
    assert shop.walk(dead, 0)
    assert shop.check(dead).next == "drop"
    assert shop.finish(dead).next == "drop"
    shop.drop(dead)
    assert shop.find(dead).state == "failed"
    building = shop.jobs.state().building
    assert building in engine.indices
    for number in range(SEGMENTS):
        shop.walk(alive, number)
    assert shop.check(alive).next == "take over"
    assert shop.finish(alive).next == "nothing"
    assert shop.generations.serving() == building


def test_an_engine_whose_nodes_do_not_all_know_the_new_index_is_asked_again(
    shop: Reindexing, engine: StandInEngine
) -> None:
    """Until all know it, a write may be refused that the walk will not see: so the walk must not begin."""
    shop.create()
    shop.generations.serving()
    job_id = shop.request().job_id
    engine.acknowledges = False
    with pytest.raises(RuntimeError):
        shop.begin(job_id)
    assert shop.jobs.state().building == ""
    engine.acknowledges = True
    assert shop.begin(job_id).next == "walk"


# -- rollback


def test_a_rollback_lets_the_kept_index_serve_at_once_and_brings_it_up_to_date(
    shop: Reindexing, engine: StandInEngine
) -> None:
    product_id = shop.create().product_id
    shop.follow(product_id)
    shop.reindex()
    shop.rename(product_id, "Known to the new index")
    shop.follow(product_id)
    engine.indices[FIRST].documents.clear()  # as if it had missed a write
    seen = {}
    once(shop, "IndexSegment", lambda: seen.update(serving=shop.generations.serving()))
    job = shop.reindex(rollback=True)
    assert seen == {"serving": FIRST}
    assert (job.state, job.rollback) == ("succeeded", True)
    assert job.result is not None
    assert (job.result.index, job.result.kept) == (FIRST, SECOND)
    assert engine.held(ALIAS) == {product_id: (3, "active")}
    again = shop.reindex(rollback=True)
    assert again.result is not None
    assert (again.result.index, again.result.kept) == (SECOND, FIRST)


def test_what_is_written_after_the_exchange_is_written_to_the_kept_index_too(
    shop: Reindexing, engine: StandInEngine
) -> None:
    shop.create()
    shop.reindex()
    product_id = shop.create().product_id
    shop.follow(product_id)
    assert engine.held(FIRST) == {product_id: (2, "active")}


def test_a_kept_index_that_takes_no_new_documents_holds_nothing_up(
    shop: Reindexing, engine: StandInEngine
) -> None:
    shop.create()
    shop.reindex()
    product_id = shop.create().product_id
    engine.refused.add((FIRST, product_id))
    shop.follow(product_id)
    assert product_id in engine.held(ALIAS)


def test_a_rollback_that_fails_after_the_exchange_leaves_the_older_index_serving(
    shop: Reindexing, engine: StandInEngine
) -> None:
    shop.create()
    shop.reindex()
    once(shop, "IndexSegment", raising(SearchUnavailable()))
    shop.clock.advance(seconds=1)
    job_id = shop.request(rollback=True).job_id
    with pytest.raises(Failed):
        shop.run(job_id)
    assert shop.generations.serving() == FIRST
    assert shop.jobs.state().kept == SECOND
    assert engine.indices.keys() == {FIRST, SECOND}


def test_a_rollback_that_was_cancelled_first_exchanges_nothing(shop: Reindexing) -> None:
    shop.create()
    shop.reindex()
    job_id = shop.request(rollback=True).job_id
    shop.cancel(job_id)
    shop.run(job_id)
    assert shop.generations.serving() == SECOND
    assert shop.find(job_id).state == "cancelled"


# -- any order of events


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=CHANGES)
def test_no_order_of_changes_events_and_steps_loses_a_write_or_brings_back_an_older_one(
    search_table: Table, engine: StandInEngine, monkeypatch: pytest.MonkeyPatch, changes: list[Change]
) -> None:
    engine.indices.clear()
    search_table.delete(INDEX_KEY)
    monkeypatch.setattr("omnilife.search.run_reindex.PAGE", 1)
    shop = QuickReindexing(search_table, search_table, engine.engine(), work_s=0)
    shop.take_the_catalogues_place(monkeypatch)
    interleaved = Interleaved(shop, changes)
    assert interleaved.run().state == "succeeded"
    interleaved.assert_that_the_truth_is_held(engine.held(ALIAS))


def test_counts_that_never_come_to_agree_are_told(shop: Reindexing, engine: StandInEngine) -> None:
    shop.follow(shop.create().product_id)
    job_id = shop.request().job_id
    shop.begin(job_id)
    for _ in range(GIVE_UP_AT - 1):
        shop.check(job_id)
    with pytest.raises(CountsDiffer):
        shop.check(job_id)
