"""`refresh_popularity`: documents learn how much their products are wanted now."""

import time
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from itertools import batched
from typing import TYPE_CHECKING

from omnilife.core.clock import Clock, system_clock
from omnilife.search.product_index import ProductIndex
from omnilife.search.store_popularity import PopularityStore
from omnilife.search.update_index import Learned, index_products

if TYPE_CHECKING:
    from omnilife.catalogue import ProductStore
    from omnilife.search.store_reindex import ReindexStore

type Write = Callable[[Iterable[str]], set[str]]

MOST = 2000
"""Products of one run; those that are due longest come first, and the next run goes on."""
AT_ONCE = 50
FADES_AFTER = timedelta(days=3)
"""A score that got nothing new is written again after this, 14 % lower: often enough for an order by it."""


def popularity_of(product_ids: Iterable[str], *, store: PopularityStore) -> Mapping[str, float]:
    """What was learned of these products, now; those of which nothing was are left out."""
    return store.scores(product_ids)


def refresh_popularity(
    write: Write,
    *,
    store: PopularityStore,
    work_s: float,
    clock: Clock = system_clock,
    monotonic: Callable[[], float] = time.monotonic,
) -> int:
    """Write the documents anew whose score has changed; returns how many there were.

    Args:
        write: writes the documents of these products; returns the ids of those that it could not.
        work_s: after so many seconds no further fifty are begun.

    Raises:
        SearchUnavailable: the engine does not answer; what was not written stays due.
    """
    stop = monotonic() + work_s
    done = 0
    for batch in batched(store.stale(most=MOST), AT_ONCE, strict=False):
        if monotonic() >= stop:
            break
        failed = write([each.product_id for each in batch])
        for each in batch:
            if each.product_id not in failed:
                store.refreshed(each, next_due=clock.now() + FADES_AFTER if each.score else None)
                done += 1
    return done


def write_again(
    product_ids: Iterable[str],
    *,
    store: "ProductStore",
    index: ProductIndex,
    jobs: "ReindexStore",
    learned: Learned,
) -> set[str]:
    """Write the documents of those products that can be found now, also in the version that they have.

    What cannot be found stays so: an administrator may have taken it out of the index by hand.

    Raises:
        SearchUnavailable: the engine does not answer.
    """
    wanted = list(product_ids)
    on_sale = [{"ids": {"values": wanted}}, {"term": {"status": "active"}}]
    body = {"query": {"bool": {"filter": on_sale}}, "size": len(wanted), "_source": False}
    found = [hit["_id"] for hit in index.search(body)["hits"]["hits"]]
    if not found:
        return set()
    return index_products(found, store=store, index=index, jobs=jobs, learned=learned, anew=True)
