"""`roll_up_searches`: the stream of searches and clicks becomes sums."""

from collections.abc import Iterator, Mapping
from itertools import batched
from typing import Any

from omnilife.core.attributes import item_from_wire
from omnilife.core.errors import Unavailable
from omnilife.core.logging import logger
from omnilife.core.metrics import count
from omnilife.search.store_rollups import ROWS_AT_ONCE, RollupStore


def roll_up_searches(store: RollupStore, records: list[Mapping[str, Any]]) -> Iterator[str]:
    """Count what a batch of stream records tells of; yield the sequence number that failed first.

    A record only names a row that may have changed, see `store_rollups`. A stream goes on in order from the
    first failure: what comes after it is left for the next try.
    """
    first_seen: dict[tuple[str, str], str] = {}
    for record in records:
        key = item_from_wire(record["dynamodb"]["Keys"])
        first_seen.setdefault((key["pk"], key["sk"]), record["dynamodb"]["SequenceNumber"])
    for chunk in batched(first_seen, ROWS_AT_ONCE, strict=False):
        try:
            store.roll_up([{"pk": pk, "sk": sk} for pk, sk in chunk])
        except (Unavailable, KeyError, ValueError, TypeError) as error:
            logger.exception("searches were not counted", extra={"error": type(error).__name__})
            count("RollupFailed")
            yield first_seen[chunk[0]]
            return
