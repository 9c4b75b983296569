"""How many units a cart may hold of a product."""

from dataclasses import dataclass
from typing import Any

from omnilife.checkout.models import MAX_UNITS
from omnilife.checkout.problems import InvalidQuantity, TooManyUnits
from omnilife.core.config import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class CartLimits(Settings):
    """What a deployment allows."""

    max_units_per_product: int = 999

    @property
    def units(self) -> int:
        return min(self.max_units_per_product, MAX_UNITS)


def checked_quantity(value: Any) -> int:
    """`value` as a number of units.

    Raises:
        InvalidQuantity: a fraction (also 2.0), zero, less, or no number.
    """
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise InvalidQuantity
    return value


def check_units(product_id: str, wanted: int, limits: CartLimits) -> None:
    """Refuse more units than the limit.

    Raises:
        TooManyUnits: with the limit.
    """
    if wanted > limits.units:
        raise TooManyUnits(product_id, wanted=wanted, limit=limits.units)
