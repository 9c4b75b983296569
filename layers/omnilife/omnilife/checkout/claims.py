"""What an order holds of others, as parts of its own transactions: stock, coupons, points.

An order takes all of it when it is placed and gives all of it back when it is called off; what is shipped is
sold. Each part has a name, by which a refusal is told.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from omnilife.catalogue import CatalogueSettings, return_stock, sell_stock, take_stock
from omnilife.checkout.order_models import Order
from omnilife.core.table import ConditionFailed, Part

STOCK = "stock:"


@dataclass(frozen=True, slots=True)
class Claims:
    """The parts, for catalogue's table and ours."""

    catalogue_table: str
    checkout_table: str

    @classmethod
    def from_environment(cls) -> Self:
        from omnilife.checkout.store_carts import CheckoutSettings  # noqa: PLC0415 (see core.lazy)

        return cls(
            CatalogueSettings.from_environment().catalogue_table,
            CheckoutSettings.from_environment().checkout_table,
        )

    def take(self, order: Order, *, at: datetime, actor: str) -> list[Part]:
        """Reserve the order's units, one part a product, and use its coupons and points."""
        return [*self.reserve(order, at=at, actor=actor)]

    def reserve(self, order: Order, *, at: datetime, actor: str) -> list[Part]:
        """Reserve the order's units alone. A part fails when fewer are available."""
        return [
            take_stock(
                self.catalogue_table, product_id, units, order_id=order.order_id, actor=actor, at=at
            )
            for product_id, units in order.units().items()
        ]

    def give_back(self, order: Order, *, at: datetime, actor: str) -> list[Part]:
        """Give back what `take` took."""
        return [
            return_stock(
                self.catalogue_table, product_id, units, order_id=order.order_id, actor=actor, at=at
            )
            for product_id, units in order.units().items()
        ]

    def sell(self, order: Order, merchant_id: str, *, at: datetime, actor: str) -> list[Part]:
        """Take one merchant's units off the shelf: they leave the house."""
        return [
            sell_stock(
                self.catalogue_table, product_id, units, order_id=order.order_id, actor=actor, at=at
            )
            for product_id, units in order.units(merchant_id).items()
        ]


def short_line(failed: ConditionFailed, units: Mapping[str, int]) -> tuple[str, int, int] | None:
    """Product, units wanted and units available, when it was stock that was short."""
    if not failed.part.startswith(STOCK):
        return None
    product_id = failed.part.removeprefix(STOCK)
    return product_id, units[product_id], int((failed.item or {}).get("available", 0))
