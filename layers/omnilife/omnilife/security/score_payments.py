"""Rules that score a payment: each that holds adds its weight to the suspicion. Pure.

The score is the noisy-or of the weights, 1 − Π(1 − w): rules strengthen each other, their order does not
matter, and no number of weak ones alone reaches certainty. Weights were set by judgement, not learned: they
say how many of ten payments that match nothing but this rule a reviewer should expect to be bad.
"""

from collections.abc import Callable, Sequence
from math import inf, prod
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, IPvAnyAddress

from omnilife.core.clock import Timestamp
from omnilife.core.ids import Identifier
from omnilife.core.money import Money

REVIEW_FROM = 0.5
BLOCK_FROM = 0.9

LARGE = 500_00
VERY_LARGE = 5_000_00
HUGE = 50_000_00
MANY_UNITS = 50

type Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
type Count = Annotated[int, Field(ge=0, le=10**6)]


class PaymentFacts(BaseModel):
    """What is known of a payment. What is not sent is not held against it.

    The counts are of the last hour, this try left out.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    amount: Money
    user_id: Identifier | None = None
    ip: IPvAnyAddress | None = None
    units: Annotated[int, Field(ge=1, le=10**9)] | None = None
    account_created_at: Timestamp | None = None
    at: Timestamp | None = None
    shipping_country: Country | None = None
    billing_country: Country | None = None
    card_country: Country | None = None
    ip_country: Country | None = None
    attempts: Count = 0
    declines: Count = 0
    cards: Count = 0
    addresses: Count = 0
    disposable_email: bool = False
    chargebacks: Count = 0


class PaymentReason(BaseModel):
    """A rule that held. `weight`: 0 to 1, how much it says by itself."""

    code: str
    weight: float
    detail: str


class PaymentVerdict(BaseModel):
    """Let it through, look at it, or stop it. `score`: 0 is harmless, 1 is certain fraud."""

    decision: Literal["allow", "review", "block"]
    score: float
    reasons: list[PaymentReason]


type _Rule = tuple[str, float, Callable[[PaymentFacts], bool], str]

RULES: Sequence[_Rule] = (
    ("large_amount", 0.10, lambda f: LARGE <= _minor(f) < VERY_LARGE, "a large amount"),
    ("very_large_amount", 0.30, lambda f: VERY_LARGE <= _minor(f) < HUGE, "a very large amount"),
    ("huge_amount", 0.60, lambda f: _minor(f) >= HUGE, "an amount that hardly any order has"),
    ("many_units", 0.20, lambda f: (f.units or 0) >= MANY_UNITS, "more units than households buy"),
    ("new_account", 0.20, lambda f: _age_hours(f) < 24, "an account of less than a day"),
    (
        "shipped_elsewhere",
        0.25,
        lambda f: _differ(f.shipping_country, f.billing_country),
        "sent to another country than it is billed to",
    ),
    (
        "foreign_card",
        0.30,
        lambda f: _differ(f.card_country, f.billing_country),
        "the card is of another country than the bill",
    ),
    (
        "foreign_address",
        0.20,
        lambda f: _differ(f.ip_country, f.billing_country or f.shipping_country),
        "ordered from another country",
    ),
    ("some_declines", 0.30, lambda f: 2 <= f.declines < 5, "several tries were declined within the hour"),
    ("many_declines", 0.70, lambda f: f.declines >= 5, "many tries were declined within the hour"),
    ("many_attempts", 0.50, lambda f: f.attempts >= 10, "many tries within the hour"),
    ("several_cards", 0.60, lambda f: f.cards >= 3, "several cards within the hour"),
    ("several_addresses", 0.40, lambda f: f.addresses >= 3, "several addresses within the hour"),
    ("disposable_email", 0.30, lambda f: f.disposable_email, "an e-mail address that is thrown away"),
    ("chargeback", 0.80, lambda f: f.chargebacks > 0, "earlier payments were charged back"),
)


def score_payment(facts: PaymentFacts) -> PaymentVerdict:
    """The verdict on a payment, with every rule that held, the heaviest first."""
    held = [
        PaymentReason(code=code, weight=weight, detail=detail)
        for code, weight, holds, detail in RULES
        if holds(facts)
    ]
    score = round(1 - prod(1 - reason.weight for reason in held), 4)
    decision: Literal["allow", "review", "block"] = "allow"
    if score >= BLOCK_FROM:
        decision = "block"
    elif score >= REVIEW_FROM:
        decision = "review"
    return PaymentVerdict(
        decision=decision, score=score, reasons=sorted(held, key=lambda reason: -reason.weight)
    )


def _minor(facts: PaymentFacts) -> int:
    """The amount in hundredths: thresholds are of currencies with two decimals, about a dollar's worth."""
    return int(facts.amount.to_decimal() * 100)


def _age_hours(facts: PaymentFacts) -> float:
    if facts.account_created_at is None or facts.at is None:
        return inf
    return (facts.at - facts.account_created_at).total_seconds() / 3600


def _differ(one: str | None, other: str | None) -> bool:
    return one is not None and other is not None and one != other
