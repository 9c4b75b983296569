"""Every ten minutes: documents learn how much their products are wanted now."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from omnilife.catalogue import ProductStore
from omnilife.search import (
    PopularityStore,
    ProductIndex,
    ReindexStore,
    refresh_popularity,
    write_again,
)

FINISH_S = 8.0
"""What is left of the function's time for the fifty products that it is at."""


def handler(event: Mapping[str, Any], context: Any) -> dict[str, int]:  # noqa: ARG001 (Lambda's own form)
    popularity = PopularityStore.from_environment()
    write = partial(
        write_again,
        store=ProductStore.from_environment(),
        index=ProductIndex.from_environment(),
        jobs=ReindexStore.from_environment(),
        learned=popularity.scores,
    )
    work_s = context.get_remaining_time_in_millis() / 1000 - FINISH_S
    return {"refreshed": refresh_popularity(write, store=popularity, work_s=work_s)}
