"""What makes a payment suspicious, and by how much."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from omnilife.security import PaymentFacts, score_payment
from omnilife.security.score_payments import BLOCK_FROM, REVIEW_FROM, RULES

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def facts(amount: int = 2000, currency: str = "USD", **more) -> PaymentFacts:
    return PaymentFacts(amount={"amount": amount, "currency": currency}, **more)


FIRES = {
    "large_amount": facts(500_00),
    "very_large_amount": facts(5_000_00),
    "huge_amount": facts(50_000_00),
    "many_units": facts(units=50),
    "new_account": facts(account_created_at=NOW - timedelta(hours=23), at=NOW),
    "shipped_elsewhere": facts(shipping_country="NG", billing_country="DE"),
    "foreign_card": facts(card_country="US", billing_country="DE"),
    "foreign_address": facts(ip_country="US", billing_country="DE"),
    "some_declines": facts(declines=2),
    "many_declines": facts(declines=5),
    "many_attempts": facts(attempts=10),
    "several_cards": facts(cards=3),
    "several_addresses": facts(addresses=3),
    "disposable_email": facts(disposable_email=True),
    "chargeback": facts(chargebacks=1),
}


def codes(given: PaymentFacts) -> set[str]:
    return {reason.code for reason in score_payment(given).reasons}


def test_an_ordinary_payment_is_let_through_without_a_reason():
    verdict = score_payment(facts(units=3, shipping_country="DE", billing_country="DE", ip_country="DE"))
    assert (verdict.decision, verdict.score, verdict.reasons) == ("allow", 0.0, [])


@pytest.mark.parametrize("code", [code for code, *_ in RULES])
def test_each_rule_holds_by_itself_with_its_own_weight(code):
    (reason,) = score_payment(FIRES[code]).reasons
    assert (reason.code, reason.weight) == (code, {c: w for c, w, *_ in RULES}[code])


@pytest.mark.parametrize(
    "given",
    [
        facts(499_99),
        facts(units=49),
        facts(declines=1),
        facts(attempts=9),
        facts(cards=2),
        facts(addresses=2),
        facts(account_created_at=NOW - timedelta(hours=24), at=NOW),
        facts(account_created_at=NOW),
        facts(shipping_country="DE"),
    ],
    ids=["amount", "units", "declines", "attempts", "cards", "addresses", "age", "no-time", "one-country"],
)
def test_just_below_a_rule_nothing_is_held_against_a_payment(given):
    assert codes(given) == set()


def test_an_account_made_this_second_is_new():
    assert codes(facts(account_created_at=NOW, at=NOW)) == {"new_account"}


def test_reasons_add_up_to_a_review_and_to_a_block():
    assert score_payment(facts(declines=5)).decision == "review"
    verdict = score_payment(facts(declines=5, cards=3, disposable_email=True))
    assert verdict.decision == "block"
    assert verdict.score == round(1 - 0.3 * 0.4 * 0.7, 4)
    assert [reason.code for reason in verdict.reasons] == [
        "many_declines",
        "several_cards",
        "disposable_email",
    ]


@pytest.mark.parametrize(("currency", "amount"), [("JPY", 500), ("USD", 500_00), ("KWD", 500_000)])
def test_amounts_are_compared_in_major_units(currency, amount):
    assert codes(facts(amount, currency)) == {"large_amount"}


FACTS = st.builds(
    facts,
    st.integers(0, 10**8),
    declines=st.integers(0, 9),
    attempts=st.integers(0, 20),
    cards=st.integers(0, 5),
    addresses=st.integers(0, 5),
    chargebacks=st.integers(0, 2),
    disposable_email=st.booleans(),
    units=st.integers(1, 100),
)


@given(FACTS)
def test_a_score_is_a_probability_and_the_decision_follows_from_it(given):
    verdict = score_payment(given)
    assert 0 <= verdict.score < 1
    assert (verdict.decision == "block") == (verdict.score >= BLOCK_FROM)
    assert (verdict.decision == "allow") == (verdict.score < REVIEW_FROM)
    assert (verdict.score == 0) == (not verdict.reasons)


@given(FACTS)
def test_one_more_reason_never_lowers_a_score(given):
    worse = given.model_copy(update={"chargebacks": 1, "disposable_email": True})
    assert score_payment(worse).score >= score_payment(given).score


@pytest.mark.parametrize(
    "wrong", [{"declines": -1}, {"units": 0}, {"shipping_country": "Germany"}, {"card_number": "4242"}]
)
def test_facts_of_another_form_are_refused(wrong):
    with pytest.raises(ValidationError):
        facts(**wrong)
