"""A process dies at each single call to the table or the gateway in turn, and nothing is lost or taken twice.

Each walk does one thing (an order, a payment, a cancellation, an expiry, a late payment) and is ended before
and after every call that it makes. Then time passes, the jobs run as they do every few minutes, and the books
must balance.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import pytest

from omnilife.catalogue import Product
from omnilife.checkout.order_book import call_off
from omnilife.checkout.place_orders import NewOrder, PaymentAttempt, pay_again, place_order
from omnilife.checkout.settle_payments import settle
from omnilife.checkout.watch_payments import reconcile_payments, release_expired_reservations
from omnilife.core.idempotency import Idempotency
from tests.support.memory_dynamodb import MemoryDynamoDB
from tests.unit.checkout.market import ADDRESS, Market, person
from tests.unit.checkout.mortal import Died, MortalClient, Mortality

BUYER = "user-1"
KEY = Idempotency(key="k", caller="user:user-1", route="POST /orders", body_hash="b")
UNITS, POINTS = 10, 1000


class World:
    """A market with one product, whose process may die."""

    def __init__(self) -> None:
        self.mortality = Mortality()
        self.market = Market(memory=MortalClient(MemoryDynamoDB(), self.mortality))  # type: ignore[arg-type]
        self.market.gateway.before = self.mortality.before
        self.market.gateway.after = self.mortality.after
        self.market.usual_rules()
        self.product: Product = self.market.sell("lamp", UNITS, 4900, "merchant-1")
        self.market.give_points(POINTS, BUYER)
        self.market.carts.add(self.product.product_id, 3)
        self.quote_id = self.market.quote(BUYER, points=200, coupons=("THRICE",))

    def order(self, method: str | None = None) -> str:
        wanted = NewOrder(quote_id=self.quote_id, payment_method=method)
        placed = place_order(
            self.market.orders, wanted, caller=person(BUYER), address=ADDRESS, idempotency=KEY
        )
        return placed.order.order_id

    def confirm_on_the_device(self, order_id: str) -> None:
        gateway_id = self.market.order(order_id).payment.gateway_id
        assert gateway_id is not None
        self.market.gateway.try_method(gateway_id, "pm_ok")

    def wait(self, minutes: int) -> None:
        self.market.clock.advance(seconds=minutes * 60)

    def run_jobs(self) -> None:
        reconcile_payments(self.market.orders, may_go_on=lambda: True)
        release_expired_reservations(self.market.orders, may_go_on=lambda: True)

    def recover(self) -> None:
        """What happens by itself in the hours after."""
        for minutes in (3, 16, 61, 5, 5):
            self.wait(minutes)
            self.run_jobs()


@dataclass(frozen=True)
class Walk:
    """What is done before, what is walked through, and how its sender tries again (None: never)."""

    name: str
    prepare: Callable[[World], str]
    act: Callable[[World, str], object]
    again: bool = False


def nothing(_: World) -> str:
    return ""


def unpaid(world: World) -> str:
    return world.order()


def confirmed(world: World) -> str:
    order_id = world.order()
    world.confirm_on_the_device(order_id)
    return order_id


def paid(world: World) -> str:
    return world.order("pm_ok")


def over(world: World) -> str:
    order_id = world.order()
    world.wait(15)
    return order_id


def confirmed_late(world: World) -> str:
    order_id = over(world)
    world.run_jobs()
    world.confirm_on_the_device(order_id)
    return order_id


def confirmed_late_and_sold_out(world: World) -> str:
    order_id = confirmed_late(world)
    left = UNITS - 2
    world.market.adjust(world.product, -left, person("merchant-1", "merchant"))
    return order_id


def called_off_while_confirmed(world: World) -> str:
    order_id = unpaid(world)
    call_off(world.market.orders, world.market.order(order_id), "requested", actor="user:user-1")
    world.confirm_on_the_device(order_id)
    return order_id


def cancel(world: World, order_id: str) -> None:
    book = world.market.orders
    order = world.market.order(order_id)
    if order.state not in {"cancelled", "refunded"}:
        call_off(book, order, "requested", actor="user:user-1")
    settle(book, order_id)


def pay(world: World, order_id: str) -> None:
    if world.market.order(order_id).state == "pending_payment":
        attempt = PaymentAttempt(payment_method="pm_ok")
        pay_again(world.market.orders, order_id, attempt, caller=person(BUYER))


WALKS = [
    Walk("order", nothing, lambda world, _: world.order()),
    Walk("order-tried-again", nothing, lambda world, _: world.order("pm_ok"), again=True),
    Walk("order-and-payment", nothing, lambda world, _: world.order("pm_ok")),
    Walk("payment-by-webhook", confirmed, lambda world, order_id: settle(world.market.orders, order_id)),
    Walk("payment-by-another-try", unpaid, pay, again=True),
    Walk("cancel-unpaid", unpaid, cancel, again=True),
    Walk("cancel-paid", paid, cancel, again=True),
    Walk("cancel-paid-and-never-look-again", paid, cancel),
    Walk("expiry", over, lambda world, _: world.run_jobs()),
    Walk("late-payment", confirmed_late, lambda world, order_id: settle(world.market.orders, order_id)),
    Walk(
        "late-payment-of-what-is-gone",
        confirmed_late_and_sold_out,
        lambda world, order_id: settle(world.market.orders, order_id),
    ),
    Walk(
        "payment-of-what-was-called-off",
        called_off_while_confirmed,
        lambda world, order_id: settle(world.market.orders, order_id),
    ),
]


@pytest.mark.parametrize("walk", WALKS, ids=lambda walk: walk.name)
def test_the_books_balance_whichever_call_was_the_last(walk: Walk):
    steps = length(walk)
    assert steps >= 2
    for carried_out in (True, False):
        for dies_at in range(steps):
            world = World()
            subject = walk.prepare(world)
            world.mortality.arm(dies_at, carried_out=carried_out)
            with pytest.raises(Died):
                walk.act(world, subject)
            world.mortality.disarm()
            if walk.again:
                walk.act(world, subject)
            world.recover()
            check_books(world, f"{walk.name}: call {dies_at}, carried out: {carried_out}")


def length(walk: Walk) -> int:
    """How many calls the walk makes when nothing happens to it; and its books balance."""
    world = World()
    subject = walk.prepare(world)
    world.mortality.arm(None)
    walk.act(world, subject)
    calls = world.mortality.calls
    world.mortality.disarm()
    world.recover()
    check_books(world, walk.name)
    return calls


def check_books(world: World, where: str) -> None:
    """Money, stock, points and coupons: each is with somebody, and with nobody else."""
    market = world.market
    orders = list(market.all_orders())
    alive = [order for order in orders if order.state not in {"cancelled", "refunded"}]
    assert len(orders) <= 1, where
    for order in orders:
        assert order.state in {"paid", "cancelled", "refunded"}, (where, order.state)
        owed = order.total if order in alive else 0
        assert order.payment.captured - order.payment.refunded == owed, where
        assert all(refund.state == "completed" for refund in order.refunds), where
    assert market.gateway.held == sum(order.total for order in alive), where
    assert {intent.state for intent in market.gateway.intents.values()} <= {"captured", "void"} | (
        set() if orders else {"needs_payment"}
    ), where
    assert sum(intent.captured > 0 for intent in market.gateway.intents.values()) <= len(orders), where
    reserved = sum(order.units()[world.product.product_id] for order in alive)
    stock = market.stock(world.product)
    assert (stock["reserved"], stock["available"]) == (reserved, stock["on_hand"] - reserved), where
    assert market.uses("THRICE") == len(alive), where
    _, account = market.loyalty.standing(BUYER)
    assert account.balance == POINTS - sum(order.points.spent for order in alive), where


def test_a_buyer_who_tries_again_has_one_order_and_pays_once():
    world = World()
    for dies_at in range(4):
        world.mortality.arm(dies_at)
        with suppress(Died):
            world.order("pm_ok")
    world.mortality.disarm()
    order_id = world.order("pm_ok")
    assert world.market.order(order_id).state == "paid"
    check_books(world, "tried five times")
