"""`RecommendationStore`: what was learned of purchases, by product; and what is bought most."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Self

from omnilife.catalogue.purchase_model import Neighbour
from omnilife.catalogue.store.products import CatalogueSettings
from omnilife.core.attributes import Item
from omnilife.core.clock import epoch_seconds, parse_rfc3339, rfc3339
from omnilife.core.table import Key, Table

KEPT = timedelta(days=14)
"""What is not learned anew for two weeks goes: products that nobody buys any more."""

ANYWHERE = ""
"""The category that all products are in."""

PLACES = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Popular:
    """What is bought most in a category, the most wanted first, and when that was learned."""

    product_ids: Sequence[str]
    trained_at: datetime


class RecommendationStore:
    """See this package's docstring for the keys."""

    def __init__(self, table: Table) -> None:
        self.table = table

    @classmethod
    def from_environment(cls) -> Self:
        return cls(Table(CatalogueSettings.from_environment().catalogue_table))

    def neighbours(self, product_ids: Iterable[str]) -> dict[str, list[Neighbour]]:
        """What is bought together with each of these products, if known. One BatchGet: 0.5 RCU each."""
        items = self.table.batch_get(map(_neighbours_key, product_ids))
        return {
            item["product_id"]: [
                Neighbour(product_id, float(similarity))
                for product_id, similarity in zip(item["near"], item["similarities"], strict=True)
            ]
            for item in items
        }

    def popular(self, categories: Iterable[str]) -> dict[str, Popular]:
        """What is bought most, by category. One BatchGet: 0.5 to 1 RCU each."""
        found = self.table.batch_get(map(_popular_key, categories))
        return {
            item["category"]: Popular(item["product_ids"], parse_rfc3339(item["trained_at"]))
            for item in found
        }

    def save(
        self,
        neighbours: Iterable[tuple[str, Sequence[Neighbour]]],
        popular: Mapping[str, Sequence[str]],
        at: datetime,
    ) -> None:
        """Write what was learned over what was before. 1 WCU each KB: some 3 a product."""
        learned = [_neighbours_item(product_id, near) for product_id, near in neighbours if near]
        learned += [_popular_item(category, product_ids) for category, product_ids in popular.items()]
        times = {"trained_at": rfc3339(at), "expires_at": epoch_seconds(at + KEPT)}
        self.table.batch_put({**item, **times} for item in learned)


def _neighbours_key(product_id: str) -> Key:
    return {"pk": f"NEAR#{product_id}", "sk": "NEAR"}


def _popular_key(category: str) -> Key:
    return {"pk": f"POPULAR#{category}", "sk": "POPULAR"}


def _neighbours_item(product_id: str, near: Sequence[Neighbour]) -> Item:
    return {
        **_neighbours_key(product_id),
        "entity": "neighbours",
        "product_id": product_id,
        "near": [each.product_id for each in near],
        "similarities": [Decimal(each.similarity).quantize(PLACES) for each in near],
    }


def _popular_item(category: str, product_ids: Sequence[str]) -> Item:
    return {
        **_popular_key(category),
        "entity": "popular",
        "category": category,
        "product_ids": list(product_ids),
    }
