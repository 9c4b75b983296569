"""Reindex step: walks one segment of the catalogue for as long as the function may work."""

from collections.abc import Mapping
from typing import Any

from omnilife.catalogue import ProductStore
from omnilife.search import PopularityStore, ProductIndex, ReindexStore, index_segment

FINISH_S = 30.0
"""What is left of the function's time for the page that it is at."""


def handler(event: Mapping[str, Any], context: Any) -> Mapping[str, bool]:
    finished = index_segment(
        ReindexStore.from_environment(),
        ProductStore.from_environment(),
        ProductIndex.from_environment(),
        job_id=event["job_id"],
        number=event["segment"],
        learned=PopularityStore.from_environment().scores,
        work_s=context.get_remaining_time_in_millis() / 1000 - FINISH_S,
    )
    return {"finished": finished}
