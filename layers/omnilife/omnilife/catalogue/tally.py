"""A product's rating: the exact sum behind the mean, so that no rounding adds up."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Self

HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Tally:
    """Sum and number of all ratings, and how many of those written here have each number of stars.

    `version` counts its changes. The sum is a decimal: a mean that was carried over is one.
    """

    total: Decimal = Decimal(0)
    count: int = 0
    stars: Mapping[int, int] = field(default_factory=dict)
    version: int = 0

    @classmethod
    def carried(cls, rating: Decimal | None, count: int, *, version: int = 0) -> Self:
        """What another shop has collected: a mean and a number."""
        return cls(total=(rating or Decimal(0)) * count, count=count, version=version)

    @property
    def mean(self) -> Decimal | None:
        """To two decimals; None without ratings."""
        return (self.total / self.count).quantize(HUNDREDTH, ROUND_HALF_EVEN) if self.count else None

    def with_rating(self, rating: int) -> Self:
        """The tally with one more."""
        return replace(
            self,
            total=self.total + rating,
            count=self.count + 1,
            stars={**self.stars, rating: self.stars.get(rating, 0) + 1},
            version=self.version + 1,
        )
