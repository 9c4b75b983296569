"""What purchases earn, what points are worth, which tier a spend gives."""

from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from omnilife.checkout.loyalty_models import LoyaltyProgram, Tier
from omnilife.checkout.loyalty_rules import (
    NEVER,
    STANDARD,
    Earning,
    lot_of,
    most_points,
    next_tier,
    points_earned,
    points_worth,
    spend_within_year,
    tier_of,
)

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
MEMBER = STANDARD.tiers[0]


def program(**changed: Any) -> LoyaltyProgram:
    return LoyaltyProgram.model_validate({**STANDARD.model_dump(), **changed})


def test_a_line_earns_by_its_amount():
    assert points_earned(STANDARD, MEMBER, [Earning(1999)]) == [19]


def test_a_tier_multiplies_what_is_earned():
    assert points_earned(STANDARD, Tier(name="gold", spend=1, percent=150), [Earning(1000)]) == [15]


def test_the_longest_category_path_that_fits_sets_the_rate():
    rules = program(
        category_rates=[
            {"category": ["home"], "percent": 200},
            {"category": ["home", "lamps"], "percent": 300},
            {"category": ["home", "lamps", "desk"], "percent": 0},
        ]
    )
    lines = [
        Earning(1000, ["home", "rugs"]),
        Earning(1000, ["home", "lamps", "floor"]),
        Earning(1000, ["home", "lamps", "desk", "x"]),
        Earning(1000, ["books"]),
    ]
    assert points_earned(rules, MEMBER, lines) == [20, 30, 0, 10]


def test_many_cheap_lines_earn_what_one_of_their_sum_earns():
    assert sum(points_earned(STANDARD, MEMBER, [Earning(50)] * 10)) == 5


def test_an_order_worth_less_than_a_point_earns_none():
    assert points_earned(STANDARD, MEMBER, [Earning(99), Earning(0)]) == [0, 0]


@given(
    amounts=st.lists(st.integers(0, 10**7), max_size=20),
    points=st.integers(1, 50),
    per=st.integers(1, 10_000),
    percent=st.integers(0, 400),
)
def test_points_of_all_lines_are_the_exact_sum_without_its_fraction(
    amounts: list[int], points: int, per: int, percent: int
):
    rules = program(earn={"points": points, "amount": per})
    earned = points_earned(
        rules, Tier(name="x", spend=0, percent=percent), [Earning(each) for each in amounts]
    )
    exact = sum((Fraction(each * points * percent, per * 100) for each in amounts), Fraction(0))
    assert sum(earned) == int(exact)
    assert all(
        abs(got - Fraction(each * points * percent, per * 100)) < 2
        for got, each in zip(earned, amounts, strict=True)
    )


@given(amount=st.integers(0, 10**9), points=st.integers(1, 1000), worth=st.integers(1, 1000))
def test_no_more_points_are_taken_than_an_amount_needs(amount: int, points: int, worth: int):
    rules = program(redeem={"points": points, "amount": worth})
    most = most_points(rules, amount)
    assert points_worth(rules, most) <= amount
    assert most == 0 or points_worth(rules, most - 1) < points_worth(rules, most)
    assert points_worth(rules, most + 1) > amount or points_worth(rules, most) == amount


@pytest.mark.parametrize(
    ("spend", "name", "above"),
    [
        (-5, "member", "silver"),
        (49_999, "member", "silver"),
        (50_000, "silver", "gold"),
        (10**9, "gold", None),
    ],
)
def test_a_tier_begins_at_its_spend(spend: int, name: str, above: str | None):
    following = next_tier(STANDARD, spend)
    assert (tier_of(STANDARD, spend).name, following and following.name) == (name, above)


def test_twelve_calendar_months_count_for_the_tier():
    spend = {"2025-11": 1, "2025-12": 10, "2026-05": 100, "2026-11": 1000, "2026-12": 10_000}
    assert spend_within_year(spend, NOON) == 1110


@pytest.mark.parametrize(
    ("months", "lot"), [(1, "2026-12-31"), (3, "2027-02-28"), (12, "2027-11-30"), (None, NEVER)]
)
def test_points_live_to_the_last_day_of_a_month(months: int | None, lot: str):
    assert lot_of(program(lifetime_months=months), NOON) == lot


@pytest.mark.parametrize(
    "changed",
    [
        {"tiers": []},
        {"tiers": [{"name": "a", "spend": 1}]},
        {"tiers": [{"name": "a", "spend": 0}, {"name": "b", "spend": 0}]},
        {"tiers": [{"name": "a", "spend": 0}, {"name": "a", "spend": 5}]},
        {"category_rates": [{"category": ["x"], "percent": 1}, {"category": ["x"], "percent": 2}]},
        {"earn": {"points": 0, "amount": 100}},
        {"redeem": {"points": 1, "amount": 0}},
        {"redeem": {"points": 1.5, "amount": 1}},
        {"lifetime_months": 61},
        {"currency": "XXZ"},
        {"unknown": 1},
    ],
    ids=lambda changed: next(iter(changed)) + str(len(str(changed))),
)
def test_rules_that_mean_nothing_are_refused(changed: dict[str, Any]):
    with pytest.raises(ValidationError):
        program(**changed)
