"""Buying as tests see it: carts of a shop, with its clock and its maker of ids."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from omnilife.checkout import (
    CartDesk,
    CartLimits,
    CartOwner,
    CartStore,
    CartTokens,
    CartView,
    NewCartLine,
    add_to_cart,
    look_at_cart,
)
from omnilife.core.idempotency import Idempotency
from omnilife.core.table import Table
from tests.unit.catalogue.shop import CURRENCY, Shop

ADA = CartOwner("user-1", "user-1")
BOB = CartOwner("user-2", "user-2")
SOMEBODY = CartOwner("cart-1")


@dataclass
class Buying:
    """One table of checkout's beside the shop's."""

    shop: Shop
    table: Table
    limits: CartLimits = field(default_factory=CartLimits)

    @cached_property
    def desk(self) -> CartDesk:
        return CartDesk(
            carts=CartStore(self.table),
            products=self.shop.store,
            tokens=CartTokens(lambda: b"k" * 43),
            currency=CURRENCY,
            limits=self.limits,
            clock=self.shop.clock,
            pause=lambda _: None,
        )

    def add(
        self, product_id: str, quantity: Any = 1, *, owner: CartOwner = ADA, idem: Idempotency | None = None
    ) -> CartView:
        wanted = NewCartLine(product_id=product_id, quantity=quantity)
        return add_to_cart(self.desk, owner, wanted, idempotency=idem)

    def look(self, owner: CartOwner = ADA) -> CartView:
        return look_at_cart(self.desk, owner)

    def units(self, owner: CartOwner = ADA) -> dict[str, int]:
        """Product → units, as the cart holds them."""
        return {line.product_id: line.quantity for line in self.look(owner).lines}
