"""Every five minutes: what is suggested follows what shoppers ask for."""

from collections.abc import Mapping
from typing import Any

from omnilife.search import ProductIndex, RollupStore, SuggestionIndex, refresh_popular_queries


def handler(event: Mapping[str, Any], context: Any) -> dict[str, int]:  # noqa: ARG001 (Lambda's own form)
    suggested = refresh_popular_queries(
        store=RollupStore.from_environment(),
        products=ProductIndex.from_environment(),
        index=SuggestionIndex.from_environment(),
    )
    return {"suggested": suggested}
