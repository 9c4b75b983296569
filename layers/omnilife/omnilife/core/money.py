"""Money: whole minor units of one ISO 4217 currency. No float ever holds money, and no cent is lost.

price = Money(amount=1999, currency="USD")   # 19.99 USD
total = price * 3 + shipping
shares = total.split([2, 1])                 # adds up to total, always
"""

from collections.abc import Sequence
from decimal import Decimal
from functools import total_ordering
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictInt

from omnilife.core.currencies import EXPONENTS

MAX_AMOUNT = 10**15 - 1
"""The largest amount of either sign: 15 digits fit a padded sort key, and JavaScript's exact integers."""


class MixedCurrencies(ValueError):  # noqa: N818 (what happened, like the problems of core.errors)
    """Two amounts of different currencies met in one sum or comparison."""

    def __init__(self, one: str, other: str) -> None:
        super().__init__(f"cannot combine {one} with {other}")


def exponent(currency: str) -> int:
    """How many decimals the currency's minor unit has: 2 for USD, 0 for JPY, 3 for KWD.

    Raises:
        ValueError: not an active ISO 4217 code.
    """
    try:
        return EXPONENTS[currency]
    except KeyError:
        raise ValueError("not an ISO 4217 currency code") from None


def allocate(total: int, weights: Sequence[int]) -> list[int]:
    """Split `total` minor units in proportion to `weights` by the largest remainder method.

    The parts add up to the total. Each differs from its exact share by less than one unit. Units that are
    left over go to the largest remainders, the earlier part first among equals, so that the same input gives
    the same split on any machine. A negative total (a refund) splits as its opposite does.

    Raises:
        ValueError: a weight is negative, or none is positive.
    """
    whole = sum(weights)
    if whole <= 0 or min(weights) < 0:
        raise ValueError("weights must not be negative, and one must be positive")
    sign = -1 if total < 0 else 1
    shares = [divmod(abs(total) * weight, whole) for weight in weights]
    parts = [share for share, _ in shares]
    by_remainder = sorted(range(len(shares)), key=lambda part: -shares[part][1])  # sorting is stable
    for part in by_remainder[: abs(total) - sum(parts)]:
        parts[part] += 1
    return [sign * part for part in parts]


def _known(currency: str) -> str:
    exponent(currency)
    return currency


Currency = Annotated[str, AfterValidator(_known), Field(min_length=3, max_length=3, examples=["USD"])]


@total_ordering
class Money(BaseModel):
    """An amount of one currency, in minor units: `{"amount": 1999, "currency": "USD"}` is 19.99 USD."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    amount: Annotated[StrictInt, Field(ge=-MAX_AMOUNT, le=MAX_AMOUNT, examples=[1999])]
    currency: Currency

    @classmethod
    def from_decimal(cls, value: Decimal, currency: str) -> Self:
        """19.99 USD from `Decimal("19.99")`.

        Raises:
            ValueError: finer than the currency's minor unit, not a number, too large, or no such currency.
                Rounding is a decision of the caller's.
        """
        if not value.is_finite() or value.adjusted() > 15:
            raise ValueError("not an amount of money")
        minor = value.scaleb(exponent(currency))
        if minor != int(minor):
            raise ValueError(f"{currency} has {exponent(currency)} decimals")
        return cls(amount=int(minor), currency=currency)

    @classmethod
    def zero(cls, currency: str) -> Self:
        return cls(amount=0, currency=currency)

    def to_decimal(self) -> Decimal:
        """In major units, with all decimals of the currency: `Decimal("19.90")`."""
        return Decimal(self.amount).scaleb(-exponent(self.currency))

    def split(self, weights: Sequence[int]) -> list[Self]:
        """Parts in proportion to `weights` that add up to this amount (see `allocate`)."""
        return [self._of(part) for part in allocate(self.amount, weights)]

    def __add__(self, other: Self) -> Self:
        return self._of(self.amount + self._same(other))

    def __sub__(self, other: Self) -> Self:
        return self._of(self.amount - self._same(other))

    def __mul__(self, times: int) -> Self:
        return self._of(self.amount * times)

    __rmul__ = __mul__

    def __neg__(self) -> Self:
        return self._of(-self.amount)

    def __lt__(self, other: Self) -> bool:
        return self.amount < self._same(other)

    def __str__(self) -> str:
        return f"{self.to_decimal()} {self.currency}"

    def _of(self, amount: int) -> Self:
        return type(self)(
            amount=amount, currency=self.currency
        )  # validates: a float or an overflow is refused

    def _same(self, other: Self) -> int:
        if other.currency != self.currency:
            raise MixedCurrencies(self.currency, other.currency)
        return other.amount
