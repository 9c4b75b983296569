"""Every six hours: learns from all purchases what is bought together, and what is bought most."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from omnilife.catalogue import ProductStore, PurchaseStore, RecommendationStore, train_recommendations


def handler(event: Mapping[str, Any], context: Any) -> dict[str, int]:  # noqa: ARG001 (Lambda's own form)
    training = train_recommendations(
        PurchaseStore.from_environment(),
        ProductStore.from_environment(),
        RecommendationStore.from_environment(),
    )
    return asdict(training)
