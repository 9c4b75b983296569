"""What loyalty and returns hold of a person is told, and forgotten."""

from datetime import UTC, datetime

import pytest

from omnilife.checkout.store_people import held_by_checkout
from omnilife.core.clock import FixedClock
from omnilife.core.personal_data import Person
from tests.support.memory_dynamodb import MemoryDynamoDB
from tests.unit.checkout.returning_shop import ReturningShop


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> ReturningShop:
    memory = MemoryDynamoDB()
    monkeypatch.setattr("omnilife.core.aws.client", lambda _: memory)
    return ReturningShop(memory, FixedClock(datetime(2026, 11, 24, 12, tzinfo=UTC)))


def test_points_are_told_and_deleted_and_a_return_loses_its_words(shop: ReturningShop):
    shop.give_points(50)
    order = shop.delivered([(shop.ordering.product("lamp-1", 10), 3)])
    given = shop.ask(order, [("1", 1)], note="For my mother's flat")
    held, person = held_by_checkout(shop.ordering.table), Person("user-1")

    told, after = [], None
    while True:
        portion = held.export(person, after)
        told += portion.records
        after = portion.after
        if after is None:
            break
    kinds = {each["entity"] for each in told}
    assert {"loyalty_accounts", "loyalty_transactions", "returns"} <= kinds
    assert next(each for each in told if each["entity"] == "returns")["note"] == "For my mother's flat"

    assert held.erase(person).finished
    assert shop.account().version == 0
    assert shop.ledger() == []
    assert shop.find(given).note == ""
    assert shop.find(given).state == "requested"
    assert held.erase(person).records == 0
    assert shop.act(given, "approve").state == "approved"
