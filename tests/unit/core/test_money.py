"""Money: nothing is lost, nothing is mixed, no float gets in."""

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from omnilife.core.currencies import EXPONENTS
from omnilife.core.money import MAX_AMOUNT, MixedCurrencies, Money, allocate, exponent

AMOUNTS = st.integers(-MAX_AMOUNT, MAX_AMOUNT)
WEIGHTS = st.lists(st.integers(0, 10**6), min_size=1, max_size=20).filter(any)


def usd(amount: int) -> Money:
    return Money(amount=amount, currency="USD")


@given(AMOUNTS, WEIGHTS)
def test_the_parts_of_an_allocation_add_up_and_are_within_a_unit_of_their_share(total, weights):
    parts = allocate(total, weights)
    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        # |part - total * weight / whole| < 1, in whole numbers
        assert abs(part * sum(weights) - total * weight) < sum(weights)


@given(AMOUNTS, WEIGHTS)
def test_a_refund_splits_as_its_payment_did(total, weights):
    assert allocate(-total, weights) == [-part for part in allocate(total, weights)]


@given(st.integers(0, MAX_AMOUNT), WEIGHTS)
def test_who_weighs_nothing_gets_nothing_and_who_weighs_more_never_less(total, weights):
    parts = allocate(total, weights)
    by_weight = sorted(zip(weights, parts, strict=True))
    assert all(part == 0 for weight, part in by_weight if weight == 0)
    for (lighter, less), (heavier, more) in pairwise(by_weight):
        assert lighter == heavier or less <= more


def test_left_over_units_go_to_the_largest_remainders_the_earlier_first_among_equals():
    assert allocate(100, [1, 1, 1]) == [34, 33, 33]
    assert allocate(5, [3, 7, 7]) == [1, 2, 2]
    assert allocate(1, [1, 2]) == [0, 1]


@pytest.mark.parametrize("weights", [[], [0, 0], [2, -1]])
def test_weights_that_say_nothing_are_refused(weights):
    with pytest.raises(ValueError, match="weights"):
        allocate(100, weights)


@given(AMOUNTS, WEIGHTS)
def test_money_split_and_summed_is_the_same_money(amount, weights):
    total = usd(0)
    for part in usd(amount).split(weights):
        total += part
    assert total == usd(amount)


@pytest.mark.parametrize(
    ("currency", "decimals"), [("USD", 2), ("JPY", 0), ("KWD", 3), ("CLF", 4), ("ISK", 0)]
)
def test_currencies_have_their_iso_4217_decimals(currency, decimals):
    assert exponent(currency) == decimals


@pytest.mark.parametrize("code", ["usd", "XXX", "XAU", "EURO", "", "HRK", "US$"])
def test_what_is_no_active_currency_is_refused(code):
    with pytest.raises(ValueError, match="ISO 4217"):
        exponent(code)
    with pytest.raises(ValidationError):
        Money(amount=1, currency=code)


def test_every_currency_code_is_three_capitals_and_listed_once():
    assert all(len(code) == 3 and code.isupper() for code in EXPONENTS)
    assert len(EXPONENTS) > 150


@pytest.mark.parametrize("amount", [19.99, "1999", True, None, MAX_AMOUNT + 1, -MAX_AMOUNT - 1, 10.0])
def test_an_amount_is_a_whole_number_within_bounds(amount):
    with pytest.raises(ValidationError):
        Money(amount=amount, currency="USD")


def test_unknown_members_are_refused():
    with pytest.raises(ValidationError):
        Money.model_validate({"amount": 1, "currency": "USD", "cents": 3})


@given(st.integers(-MAX_AMOUNT, MAX_AMOUNT), st.sampled_from(sorted(EXPONENTS)))
def test_decimal_and_back_is_the_same_money(amount, currency):
    money = Money(amount=amount, currency=currency)
    assert Money.from_decimal(money.to_decimal(), currency) == money


@pytest.mark.parametrize(
    ("value", "currency"),
    [("0.001", "USD"), ("1.5", "JPY"), ("NaN", "USD"), ("Infinity", "USD"), ("1e30", "USD"), ("1e15", "KWD")],
)
def test_a_decimal_that_is_no_exact_amount_is_refused(value, currency):
    with pytest.raises(ValueError, match=r".+"):
        Money.from_decimal(Decimal(value), currency)


def test_trailing_zeros_of_a_decimal_are_no_finer_unit():
    assert Money.from_decimal(Decimal("19.9900"), "USD") == usd(1999)


def test_money_reads_in_its_major_unit():
    assert str(usd(1990)) == "19.90 USD"
    assert str(Money(amount=1990, currency="JPY")) == "1990 JPY"


def test_arithmetic_stays_in_minor_units():
    assert usd(1999) * 3 + usd(1) - usd(98) == usd(5900)
    assert 2 * -usd(5) == usd(-10)
    assert Money.zero("USD") + usd(5) == usd(5)


def test_amounts_of_one_currency_are_ordered():
    assert usd(1) < usd(2) <= usd(2)
    assert max(usd(1), usd(3), usd(2)) == usd(3)


@pytest.mark.parametrize("combine", ["__add__", "__sub__", "__lt__", "__ge__"])
def test_currencies_do_not_mix(combine):
    with pytest.raises(MixedCurrencies, match="USD with EUR"):
        getattr(usd(1), combine)(Money(amount=1, currency="EUR"))


def test_multiplying_by_a_fraction_is_refused():
    with pytest.raises(ValidationError):
        usd(100) * 0.5  # type: ignore[operator]


def test_money_cannot_be_changed_and_can_be_a_key():
    with pytest.raises(ValidationError):
        usd(1).amount = 2  # type: ignore[misc]
    assert {usd(1): "one"}[usd(1)] == "one"
