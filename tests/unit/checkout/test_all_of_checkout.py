"""Whatever buyers, merchants, clocks and gateways do in whatever order: stock, money and points are exact.

on hand + shipped − restocked = received;  reserved = what open orders hold
captured − refunded at the gateway = what the orders say;  no refund is more than was captured
ledger's sum = balance ≥ 0;  a coupon's uses = orders that hold it ≤ its limit;  parts add up to the whole
"""

from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from omnilife.checkout.cancel_orders import cancel_order
from omnilife.checkout.earn_points import earn_points
from omnilife.checkout.expire_points import expire_points
from omnilife.checkout.fulfil_orders import Shipment, advance_fulfilment
from omnilife.checkout.loyalty_models import Redemption
from omnilife.checkout.order_models import Order
from omnilife.checkout.owners import CartOwner
from omnilife.checkout.place_orders import NewOrder, PaymentAttempt, pay_again, place_order
from omnilife.checkout.redeem_points import redeem_points
from omnilife.checkout.request_returns import request_return
from omnilife.checkout.return_models import NewReturn, Return, ReturnChange
from omnilife.checkout.settle_payments import expire, settle
from omnilife.checkout.update_returns import complete_return, update_return
from omnilife.core import aws
from omnilife.core.errors import Problem
from omnilife.core.events import ReceivedEvent
from tests.unit.checkout.market import Market, person

BUYERS = ("ada", "bob", "eve")
MERCHANTS = ("m-lamps", "m-rugs")
METHODS = (None, "pm_ok", "pm_ok", "pm_declined", "pm_3ds", "pm_slow")
NUMBERS = st.integers(0, 10**6)
COUPON = "THRICE"


