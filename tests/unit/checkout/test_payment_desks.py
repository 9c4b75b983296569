"""What is asked of security before money is asked for."""

import pytest

from omnilife.checkout.order_models import Order
from omnilife.checkout.payment_desks import may_be_paid
from tests.unit.checkout.ordering import Ordering


@pytest.fixture
def order(ordering: Ordering) -> Order:
    return ordering.order(ordering.product("lamp", 5), 1)


def test_an_ordinary_order_may_be_paid(order: Order):
    assert may_be_paid(order, address="203.0.113.9")


def test_a_doubtful_one_may_be_paid_and_is_logged_without_the_buyer_s_data(order: Order, caplog):
    doubtful = order.model_copy(update={"total": 60_000_00})
    assert may_be_paid(doubtful, address="203.0.113.9")
    (record,) = [each for each in caplog.records if each.message == "a payment is doubted"]
    assert (record.decision, record.reasons) == ("review", ["huge_amount"])


def test_one_that_looks_like_fraud_may_not(order: Order, monkeypatch):
    monkeypatch.setattr("omnilife.security.score_payments.BLOCK_FROM", 0.5)
    assert not may_be_paid(order.model_copy(update={"total": 60_000_00}), address="203.0.113.9")
