"""What an order holds of others, as parts of its own transactions: stock, coupons, points.

An order takes all of it when it is placed and gives all of it back when it is called off; what is shipped is
sold. Each part has a name, by which a refusal is told.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from omnilife.catalogue import ProductStore, find_products_on_sale, return_stock, sell_stock, take_stock
from omnilife.checkout.loyalty_problems import NotEnoughPoints
from omnilife.checkout.order_models import Order
from omnilife.checkout.pricing_problems import CouponUsedUp
from omnilife.checkout.store_loyalty import give_back_points, spend_points
from omnilife.checkout.store_pricing import release_coupon, use_coupon
from omnilife.core.config import Settings
from omnilife.core.errors import Problem
from omnilife.core.table import ConditionFailed, Part, Table

STOCK = "stock:"
COUPON = "coupon:"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimSettings(Settings):
    catalogue_table: str


@dataclass(frozen=True, slots=True)
class Claims:
    """The parts; those of stock are for catalogue's table."""

    catalogue_table: str

    @classmethod
    def from_environment(cls) -> Self:
        return cls(ClaimSettings.from_environment().catalogue_table)

    def take(self, order: Order, *, at: datetime, actor: str) -> list[Part]:
        """Reserve the order's units, one part a product, and use its coupons and points."""
        stamp: dict[str, Any] = {"order_id": order.order_id, "at": at}
        parts: list[Part] = [
            take_stock(self.catalogue_table, product_id, units, actor=actor, **stamp)
            for product_id, units in order.units().items()
        ]
        for coupon in order.coupons:
            parts += use_coupon(coupon, order.user_id, **stamp)
        if order.points.spent:
            parts += spend_points("", order.user_id, order.points.spent, **stamp)
        return parts

    def give_back(self, order: Order, *, at: datetime, actor: str) -> list[Part]:
        """Give back what `take` took. An erased buyer's points are gone, with their account."""
        stamp: dict[str, Any] = {"order_id": order.order_id, "at": at}
        parts: list[Part] = [
            return_stock(self.catalogue_table, product_id, units, actor=actor, **stamp)
            for product_id, units in order.units().items()
        ]
        for coupon in order.coupons:
            parts += release_coupon(coupon, order.user_id, **stamp)
        if order.points.spent and not order.forgotten:
            parts += give_back_points("", order.user_id, order.points.spent, **stamp)
        return parts

    def sell(self, order: Order, merchant_id: str, *, at: datetime, actor: str) -> list[Part]:
        """Take one merchant's units off the shelf: they leave the house."""
        return [
            sell_stock(self.catalogue_table, product_id, units, order_id=order.order_id, actor=actor, at=at)
            for product_id, units in order.units(merchant_id).items()
        ]

    def short_lines(self, units: Mapping[str, int]) -> list[tuple[str, int, int]]:
        """Product, units wanted and units available, of each product that is short now.

        Cost: one BatchGet for each 50 products. Only a refused order pays it.
        """
        found = find_products_on_sale(ProductStore(Table(self.catalogue_table)), units)
        left = {
            product_id: (found[product_id].stock_on_hand if product_id in found else 0)
            for product_id in units
        }
        return [(each, wanted, left[each]) for each, wanted in units.items() if left[each] < wanted]


def short_line(failed: ConditionFailed, units: Mapping[str, int]) -> tuple[str, int, int] | None:
    """Product, units wanted and units available, when it was stock that was short."""
    if not failed.part.startswith(STOCK):
        return None
    product_id = failed.part.removeprefix(STOCK)
    return product_id, units[product_id], int((failed.item or {}).get("available", 0))


def refused_claim(failed: ConditionFailed, order: Order) -> Problem | None:
    """What a coupon or points that could not be had are to the client; None if it was neither."""
    if failed.part.startswith(COUPON):
        return CouponUsedUp(failed.part.removeprefix(COUPON))
    if failed.part.startswith("points"):
        return NotEnoughPoints(wanted=order.points.spent, balance=int((failed.item or {}).get("balance", 0)))
    return None
