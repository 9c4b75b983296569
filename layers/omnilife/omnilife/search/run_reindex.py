"""The steps of a reindex, as the state machine calls them. Each may run again with the same outcome.

No write is lost, because of an order: the new generation exists (`IndexGenerations.create`), then it is
followed (`ReindexStore.follow`), and only then is the catalogue walked. Who indexes a change learns which
generations are followed before it reads the truth. So a change that was committed before the new generation
was followed is seen by the walk, and the event of any later one is handled by somebody who writes to the
new generation too.
"""

import time
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from omnilife.core.clock import Clock, system_clock
from omnilife.core.logging import logger
from omnilife.core.metrics import count
from omnilife.search.index_generations import IndexGenerations
from omnilife.search.product_index import ProductIndex
from omnilife.search.reindex_models import ReindexStep, Segment, StoredReindex
from omnilife.search.request_reindex import BROKEN
from omnilife.search.store_reindex import ReindexStore
from omnilife.search.update_index import Learned, nothing_learned, read_versions

if TYPE_CHECKING:
    from omnilife.catalogue import ProductStore

PAGE = 200
"""Products a bulk request: at most 6 MB of them, mostly some 300 KB."""

WALK_AGAIN_AT = 5
"""So many comparisons that differ, and every product is looked at once more."""

GIVE_UP_AT = 20


class NotIndexed(RuntimeError):  # noqa: N818 (says what happened)
    """The engine did not take some documents. Their reasons are in the log."""


class CountsDiffer(RuntimeError):  # noqa: N818
    """The new index does not hold what the catalogue does, after two walks and all this time."""


def begin_reindex(
    jobs: ReindexStore,
    store: "ProductStore",
    generations: IndexGenerations,
    *,
    job_id: str,
    execution: str,
    clock: Clock = system_clock,
) -> ReindexStep:
    """Take on a job: make its generation, let it be followed, and say which segments are to be walked.

    A rollback lets the kept generation serve first, and then has it walked like a new one.
    """
    from omnilife.catalogue import INDEX_SEGMENTS, count_products_for_index  # noqa: PLC0415 (see core.lazy)

    now = clock.now()
    state = jobs.state()
    job = jobs.find(job_id, now=now)
    if job is None or not jobs.renew(job_id, now=now):
        return ReindexStep(next="nothing")  # it has ended, or counts as dead
    wanted = state.kept if job.rollback else generations.name(now.strftime("%Y%m%d%H%M%S"))
    job = jobs.begin(job_id, execution=execution, generation=wanted, now=now)
    if job is None or job.state != "running" or job.execution != execution:
        cancelled = job is not None and job.state == "cancelled"
        return ReindexStep(next="drop" if cancelled else "nothing")
    serving = generations.serving()
    if job.rollback:
        if not _takes_over(job, jobs, generations):
            return ReindexStep(next="drop")
    else:
        _sweep(generations, keep={serving, state.kept, job.generation})
        generations.create(job.generation)
        if not jobs.follow(job_id, job.generation):
            return ReindexStep(next="nothing")
    jobs.plan(job, INDEX_SEGMENTS, total=count_products_for_index(store))
    return _walk(job)


def index_segment(
    jobs: ReindexStore,
    store: "ProductStore",
    index: ProductIndex,
    *,
    job_id: str,
    number: int,
    work_s: float,
    learned: Learned = nothing_learned,
    clock: Clock = system_clock,
    monotonic: Callable[[], float] = time.monotonic,
) -> bool:
    """Walk a segment from where it stands for about `work_s` seconds; True when there is nothing left of it.

    There is also nothing left of a job that was cancelled or has lost its lock.

    Raises:
        NotIndexed: the engine refused documents; the walk stands before their page.
        SearchUnavailable, Unavailable: an engine or a table does not answer. Try again.
    """
    from omnilife.catalogue import list_products_for_index  # noqa: PLC0415 (see core.lazy)

    stop = monotonic() + work_s
    place = jobs.segment(job_id, number)
    while not place.finished:
        job = jobs.find(job_id, now=clock.now())
        if job is None or job.state != "running" or not jobs.renew(job_id, now=clock.now()):
            return True
        page = list_products_for_index(store, number, after=place.after, limit=PAGE)
        versions = read_versions(page.product_ids, store=store, learned=learned)
        if versions and (failed := index.put_into(job.generation, versions)):
            raise NotIndexed(f"{len(failed)} of {len(versions)} documents")
        reached = Segment(
            after=page.next or place.after,
            done=place.done + len(page.product_ids),
            finished=page.next is None,
        )
        place = jobs.advance(job_id, number, place, reached)
        if monotonic() >= stop:
            break
    return place.finished


