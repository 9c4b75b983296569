"""`refresh_popularity`: documents learn how much their products are wanted now."""

import time
from collections.abc import Callable, Iterable
from datetime import timedelta
from itertools import batched

from omnilife.core.clock import Clock, system_clock
from omnilife.search.store_popularity import PopularityStore

MOST = 2000
"""Products of one run; those that are due longest come first, and the next run goes on."""
AT_ONCE = 50
FADES_AFTER = timedelta(days=3)
"""A score that got nothing new is written again after this, 14 % lower: often enough for an order by it."""


def popularity_of(
    product_ids: Iterable[str], *, store: PopularityStore, clock: Clock = system_clock
) -> dict[str, float]:
    """What was learned of these products, now; those of which nothing was are left out."""
    return store.scores(product_ids, clock.now())


def refresh_popularity(
    write: Callable[[Iterable[str]], set[str]],
    *,
    store: PopularityStore,
    work_s: float,
    clock: Clock = system_clock,
    monotonic: Callable[[], float] = time.monotonic,
) -> int:
    """Index the products anew whose score has changed; returns how many were.

    Args:
        write: indexes products as they are now, in the same version too; returns those that it could not.
        work_s: after so many seconds no further fifty are begun.

    Raises:
        SearchUnavailable: the engine does not answer; what was not written stays due.
    """
    stop = monotonic() + work_s
    now = clock.now()
    done = 0
    for batch in batched(store.stale(now, most=MOST), AT_ONCE, strict=False):
        if monotonic() >= stop:
            break
        failed = write([each.product_id for each in batch])
        for each in batch:
            if each.product_id not in failed:
                store.refreshed(each, next_due=now + FADES_AFTER if each.score else None)
                done += 1
    return done