class Checkout(RuleBasedStateMachine):
    """Several buyers and merchants at once. What is refused is refused by a problem, and changes nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.market = Market()
        self.patch = pytest.MonkeyPatch()
        self.patch.setattr(aws, "client", lambda _: self.market.memory)
        self.market.usual_rules()
        self.products = [
            self.market.sell("lamp", 4, 1999, MERCHANTS[0]),
            self.market.sell("bulb", 9, 333, MERCHANTS[0]),
            self.market.sell("rug", 3, 10_001, MERCHANTS[1]),
        ]
        self.received = {each.product_id: each.stock_on_hand for each in self.products}
        for buyer in BUYERS:
            self.market.give_points(100, buyer)
        self.quotes: list[tuple[str, str]] = []
        self.vouchers: list[tuple[str, str]] = []

    def teardown(self) -> None:
        self.patch.undo()

    # -- what people do

    @rule(buyer=st.sampled_from(BUYERS), product=NUMBERS, units=st.integers(1, 3))
    def add(self, buyer: str, product: int, units: int) -> None:
        chosen = self.products[product % len(self.products)].product_id
        self.attempt(lambda: self.market.carts.add(chosen, units, owner=CartOwner(buyer, buyer)))

    @rule(buyer=st.sampled_from(BUYERS), points=st.sampled_from([0, 0, 7, 60]), coupon=st.booleans())
    def quote(self, buyer: str, points: int, coupon: bool) -> None:
        codes = (COUPON,) if coupon else ()
        mine = [code for owner, code in self.vouchers if owner == buyer]
        made = self.attempt(lambda: self.market.quote(buyer, points=points, coupons=(*codes, *mine[-1:])))
        if made is not None:
            self.quotes.append((buyer, made))

    @precondition(lambda self: self.quotes)
    @rule(which=NUMBERS, method=st.sampled_from(METHODS))
    def order(self, which: int, method: str | None) -> None:
        buyer, quote_id = self.quotes[which % len(self.quotes)]
        wanted = NewOrder(quote_id=quote_id, payment_method=method)
        self.attempt(
            lambda: place_order(self.market.orders, wanted, caller=person(buyer), address="203.0.113.9")
        )

    @rule(
        buyer=st.sampled_from(BUYERS),
        product=NUMBERS,
        units=st.integers(1, 3),
        points=st.sampled_from([0, 20]),
        coupon=st.booleans(),
    )
    def buy_at_once(self, buyer: str, product: int, units: int, points: int, coupon: bool) -> None:
        """All of it in one step, so that many interleavings come as far as a delivery."""
        self.add(buyer=buyer, product=product, units=units)
        before = len(self.quotes)
        self.quote(buyer=buyer, points=points, coupon=coupon)
        if len(self.quotes) > before:
            self.order(which=before, method="pm_ok")

    @rule(which=NUMBERS, method=st.sampled_from(METHODS))
    def pay_again(self, which: int, method: str | None) -> None:
        if order := self.some_order(which):
            attempt = PaymentAttempt(payment_method=method)
            buyer = person(order.user_id)
            self.attempt(lambda: pay_again(self.market.orders, order.order_id, attempt, caller=buyer))

    @rule(which=NUMBERS)
    def pass_3d_secure(self, which: int) -> None:
        order = self.some_order(which)
        intent = order and self.market.gateway.intents.get(order.payment.gateway_id or "")
        if intent and intent.state in {"needs_action", "processing"}:
            self.market.gateway.confirm(intent.gateway_id)

    @rule(which=NUMBERS, sure=st.integers(0, 3))
    def cancel(self, which: int, sure: int) -> None:
        order = self.some_order(which)
        if order and not sure:
            buyer = person(order.user_id)
            self.attempt(lambda: cancel_order(self.market.orders, order.order_id, caller=buyer))

    @rule(which=NUMBERS, merchant=st.sampled_from(MERCHANTS), steps=st.integers(1, 3))
    def fulfil(self, which: int, merchant: str, steps: int) -> None:
        if order := self.some_order(which):
            caller = person(merchant, "merchant")
            for step in ("packed", "shipped", "delivered")[:steps]:
                self.attempt(
                    lambda step=step: advance_fulfilment(
                        self.market.orders, order.order_id, step, Shipment(), caller=caller
                    )
                )

    @rule(which=NUMBERS, line=NUMBERS, units=st.integers(1, 3))
    def ask_for_return(self, which: int, line: int, units: int) -> None:
        if order := self.some_order(which):
            chosen = order.lines[line % len(order.lines)].line_id
            asked = {"line_id": chosen, "quantity": units, "reason": "damaged"}
            wanted = NewReturn.model_validate({"lines": [asked]})
            buyer = person(order.user_id)
            self.attempt(lambda: request_return(self.market.returns, order.order_id, wanted, caller=buyer))

    @rule(
        which=NUMBERS,
        action=st.sampled_from(["approve", "approve", "refuse", "receive", "receive", "refund"]),
        lost=st.integers(0, 2),
    )
    def handle_return(self, which: int, action: str, lost: int) -> None:
        if given := self.some_return(which):
            arrived: Any = None
            if action == "receive" and lost:
                first = given.lines[0]
                kept = max(0, first.quantity - lost)
                arrived = [
                    {"line_id": first.line_id, "restocked": kept, "written_off": first.quantity - kept}
                ]
            change = ReturnChange.model_validate({"action": action, "lines": arrived})
            merchant = person(given.merchant_id, "merchant")
            self.attempt(lambda: update_return(self.market.returns, given.return_id, change, caller=merchant))

    @rule(which=NUMBERS)
    def deliver_at_once(self, which: int) -> None:
        """What was paid arrives, and earns."""
        for merchant in MERCHANTS:
            self.fulfil(which=which, merchant=merchant, steps=3)
        self.earn(which=which)

    @rule(which=NUMBERS, units=st.integers(1, 2))
    def bring_back_at_once(self, which: int, units: int) -> None:
        """A return's whole way, so that many interleavings come to its end."""
        self.deliver_at_once(which=which)
        self.ask_for_return(which=which, line=0, units=units)
        for number in range(len(list(self.market.all_returns()))):
            for action in ("approve", "receive", "refund"):
                self.handle_return(which=number, action=action, lost=0)
        self.webhook(which=which)
        self.refund_completed(which=which)

    @rule(buyer=st.sampled_from(BUYERS), points=st.sampled_from([1, 5, 30, 10_000]))
    def redeem(self, buyer: str, points: int) -> None:
        code = f"PTS-{len(self.vouchers)}"
        voucher = self.attempt(
            lambda: redeem_points(
                self.market.loyalty,
                Redemption(points=points),
                caller=person(buyer),
                clock=self.market.clock,
                make_id=self.market.make_id,
                make_code=lambda: code,
            )
        )
        if voucher is not None:
            self.vouchers.append((buyer, code))

    # -- what happens by itself: webhooks, queues, schedules, twice and late as they like

    @rule(which=NUMBERS)
    def webhook(self, which: int) -> None:
        if order := self.some_order(which):
            self.attempt(lambda: settle(self.market.orders, order.order_id))

    @rule(which=NUMBERS)
    def earn(self, which: int) -> None:
        if order := self.some_order(which):
            for part in order.fulfilments:
                data = {"order_id": order.order_id, "merchant_id": part.merchant_id}
                earn_points(self.market.returns, told("FulfilmentDelivered", order, data))

    @rule(which=NUMBERS)
    def refund_completed(self, which: int) -> None:
        if order := self.some_order(which):
            for refund in order.refunds:
                if refund.state == "completed":
                    data = {"refund_id": refund.refund_id, "return_id": refund.return_id}
                    complete_return(self.market.returns, told("RefundCompleted", order, data))

    @rule(minutes=st.sampled_from([1, 5, 16, 70]))
    def wait(self, minutes: int) -> None:
        self.market.clock.advance(seconds=60 * minutes)
        for order_id in list(self.market.orders.orders.due(self.market.clock.now())):
            self.attempt(lambda order_id=order_id: expire(self.market.orders, order_id))

    @rule(days=st.sampled_from([10, 400]))
    def wait_long(self, days: int) -> None:
        self.market.clock.advance(seconds=86_400 * days)
        self.wait(minutes=1)
        expire_points(self.market.loyalty, work_s=60, clock=self.market.clock, make_id=self.market.make_id)

    # -- what always holds

    @invariant()
    def no_unit_is_made_or_lost(self) -> None:
        held, shipped, back = Counter[str](), Counter[str](), Counter[str]()
        for order in self.market.all_orders():
            for part in order.fulfilments:
                units = Counter(order.units(part.merchant_id))
                if part.state in {"open", "packed"}:
                    held += units
                elif part.state in {"shipped", "delivered"}:
                    shipped += units
        for given in self.market.all_returns():
            for line in given.lines:
                back[line.product_id] += line.restocked
        for product in self.products:
            name, stock = product.product_id, self.market.stock(product)
            assert stock["on_hand"] + shipped[name] - back[name] == self.received[name]
            assert stock["reserved"] == held[name]
            assert stock["available"] == stock["on_hand"] - stock["reserved"] >= 0

    @invariant()
    def money_is_where_orders_say(self) -> None:
        captured = refunded = 0
        for order in self.market.all_orders():
            payment = order.payment
            captured, refunded = captured + payment.captured, refunded + payment.refunded
            assert payment.captured in {0, order.total}
            assert payment.refunded <= order.promised <= payment.captured
            if order.state == "cancelled":
                assert order.refundable == 0  # nobody pays for what is not sent
            lines = sum(line.total for line in order.lines) + sum(each.total for each in order.shipping)
            assert lines == order.total
            assert sum(line.points_spent for line in order.lines) == order.points.spent
        intents = self.market.gateway.intents.values()
        assert sum(each.captured for each in intents) == captured
        assert sum(each.refunded for each in intents) == refunded

    @invariant()
    def nothing_comes_back_twice(self) -> None:
        refunds = Counter[str]()
        for given in self.market.all_returns():
            if given.refund:
                refunds[given.order_id] += given.refund.total.amount
        for order in self.market.all_orders():
            assert all(line.refunded <= line.returned <= line.quantity for line in order.lines)
            if not order.cancel_reason:
                assert order.promised == refunds[order.order_id]
            if all(line.refunded == line.quantity for line in order.lines) and order.total:
                assert order.promised == order.total  # to the last unit, shipping included

    @invariant()
    def points_are_the_ledgers_sum(self) -> None:
        for buyer in BUYERS:
            account = self.market.loyalty.standing(buyer)[1]
            entries, _ = self.market.loyalty.entries(buyer, limit=10_000)
            assert account.balance == sum(each.points for each in entries) >= 0
            assert account.balance == sum(account.lots.values()) - account.used
            assert account.owed == sum(each.owed for each in entries) >= 0

    @invariant()
    def coupons_count_the_orders_that_hold_them(self) -> None:
        held = Counter[str]()
        for order in self.market.all_orders():
            if not order.cancel_reason:
                held.update(each.code for each in order.coupons)
        assert self.market.uses(COUPON) == held[COUPON] <= 3
        assert all(self.market.uses(code) == held[code] <= 1 for _, code in self.vouchers)

    # --

    def attempt(self, do: Any) -> Any:
        """What it answers; None if it was refused, by a problem of the client's, and nothing was changed."""
        before = {name: dict(rows) for name, rows in self.market.memory.tables.items()}
        try:
            return do()
        except Problem as problem:
            refused = problem
        assert refused.status < 500
        assert self.market.memory.tables == before
        return None

    def some_order(self, which: int) -> Order | None:
        orders = list(self.market.all_orders())
        return orders[which % len(orders)] if orders else None

    def some_return(self, which: int) -> Return | None:
        returns = list(self.market.all_returns())
        return returns[which % len(returns)] if returns else None


def told(kind: str, order: Order, data: dict[str, Any]) -> ReceivedEvent:
    return ReceivedEvent(
        id=f"{kind}-{order.version}",
        type=kind,
        time=order.updated_at,
        aggregate="order",
        aggregate_id=order.order_id,
        version=order.version,
        correlation_id="c",
        actor="system:test",
        data=data,
    )


TestCheckout = Checkout.TestCase
TestCheckout.settings = settings(
    max_examples=60,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
