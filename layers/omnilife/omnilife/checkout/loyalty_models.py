"""Loyalty: the rules of a programme as data, a customer's account, and the entries of its ledger."""

from collections.abc import Mapping
from datetime import date
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from omnilife.core.cards import free_of_cards
from omnilife.core.clock import Timestamp
from omnilife.core.ids import Identifier
from omnilife.core.money import MAX_AMOUNT, Currency, Money

MAX_POINTS = 10**9
MAX_TIERS = 10
MAX_CATEGORY_RATES = 100
MAX_PERCENT = 10_000
MAX_LIFETIME_MONTHS = 60
HUNDRED = 100

Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80), BeforeValidator(free_of_cards)
]
Points = Annotated[int, Field(strict=True, ge=1, le=MAX_POINTS)]
Percent = Annotated[int, Field(strict=True, ge=0, le=MAX_PERCENT, description="100 changes nothing")]
Minor = Annotated[int, Field(strict=True, ge=1, le=MAX_AMOUNT, description="minor units of the currency")]


class _Rule(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Exchange(_Rule):
    """So many points for (or worth) so many minor units: `{"points": 1, "amount": 100}`."""

    points: Points
    amount: Minor


class CategoryRate(_Rule):
    """What products of a category earn, in percent of the programme's rate."""

    category: Annotated[list[Name], Field(min_length=1, max_length=8, description="path from the root")]
    percent: Percent


class Tier(_Rule):
    """A level that a customer has from a spend within twelve months on."""

    name: Name
    spend: Annotated[int, Field(strict=True, ge=0, le=MAX_AMOUNT, description="minor units in 12 months")]
    percent: Percent = HUNDRED


class ProgramChange(_Rule):
    """A programme's rules, as an administrator writes them.

    Points are earned on what was paid for the goods, without tax and shipping. Of the category rates that
    fit a product the one with the longest path holds. The tier is that of the spend in this calendar month
    and the eleven before it.
    """

    name: Name
    currency: Currency
    active: bool = True
    earn: Exchange
    redeem: Exchange
    smallest_redemption: Points = 1
    category_rates: Annotated[list[CategoryRate], Field(max_length=MAX_CATEGORY_RATES)] = []
    tiers: Annotated[list[Tier], Field(min_length=1, max_length=MAX_TIERS)]
    lifetime_months: Annotated[
        int | None,
        Field(ge=1, le=MAX_LIFETIME_MONTHS, description="points live so many months, to their last day"),
    ] = 12
    voucher_days: Annotated[int, Field(strict=True, ge=1, le=365)] = 90

    @model_validator(mode="after")
    def _tiers_rise(self) -> Self:
        spends = [tier.spend for tier in self.tiers]
        if spends[0] != 0 or any(low >= high for low, high in pairwise(spends)):
            raise PydanticCustomError("tiers", "tiers begin at a spend of 0 and rise")
        if len({tier.name for tier in self.tiers}) < len(self.tiers):
            raise PydanticCustomError("tiers", "each tier has a name of its own")
        categories = [tuple(rate.category) for rate in self.category_rates]
        if len(set(categories)) < len(categories):
            raise PydanticCustomError("categories", "a category has one rate")
        return self


class LoyaltyProgram(ProgramChange):
    """A programme as it is kept."""

    program_id: Identifier
    version: int
    updated_at: Timestamp


class ProgramPage(BaseModel):
    """All programmes: there are few."""

    items: list[LoyaltyProgram]
    next_cursor: str | None = None


EntryKind = Literal["earned", "spent", "given_back", "taken_back", "redeemed", "expired"]


class PointsEntry(BaseModel):
    """One line of the ledger. `points` is signed: what it did to the balance."""

    model_config = ConfigDict(frozen=True)

    entry_id: str
    kind: EntryKind
    points: int
    at: Timestamp
    order_id: str | None = None
    return_id: str | None = None
    code: str | None = None
    owed: Annotated[
        int, Field(description="what this entry added to (or, negative, settled of) the points owed")
    ] = 0
    expires_on: date | None = None
    lines: Annotated[Mapping[str, int], Field(description="what each line of the delivery earns, whole")] = {}


class PointsPage(BaseModel):
    """Some of a customer's ledger, newest first."""

    items: list[PointsEntry]
    next_cursor: str | None = None


class Account(BaseModel):
    """A customer's points.

    Points stand in lots, one for each day on which some expire (None: never); `used` counts what was taken
    from them, the oldest lot first. `balance` is always the lots' sum without `used`. Points that a return
    takes back when they were spent already are `owed`: later earnings settle them first.
    """

    model_config = ConfigDict(frozen=True)

    user_id: str
    balance: int = 0
    used: int = 0
    owed: int = 0
    lots: Mapping[str, int] = {}
    spend: Mapping[str, int] = {}
    version: int = 0


class Expiry(BaseModel):
    """Points that expire when a day ends, in UTC."""

    points: int
    on: date


class TierView(BaseModel):
    """Where a customer stands, and what the next tier asks for."""

    name: str
    percent: int
    spend: Money
    next_name: str | None = None
    next_spend: Money | None = None


class Standing(BaseModel):
    """`GET /api/marketplace/loyalty`: points, what they are worth, the tier, and what expires when."""

    balance: int
    worth: Money
    owed: int
    tier: TierView
    expiring: list[Expiry]
    program: LoyaltyProgram


class Redemption(BaseModel):
    """How many points a customer wants a voucher for."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    points: Points


class Voucher(BaseModel):
    """A coupon of one's own, paid for in points: it holds for one order."""

    code: str
    worth: Money
    points: int
    expires_at: Timestamp
    balance: int
