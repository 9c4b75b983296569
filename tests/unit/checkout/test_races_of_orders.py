"""At once: whoever orders, pays, cancels and expires at the same instant, no unit and no cent moves twice."""

import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Lock
from typing import Any

import pytest
from botocore.exceptions import ClientError

from omnilife.checkout.order_book import call_off
from omnilife.checkout.order_models import Order
from omnilife.checkout.order_problems import OutOfStock
from omnilife.checkout.place_orders import PaymentAttempt, pay_again
from omnilife.checkout.settle_payments import expire, settle
from omnilife.core.clock import FixedClock
from omnilife.core.errors import Problem
from omnilife.core.idempotency import Idempotency
from omnilife.core.retries import Retrying
from omnilife.core.table import ConditionFailed, Table
from tests.support.memory_dynamodb import MemoryDynamoDB
from tests.unit.catalogue.shop import Shop, user
from tests.unit.checkout.ordering import ADA, Ordering

TIMES = 50
BUYERS, UNITS = 32, 10


class Contended:
    """A client of which one transaction in three meets another one, as DynamoDB says it."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._random = random.Random(6)  # noqa: S311 (a test's)
        self._lock = Lock()
        self.conflicts = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def transact_write_items(self, **request: Any) -> Any:
        with self._lock:
            conflict = self._random.random() < 1 / 3
            self.conflicts += conflict
        if not conflict:
            return self._client.transact_write_items(**request)
        reasons = [{"Code": "None"} for _ in request["TransactItems"]]
        reasons[-1] = {"Code": "TransactionConflict"}
        raise ClientError(
            {
                "Error": {"Code": "TransactionCanceledException", "Message": ""},
                "ResponseMetadata": {"HTTPStatusCode": 400},
                "CancellationReasons": reasons,
            },
            "TransactWriteItems",
        )


@pytest.fixture
def people() -> Iterator[ThreadPoolExecutor]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)  # so that they do meet
    with ThreadPoolExecutor(BUYERS) as pool:
        yield pool
    sys.setswitchinterval(before)


def make(client: Any) -> Ordering:
    made = iter(range(1, 10**9))
    clock = FixedClock(datetime(2026, 11, 24, 12, tzinfo=UTC))
    retrying = Retrying(deadline_s=60, sleep=lambda _: None)
    shop = Shop(Table("catalogue", client, retrying=retrying), clock, lambda: f"id-{next(made):07}")
    return Ordering(shop, Table("checkout", client, retrying=retrying))


@pytest.fixture
def ordering(monkeypatch: pytest.MonkeyPatch) -> Ordering:
    memory = MemoryDynamoDB()
    monkeypatch.setattr("omnilife.core.aws.client", lambda _: memory)
    return make(memory)


def told(people: ThreadPoolExecutor, acts: Sequence[Callable[[], object]]) -> Counter[str]:
    """All at once: how often it was done, and how often which problem came."""

    def attempt(act: Callable[[], object]) -> str:
        try:
            act()
        except Problem as problem:
            return problem.slug
        except ConditionFailed as failed:
            return failed.part
        return "done"

    return Counter(people.map(attempt, acts))


@pytest.mark.parametrize("contended", [False, True], ids=["quiet", "conflicts"])
def test_of_thirty_two_buyers_ten_get_the_last_ten_units(people, monkeypatch, contended: bool):
    memory = MemoryDynamoDB()
    client = Contended(memory) if contended else memory
    monkeypatch.setattr("omnilife.core.aws.client", lambda _: client)
    ordering = make(client)
    for number in range(10 if contended else TIMES):
        product = ordering.product(f"lamp-{number}", UNITS)
        buyers = [user(f"buyer-{number}-{each}") for each in range(BUYERS)]
        quotes = [ordering.quote([(product, 1)], buyer=buyer.subject) for buyer in buyers]
        refused: list[OutOfStock] = []

        def order(quote_id: str, buyer: Any, refused: list[OutOfStock] = refused) -> None:
            try:
                ordering.place(quote_id, caller=buyer)
            except OutOfStock as problem:
                refused.append(problem)
                raise

        pairs = zip(quotes, buyers, strict=True)
        acts = [lambda pair=pair: order(*pair) for pair in pairs]
        assert told(people, acts) == {"done": UNITS, "out-of-stock": BUYERS - UNITS}
        assert ordering.stock(product) == (UNITS, UNITS)
        assert {line for each in refused for line, _, _ in named(each)} == {product.product_id}
    assert not isinstance(client, Contended) or client.conflicts > 100


def named(problem: OutOfStock) -> list[tuple[str, int, int]]:
    return [(line["product_id"], line["wanted"], line["available"]) for line in problem.to_dict()["lines"]]


def test_two_lines_of_one_product_are_one_condition(ordering: Ordering, people):
    for number in range(TIMES):
        product = ordering.product(f"lamp-{number}", 3)
        buyers = [user(f"buyer-{number}-{each}") for each in range(2)]
        quotes = [ordering.quote([(product, 1), (product, 1)], buyer=each.subject) for each in buyers]
        acts = [
            lambda quote_id=quote_id, buyer=buyer: ordering.place(quote_id, caller=buyer)
            for quote_id, buyer in zip(quotes, buyers, strict=True)
        ]
        assert told(people, acts) == {"done": 1, "out-of-stock": 1}
        assert ordering.stock(product) == (3, 2)


def test_four_payments_of_one_order_at_once_take_its_money_once(ordering: Ordering, people):
    product = ordering.product("lamp", TIMES)
    method = PaymentAttempt(payment_method="pm_ok")
    for number in range(TIMES):
        order = ordering.order(product, 1, idem=once(str(number)))
        gateway_id = str(ordering.get(order).payment.gateway_id)
        acts = [lambda order=order: pay_again(ordering.desk, order.order_id, method, caller=ADA)] * 4
        assert set(told(people, acts)) <= {"done", "wrong-state", "changed-meanwhile"}
        after = ordering.get(order)
        assert (after.state, after.payment.captured) == ("paid", order.total)
        assert ordering.gateway.intents[gateway_id].captured == order.total
        assert ordering.events(order).count("OrderPaid") == 1
    assert ordering.gateway.held == TIMES * product.price.amount


def test_four_webhooks_of_one_payment_at_once_pay_it_once(ordering: Ordering, people):
    product = ordering.product("lamp", TIMES)
    for number in range(TIMES):
        order = ordering.order(product, 1, idem=once(str(number)))
        ordering.gateway.try_method(str(ordering.get(order).payment.gateway_id), "pm_ok")
        acts = [lambda order=order: settle(ordering.desk, order.order_id)] * 4
        assert set(told(people, acts)) <= {"done", "changed-meanwhile"}
        assert ordering.get(order).state == "paid"
        assert ordering.events(order).count("OrderPaid") == 1


def test_one_request_that_comes_four_times_at_once_is_one_order(ordering: Ordering, people):
    product = ordering.product("lamp", TIMES)
    for number in range(TIMES):
        quote_id = ordering.quote([(product, 1)])
        orders: list[Order] = []

        def place(quote_id: str = quote_id, number: int = number, orders: list[Order] = orders) -> None:
            orders.append(ordering.place(quote_id, "pm_ok", idem=once(str(number))).order)

        assert told(people, [place] * 4) == {"done": 4}
        assert len({order.order_id for order in orders}) == 1
        assert ordering.stock(product) == (TIMES, number + 1)
    assert ordering.gateway.held == TIMES * product.price.amount


@pytest.mark.parametrize("is_paid", [False, True], ids=["unpaid", "confirmed"])
def test_expiry_payment_and_cancellation_at_once_leave_one_of_them(ordering: Ordering, people, is_paid: bool):
    product = ordering.product("lamp", TIMES)
    held = 0
    for number in range(TIMES):
        order = ordering.order(product, 1, idem=once(str(number)))
        if is_paid:
            ordering.gateway.try_method(str(ordering.get(order).payment.gateway_id), "pm_ok")
        ordering.wait(minutes=15)

        def cancel(order: Order = order) -> None:
            call_off(ordering.desk, ordering.get(order), "requested", actor="user:user-1")

        acts: list[Callable[[], object]] = [
            lambda order=order: expire(ordering.desk, order.order_id),
            lambda order=order: settle(ordering.desk, order.order_id),
            cancel,
        ]
        told(people, acts * 2)
        ordering.wait(minutes=90)
        after = ordering.settle(order)
        alive = after.state == "paid"
        assert after.state in ({"paid", "cancelled", "refunded"} if is_paid else {"cancelled"})
        held += order.total * alive
        assert ordering.gateway.held == held
        assert ordering.stock(product)[1] == held // product.price.amount


def once(key: str) -> Idempotency:
    return Idempotency(key=key, caller="user:user-1", route="POST /orders", body_hash="b")