def check_reindex(
    jobs: ReindexStore,
    store: "ProductStore",
    generations: IndexGenerations,
    *,
    job_id: str,
    clock: Clock = system_clock,
) -> ReindexStep:
    """Compare what the new generation holds with the truth: may it take over?

    It may when it holds as many active products as the catalogue has. While others write, the two are
    seldom equal at one instant: changes wait in their queue for a moment. So it is looked at several times,
    then all is walked once more, and from then on it is also enough that the new generation lies between
    the truth and the one that serves, which is behind for the same reason.

    Raises:
        CountsDiffer: none of that was so in all the looks.
    """
    from omnilife.catalogue import INDEX_SEGMENTS, count_products_for_index  # noqa: PLC0415 (see core.lazy)

    now = clock.now()
    job = jobs.find(job_id, now=now)
    if job is None or job.state != "running" or not jobs.renew(job_id, now=now):
        return ReindexStep(next="drop")
    generations.open(job.generation)
    truth = count_products_for_index(store)
    built, serving = generations.count_active(job.generation), generations.count_active(generations.serving())
    looks = jobs.count_look(job_id)
    logger.info(
        "generations compared", extra={"truth": truth, "built": built, "serving": serving, "looks": looks}
    )
    if built == truth or (looks > WALK_AGAIN_AT and min(truth, serving) <= built <= max(truth, serving)):
        return ReindexStep(next="take over")
    if looks >= GIVE_UP_AT:
        raise CountsDiffer(f"{truth} products, {built} documents")
    if looks == WALK_AGAIN_AT:
        jobs.plan(job, INDEX_SEGMENTS, total=truth)
        return _walk(job)
    return ReindexStep(next="wait")


def finish_reindex(
    jobs: ReindexStore, generations: IndexGenerations, *, job_id: str, clock: Clock = system_clock
) -> ReindexStep:
    """Let the new generation serve, keep the one before, throw older ones away, and end the job."""
    now = clock.now()
    job = jobs.find(job_id, now=now)
    if job is None or job.state != "running" or not jobs.renew(job_id, now=now):
        return ReindexStep(next="drop")
    if not _takes_over(job, jobs, generations):
        return ReindexStep(next="drop")
    _sweep(generations, keep={job.generation, jobs.state().kept})
    jobs.end(job_id, problem=None, now=clock.now())
    count("Reindexed")
    return ReindexStep(next="nothing")


def drop_reindex(
    jobs: ReindexStore, generations: IndexGenerations, *, job_id: str, clock: Clock = system_clock
) -> None:
    """Remove what a job has half built, and end it: as failed, if it was not cancelled.

    A generation that serves, or that is kept, stays. So does everything when the lock is another job's:
    that one removes what it finds.
    """
    now = clock.now()
    job = jobs.find(job_id, now=now)
    if job and jobs.renew(job_id, now=now):
        serving = generations.serving()
        jobs.unfollow(job_id)
        if job.taking_over and serving != job.generation:
            jobs.keep(job_id, job.kept_before)
        if job.generation not in {"", serving, jobs.state().kept}:
            generations.drop(job.generation)
    jobs.end(job_id, problem=BROKEN, now=now)


def _takes_over(job: StoredReindex, jobs: ReindexStore, generations: IndexGenerations) -> bool:
    """Let the job's generation serve; False when the job may not any more."""
    serving = generations.serving()
    if not job.taking_over:
        generations.adopt(serving)
        kept_before = jobs.state().kept
        if not jobs.take_over(job, replaced=serving, kept_before=kept_before):
            return False
    generations.switch(job.generation)
    return True


def _walk(job: StoredReindex) -> ReindexStep:
    from omnilife.catalogue import INDEX_SEGMENTS  # noqa: PLC0415 (see core.lazy)

    segments: list[dict[str, str | int]] = [
        {"job_id": job.job_id, "segment": number} for number in range(INDEX_SEGMENTS)
    ]
    return ReindexStep(next="walk", segments=segments)


def _sweep(generations: IndexGenerations, keep: Collection[str]) -> None:
    for name in sorted(generations.all().difference(keep)):
        generations.drop(name)
