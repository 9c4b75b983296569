"""How much a product is wanted, from what shoppers did after searching: all numbers, with their reasons.

A score halves every `HALF_LIFE`. It is kept as a sum that is never touched for it: what happens a time t
after the beginning of its year is added 2^(t / half-life) times as heavy, and the sum is divided by the same
factor of the moment at which it is read (forward decay: Cormode and others, "Forward Decay: A Practical Time
Decay Model for Streaming Systems", ICDE 2009). Sums are commutative, so neither the order of events nor how
they are batched changes a score.
"""

import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from omnilife.search.clicks import Kind

HALF_LIFE = timedelta(days=14)
"""Two weeks: a fashion or a season shows within days, and one good weekend is forgotten in a quarter."""

WEIGHTS: Mapping[Kind, float] = {"click": 1.0, "add_to_cart": 4.0, "purchase": 10.0}
"""What an action says of being wanted. Of a hundred shoppers who click some ten put the product into the
cart and three buy it, so that by rarity alone a cart would weigh 10 and a purchase 33. They are taken at less
than half of that: a purchase is still one person's, and clicks are what a new product can get."""

BIAS = 0.5
"""Shoppers look at position p with a probability of about p^-bias, and click only on what they look at. A
click counts as the inverse of it (inverse propensity scoring: Joachims, Swaminathan, Schnabel, "Unbiased
Learning-to-Rank with Biased Feedback", WSDM 2017, whose bias is 1). Half of that corrects too little rather
than too much: here the positions are those of several devices and layouts."""
MOST_CORRECTION = 3.0
"""Reached at position 9. Clipping keeps single clicks on late pages from weighing more than a cart."""

_PLACES = Decimal("0.000001")
_YEARS = 2
"""Years whose sums are read: what is older has been halved more than 26 times."""

LEAST = 0.01
"""A score below it is none: seven half-lives after a single click."""


def weight(kind: Kind, position: int) -> float:
    """What one action on the product at `position` (from 1) is worth on its day."""
    return WEIGHTS[kind] * min(MOST_CORRECTION, math.pow(position, BIAS))


def landmark(at: datetime) -> str:
    """The attribute that holds the sum of the year of `at`."""
    return f"y{at.year}"


def added(kind: Kind, position: int, at: datetime) -> Decimal:
    """What an action at this time adds to the sum `landmark(at)`: six decimal places, to be exact in sums."""
    return Decimal(weight(kind, position) * _growth(at.year, at)).quantize(_PLACES)


def score(sums: Mapping[str, Decimal | int], now: datetime) -> float:
    """The score at `now` of a product with these sums; 0 where it is too small to matter."""
    total = sum(
        float(sums.get(f"y{year}", 0)) / _growth(year, now)
        for year in range(now.year - _YEARS + 1, now.year + 1)
    )
    return total if total >= LEAST else 0.0


def _growth(year: int, at: datetime) -> float:
    elapsed = at - datetime(year, 1, 1, tzinfo=UTC)
    return float(math.exp2(elapsed / HALF_LIFE))
