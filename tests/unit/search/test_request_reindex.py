"""Asking for a reindex: one at a time, once a key, and how a job is told."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from omnilife.core.clock import FixedClock
from omnilife.core.errors import IdempotencyConflict, NotFound
from omnilife.core.idempotency import Idempotency
from omnilife.core.ids import IdMaker
from omnilife.core.table import Table
from omnilife.search import (
    NewReindex,
    NothingToRollBackTo,
    ReindexEnded,
    ReindexRunning,
    request_reindex,
)
from omnilife.search.store_reindex import KEPT, LEASE
from tests.support.engine import StandInEngine
from tests.support.reindex import ADMIN, Reindexing, cut_into_few_segments


@pytest.fixture
def shop(
    catalogue_table: Table,
    search_table: Table,
    clock: FixedClock,
    ids: IdMaker,
    monkeypatch: pytest.MonkeyPatch,
) -> Reindexing:
    cut_into_few_segments(monkeypatch)
    return Reindexing(catalogue_table, search_table, StandInEngine().engine(), clock, ids)


def keyed(shop: Reindexing, key: str, *, rollback: bool = False) -> str:
    idem = Idempotency(key=key, caller="user:admin-1", route="POST /x", body_hash=str(rollback))
    job = request_reindex(
        shop.jobs,
        NewReindex(rollback=rollback),
        caller=ADMIN,
        idempotency=idem,
        clock=shop.clock,
        make_id=shop.ids,
    )
    return job.job_id


def test_a_job_is_queued_with_its_event_in_one_transaction(shop: Reindexing) -> None:
    job = shop.request()
    assert (job.kind, job.state, job.rollback) == ("reindex", "queued", False)
    assert (job.progress.done, job.progress.total, job.seconds_left) == (0, 0, None)
    [row] = shop.search_table.query(f"JOB#{job.job_id}", begins_with="EVENT#", limit=10).items
    assert (row["entity"], row["type"], row["source"]) == ("outbox", "ReindexRequested", "omnilife.search")
    assert f'"job_id":"{job.job_id}"' in row["event"]
    assert shop.find(job.job_id) == job


def test_a_second_job_is_refused_and_told_which_one_runs(shop: Reindexing) -> None:
    first = shop.request()
    with pytest.raises(ReindexRunning) as refused:
        shop.request()
    assert refused.value.extensions == {"job_id": first.job_id}
    assert shop.search_table.query("JOB#id-0003", limit=10).items == []


def test_the_same_key_is_the_same_job(shop: Reindexing) -> None:
    assert keyed(shop, "a") == keyed(shop, "a")
    with pytest.raises(IdempotencyConflict):
        keyed(shop, "a", rollback=True)


def test_without_an_older_index_there_is_nothing_to_roll_back_to(shop: Reindexing) -> None:
    with pytest.raises(NothingToRollBackTo):
        shop.request(rollback=True)
    shop.request()
    with pytest.raises(ReindexRunning):
        shop.request(rollback=True)


def test_a_dead_job_blocks_for_its_lease_and_no_longer(shop: Reindexing, clock: FixedClock) -> None:
    dead = shop.request().job_id
    clock.advance(seconds=LEASE.total_seconds() - 1)
    with pytest.raises(ReindexRunning):
        shop.request()
    clock.advance(seconds=1)
    job = shop.find(dead)
    assert job.state == "failed"
    assert job.problem is not None
    assert shop.request().state == "queued"
    assert shop.find(dead).state == "failed"


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(st.sampled_from(["request", "renew", "end"]), st.integers(0, 1000))))
def test_at_no_time_are_two_jobs_alive(shop: Reindexing, steps: list[tuple[str, int]]) -> None:
    """Whatever is asked for, renewed and ended when: the lock has one holder, and nobody else renews it."""
    holder, until = shop.jobs.state().job_id, float(shop.jobs.state().lease_until)
    asked = [holder] if holder else []
    for what, seconds in steps:
        shop.clock.advance(seconds=seconds)
        now = shop.clock.now().timestamp()
        match what:
            case "request":
                try:
                    job_id = shop.request().job_id
                except ReindexRunning:
                    assert holder
                    assert until > now
                else:
                    assert not holder or until <= now
                    asked.append(job_id)
                    holder, until = job_id, now + LEASE.total_seconds()
            case "renew":
                renewed = [each for each in asked if shop.jobs.renew(each, now=shop.clock.now())]
                assert renewed == ([holder] if holder else [])
                until = now + LEASE.total_seconds()
            case "end" if asked:
                shop.jobs.end(asked[0], problem=None, now=shop.clock.now())
                holder = "" if asked.pop(0) == holder else holder


def test_an_unknown_job_and_one_of_long_ago_are_not_found(shop: Reindexing, clock: FixedClock) -> None:
    with pytest.raises(NotFound):
        shop.find("none")
    with pytest.raises(NotFound):
        shop.cancel("none")
    job_id = shop.request().job_id
    clock.advance(seconds=KEPT.total_seconds())
    with pytest.raises(NotFound):
        shop.find(job_id)


def test_cancelling_twice_is_cancelling_once(shop: Reindexing, clock: FixedClock) -> None:
    job_id = shop.request().job_id
    first = shop.cancel(job_id)
    assert (first.state, first.finished_at) == ("cancelled", clock.now())
    clock.advance(seconds=60)
    assert shop.cancel(job_id) == first


def test_what_has_ended_or_is_taking_over_cannot_be_cancelled(shop: Reindexing) -> None:
    shop.create()
    done = shop.reindex()
    with pytest.raises(ReindexEnded):
        shop.cancel(done.job_id)
    shop.clock.advance(seconds=1)
    job_id = shop.request().job_id
    shop.begin(job_id)
    job = shop.jobs.find(job_id, now=shop.clock.now())
    assert job is not None
    assert shop.jobs.take_over(job, replaced="products-1", kept_before="")
    with pytest.raises(ReindexEnded):
        shop.cancel(job_id)
    assert shop.find(job_id).state == "running"


def test_products_that_come_meanwhile_make_the_total_larger_and_never_smaller_than_what_is_done(
    shop: Reindexing,
) -> None:
    shop.create()
    job_id = shop.request().job_id
    shop.begin(job_id)
    for _ in range(3):
        shop.create()
    for number in range(3):
        shop.walk(job_id, number)
    progress = shop.find(job_id).progress
    assert (progress.done, progress.total) == (4, 4)
