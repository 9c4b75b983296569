"""`ReturnDesk`: what every change of a return needs."""

from dataclasses import dataclass
from typing import Self, override

from omnilife.checkout.claims import Claims
from omnilife.checkout.order_book import OrderBook
from omnilife.checkout.returning import ReturnPolicy
from omnilife.checkout.store_loyalty import LoyaltyStore
from omnilife.checkout.store_orders import OrderStore
from omnilife.checkout.store_returns import ReturnStore


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnDesk(OrderBook):
    """An order book with returns, points and the shop's rules for both."""

    returns: ReturnStore
    loyalty: LoyaltyStore
    policy: ReturnPolicy

    @classmethod
    @override
    def from_environment(cls) -> Self:
        return cls(
            orders=OrderStore.from_environment(),
            claims=Claims.from_environment(),
            returns=ReturnStore.from_environment(),
            loyalty=LoyaltyStore.from_environment(),
            policy=ReturnPolicy.from_environment(),
        )
