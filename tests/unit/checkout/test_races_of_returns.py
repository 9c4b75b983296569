"""At once: whoever asks at the same instant, money, stock and points move once."""

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from omnilife.catalogue import Product
from omnilife.checkout.loyalty_models import PointsEntry, Redemption
from omnilife.checkout.redeem_points import redeem_points
from omnilife.checkout.return_models import Return
from omnilife.checkout.store_loyalty import LoyaltyStore, spend_points
from omnilife.checkout.store_returns import ReturnStore
from omnilife.core.clock import FixedClock
from omnilife.core.errors import Problem
from omnilife.core.table import ConditionFailed
from tests.support.memory_dynamodb import MemoryDynamoDB
from tests.unit.checkout.ordering import ADA
from tests.unit.checkout.returning_shop import ReturningShop

TIMES = 50
AT_ONCE = 4


@pytest.fixture(autouse=True)
def impatient_threads() -> Iterator[None]:
    """Threads take turns after microseconds, so that they read between each other's steps."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(before)


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> ReturningShop:
    memory = MemoryDynamoDB()
    monkeypatch.setattr("omnilife.core.aws.client", lambda _: memory)
    return ReturningShop(memory, FixedClock(datetime(2026, 11, 24, 12, tzinfo=UTC)))


@pytest.fixture
def lamp(shop: ReturningShop) -> Product:
    return shop.ordering.product("lamp-1", 10 * TIMES)


@pytest.fixture
def together() -> Iterator[Callable[[Callable[[], object]], Counter[str]]]:
    """Do something four times at once; how often it was done, and how often which problem came."""
    with ThreadPoolExecutor(AT_ONCE) as people:

        def run(do: Callable[[], object]) -> Counter[str]:
            def attempt(_: int) -> str:
                try:
                    do()
                except Problem as problem:
                    return problem.slug
                except ConditionFailed as failed:
                    return failed.part
                return "done"

            return Counter(people.map(attempt, range(AT_ONCE)))

        yield run


type Together = Callable[[Callable[[], object]], Counter[str]]


def test_of_four_requests_for_the_same_units_one_is_a_return(
    shop: ReturningShop, lamp: Product, together: Together
):
    for _ in range(TIMES):
        order = shop.delivered([(lamp, 3)])
        told = together(lambda order=order: shop.ask(order, [("1", 2)]))
        assert told == {"done": 1, "returning-too-many": 3}
        assert shop.ordering.get(order).line("1").returned == 2


def test_four_refunds_of_one_line_at_once_pay_it_once(shop: ReturningShop, lamp: Product, together: Together):
    for _ in range(TIMES):
        order = shop.sold(lamp, 3, 1_000)
        given = shop.act(shop.act(shop.ask(order, [("1", 2)]), "approve"), "receive")
        assert together(lambda given=given: shop.act(given, "refund"))["done"] == AT_ONCE
        shop.completed(given)
        after = shop.ordering.get(order)
        assert (after.payment.refunded, after.line("1").refunded, len(after.refunds)) == (666, 2, 1)
    account = shop.account()
    assert account.balance == sum(each.points for each in shop.ledger()) == TIMES * (10 - 6)


def test_four_receivings_at_once_fill_the_shelf_once(shop: ReturningShop, lamp: Product, together: Together):
    order = shop.delivered([(lamp, 4)])
    for _ in range(4):
        before, _ = shop.ordering.stock(lamp)
        given = shop.act(shop.ask(order, [("1", 1)]), "approve")
        together(lambda given=given: shop.act(given, "receive"))
        assert shop.ordering.stock(lamp) == (before + 1, 0)


def test_four_deliveries_of_one_event_at_once_earn_once(
    shop: ReturningShop, lamp: Product, together: Together
):
    for number in range(1, TIMES + 1):
        order = shop.sold(lamp, 1, 1_000, earn=False)
        together(lambda order=order: shop.earn(order))
        assert shop.account().balance == number * 10


def test_vouchers_and_orders_at_once_take_no_more_points_than_there_are(
    shop: ReturningShop, together: Together
):
    table = shop.ordering.table
    made = iter(range(10**6))
    for number in range(TIMES):
        shop.give_points(100, f"user-{number}")
        caller = ADA.__class__(kind="user", address=ADA.address, subject=f"user-{number}")

        def take(caller: object = caller) -> None:
            which = next(made)
            if which % 2:
                redeem_points(shop.desk.loyalty, Redemption(points=40), caller=caller, clock=shop.clock)  # type: ignore[arg-type]
            else:
                subject = caller.subject  # type: ignore[attr-defined]
                table.transact(spend_points("", subject, 40, order_id=f"o{which}", at=shop.clock.now()))

        assert together(take)["done"] == 2
        assert shop.account(caller.subject).balance == 20
        assert sum(each.points for each in shop.ledger(caller.subject)) == 20


def test_a_delivery_that_earns_while_its_goods_are_refunded_earns_for_what_is_kept(
    shop: ReturningShop, lamp: Product, monkeypatch: pytest.MonkeyPatch
):
    order = shop.sold(lamp, 3, 6_000, earn=False)
    given = shop.act(shop.act(shop.ask(order, [("1", 1)]), "approve"), "receive")
    read = LoyaltyStore.entry

    def look_before_it_earns(store: LoyaltyStore, user_id: str, entry_id: str) -> PointsEntry | None:
        found = read(store, user_id, entry_id)
        shop.earn(order)
        return found

    monkeypatch.setattr(LoyaltyStore, "entry", look_before_it_earns)
    shop.act(given, "refund")
    assert shop.account().balance == sum(each.points for each in shop.ledger()) == 40


def test_a_step_that_reads_the_order_after_anothers_step_looks_again(
    shop: ReturningShop, lamp: Product, monkeypatch: pytest.MonkeyPatch
):
    order = shop.sold(lamp, 3, 6_000)
    given = shop.act(shop.act(shop.ask(order, [("1", 2)]), "approve"), "receive")
    read, others = ReturnStore.find, iter([True])

    def another_is_faster(store: ReturnStore, return_id: str) -> Return | None:
        found = read(store, return_id)
        if next(others, False):
            shop.act(given, "refund")
        return found

    monkeypatch.setattr(ReturnStore, "find", another_is_faster)
    assert shop.act(given, "refund").state == "refunding"
    assert len(shop.ordering.get(order).refunds) == 1
