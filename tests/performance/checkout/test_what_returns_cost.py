"""Round trips and parts of returns and points, as docs/checkout.md tells them."""

from datetime import UTC, datetime

import pytest

from omnilife.core.clock import FixedClock
from tests.support.memory_dynamodb import MemoryDynamoDB
from tests.unit.checkout.returning_shop import ReturningShop


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> ReturningShop:
    memory = MemoryDynamoDB()
    monkeypatch.setattr("omnilife.core.aws.client", lambda _: memory)
    return ReturningShop(memory, FixedClock(datetime(2026, 11, 24, 12, tzinfo=UTC)))


class Meter:
    """What was asked of the table since it was last read: reads, transactions, items written."""

    def __init__(self, memory: MemoryDynamoDB) -> None:
        self._memory = memory
        self._before = (0, 0, 0)
        self.read()

    def read(self) -> tuple[int, int, int]:
        now = (self._memory.reads, self._memory.transactions, self._memory.writes)
        spent = tuple(after - before for after, before in zip(now, self._before, strict=True))
        self._before = now
        return spent  # type: ignore[return-value]


def test_every_step_of_a_return_is_a_few_reads_and_one_transaction(shop: ReturningShop):
    shop.give_points(500)
    lamps = shop.ordering.product("lamp-1", 10)
    order = shop.sold(lamps, 3, 6_000, points=300, earn=False)
    meter = Meter(shop.memory)
    shop.earn(order)
    assert meter.read() == (2, 1, 3)
    given = shop.ask(order, [("1", 2)])
    assert meter.read() == (1, 1, 3)
    shop.act(given, "approve")
    assert meter.read() == (2, 1, 2)
    shop.act(given, "receive")
    assert meter.read() == (2, 1, 4)
    shop.act(given, "refund")
    assert meter.read() == (4, 1, 9)
