"""How much of a line comes back: exact shares, of which all units together are the whole line.

The share of the first k of n units is cut down to a whole minor unit; units k+1 to m bring the difference of
two such shares. However a line's units are grouped into returns, the refunds add up to what was paid.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LineAmounts:
    """What one line (or some units of it) cost and what it brought, in minor units and points.

    Attributes:
        goods: paid for the goods after all discounts, without tax.
        tax: tax on them.
        points_spent: points that paid for a part.
        points_earned: points that it earned.
        earned_on: what it added to the customer's spend.
    """

    goods: int = 0
    tax: int = 0
    points_spent: int = 0
    points_earned: int = 0
    earned_on: int = 0

    @property
    def total(self) -> int:
        return self.goods + self.tax

    def __add__(self, other: "LineAmounts") -> "LineAmounts":
        return LineAmounts(*(one + two for one, two in zip(self._all(), other._all(), strict=True)))

    def units(self, quantity: int, *, after: int, units: int) -> "LineAmounts":
        """The share of `units` of this line's `quantity`, when `after` units were given back before.

        Raises:
            ValueError: more units than there are.
        """
        if not 0 <= after <= after + units <= quantity:
            raise ValueError("more units than the line has")
        return LineAmounts(*(share(whole, quantity, after, units) for whole in self._all()))

    def _all(self) -> tuple[int, ...]:
        return (self.goods, self.tax, self.points_spent, self.points_earned, self.earned_on)


def share(whole: int, quantity: int, after: int, units: int) -> int:
    """What `units` of `quantity` bring of a whole, when `after` of them brought theirs before."""
    return whole * (after + units) // quantity - whole * after // quantity
