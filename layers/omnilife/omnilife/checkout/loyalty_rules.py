"""What points a purchase earns, what they are worth, which tier a spend gives: exact, in integers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

from omnilife.checkout.loyalty_models import HUNDRED, Exchange, LoyaltyProgram, Tier
from omnilife.core.money import allocate

MONTHS = 12
NEVER = "never"

STANDARD = LoyaltyProgram(
    program_id="standard",
    name="Standard",
    currency="USD",
    earn=Exchange(points=1, amount=100),
    redeem=Exchange(points=100, amount=100),
    tiers=[
        Tier(name="member", spend=0),
        Tier(name="silver", spend=50_000, percent=125),
        Tier(name="gold", spend=200_000, percent=150),
    ],
    version=0,
    updated_at=datetime(2026, 11, 25, tzinfo=UTC),
)
"""In force until an administrator writes a programme; its currency is then the shop's (see the store)."""


@dataclass(frozen=True, slots=True)
class Earning:
    """A purchased line as the rules see it: what was paid for it without tax, and its category's path."""

    amount: int
    category: Sequence[str] = ()


def points_earned(program: LoyaltyProgram, tier: Tier, lines: Sequence[Earning]) -> list[int]:
    """Points of each line. Their sum is the exact sum of all lines, cut to whole points once.

    So an order of many cheap lines loses less than one point in all, not one a line.
    """
    exact = [
        Fraction(
            line.amount * program.earn.points * _category_percent(program, line.category) * tier.percent,
            program.earn.amount * HUNDRED * HUNDRED,
        )
        for line in lines
    ]
    whole = int(sum(exact))
    if whole == 0:
        return [0] * len(lines)
    # All terms have one denominator before they are cut short: weights are whole numbers again.
    scale = program.earn.amount * HUNDRED * HUNDRED
    return allocate(whole, [int(part * scale) for part in exact])


def points_worth(program: LoyaltyProgram, points: int) -> int:
    """What points pay for, in minor units, rounded down."""
    return points * program.redeem.amount // program.redeem.points


def most_points(program: LoyaltyProgram, amount: int) -> int:
    """The fewest points that are worth `amount` minor units, or the nearest below: more would be wasted."""
    points = -(-amount * program.redeem.points // program.redeem.amount)
    return points if points_worth(program, points) <= amount else points - 1


def tier_of(program: LoyaltyProgram, spend: int) -> Tier:
    """The highest tier that a spend within twelve months gives."""
    return max((tier for tier in program.tiers if tier.spend <= max(0, spend)), key=lambda tier: tier.spend)


def next_tier(program: LoyaltyProgram, spend: int) -> Tier | None:
    """The tier above."""
    above = [tier for tier in program.tiers if tier.spend > max(0, spend)]
    return min(above, key=lambda tier: tier.spend) if above else None


def spend_within_year(spend: Mapping[str, int], at: datetime) -> int:
    """The sum of this calendar month and the eleven before it."""
    first = month_of(_months_later(at.date().replace(day=1), 1 - MONTHS))
    return sum(amount for month, amount in spend.items() if first <= month <= month_of(at.date()))


def month_of(day: date) -> str:
    """`2026-11`."""
    return f"{day.year:04}-{day.month:02}"


def lot_of(program: LoyaltyProgram, at: datetime) -> str:
    """The lot that points earned at this instant belong to: the day at whose end they expire, or `never`.

    It is the last day of the month in which their lifetime ends: a customer has few such days to know of,
    and an account few lots.
    """
    if program.lifetime_months is None:
        return NEVER
    first = at.date().replace(day=1)
    return (_months_later(first, program.lifetime_months + 1) - timedelta(days=1)).isoformat()


def _months_later(first: date, months: int) -> date:
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return date(year, month + 1, 1)


def _category_percent(program: LoyaltyProgram, category: Sequence[str]) -> int:
    path = list(category)
    fitting = [rate for rate in program.category_rates if path[: len(rate.category)] == rate.category]
    return max(fitting, key=lambda rate: len(rate.category)).percent if fitting else HUNDRED
