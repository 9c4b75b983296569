"""Roles against what is really asked of DynamoDB: each step, watched, asks for nothing that its role lacks.

The emulators do not enforce IAM, so a role that is too narrow would be noticed by the first buyer.
"""

from collections.abc import Callable
from fnmatch import fnmatchcase
from typing import Any

import pytest

from omnilife.checkout.cancel_orders import cancel_order
from omnilife.checkout.order_models import Order
from omnilife.checkout.place_orders import PaymentAttempt, pay_again
from omnilife.checkout.pricing_models import AppliedCoupon, SpentPoints
from omnilife.checkout.store_pricing import coupon_key
from omnilife.core.clock import FixedClock
from omnilife.core.idempotency import Idempotency
from omnilife.core.money import Money
from tests.support.gateway import down
from tests.support.memory_dynamodb import MemoryDynamoDB
from tests.unit.catalogue.shop import CURRENCY
from tests.unit.checkout.ordering import ADA
from tests.unit.checkout.returning_shop import ReturningShop
from tests.unit.templates.stacks import all_functions

type Asked = tuple[str, str, str]
"""An action, the resource of it as the template names it, and a partition key."""

KINDS = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
}


class Watched(MemoryDynamoDB):
    """Notes what it is asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: set[Asked] = set()

    def _note(self, action: str, table: str, pk: str, index: str = "") -> None:
        arn = f"{table.capitalize()}TableArn"
        resource = f"${{{arn}}}/index/{index}" if index else arn
        self.asked.add((f"dynamodb:{action}", resource, pk))

    def get_item(self, *, TableName: str, Key: Any, **more: Any) -> Any:  # noqa: N803
        self._note("GetItem", TableName, Key["pk"]["S"])
        return super().get_item(TableName=TableName, Key=Key, **more)

    def batch_get_item(self, *, RequestItems: Any) -> Any:  # noqa: N803
        for table, wanted in RequestItems.items():
            for key in wanted["Keys"]:
                self._note("BatchGetItem", table, key["pk"]["S"])
        return super().batch_get_item(RequestItems=RequestItems)

    def query(self, *, TableName: str, **asked: Any) -> Any:  # noqa: N803
        pk = asked["ExpressionAttributeValues"][":0"]["S"]
        self._note("Query", TableName, pk, asked.get("IndexName", ""))
        return super().query(TableName=TableName, **asked)

    def _single(self, kind: str, name: str, part: Any) -> Any:
        self._note(KINDS[kind], name, part.get("Item", part.get("Key"))["pk"]["S"])
        return super()._single(kind, name, part)

    def transact_write_items(self, *, TransactItems: Any, **more: Any) -> Any:  # noqa: N803
        for item in TransactItems:
            for kind, part in item.items():
                self._note(KINDS[kind], part["TableName"], part.get("Item", part.get("Key"))["pk"]["S"])
        return super().transact_write_items(TransactItems=TransactItems, **more)


def allowed(folder: str) -> list[tuple[set[str], set[str], list[str]]]:
    """Actions, resources and leading keys of each statement of a function's role."""
    function = next(each for each in all_functions() if each.folder == f"checkout/{folder}")
    found = []
    for statement in function.statements:
        many = lambda value: value if isinstance(value, list) else [value]  # noqa: E731
        resources = {
            str(each.get("Ref") or each.get("Fn::Sub"))
            for each in many(statement["Resource"])
            if isinstance(each, dict)
        }
        keys = [
            key
            for condition in statement.get("Condition", {}).values()
            for key in condition.get("dynamodb:LeadingKeys", [])
        ]
        found.append((set(many(statement["Action"])), resources, keys))
    return found


def lacking(folder: str, asked: set[Asked]) -> list[Asked]:
    statements = allowed(folder)
    return sorted(
        (action, resource, pk)
        for action, resource, pk in asked
        if not any(
            action in actions and resource in resources and any(fnmatchcase(pk, key) for key in keys)
            for actions, resources, keys in statements
        )
    )


class Steps:
    """What the functions do, with an order that holds all there is to hold: units, a coupon and points."""

    def __init__(self, clock: FixedClock) -> None:
        self.watched = Watched()
        self.shop = ReturningShop(self.watched, clock)
        self.ordering = self.shop.ordering
        self.lamp = self.ordering.product("lamp", 50)
        self.shop.give_points(1000)
        self.ordering.table.put({**coupon_key("TEN"), "entity": "coupons", "limit": 9})

    def quoted(self) -> str:
        return self.ordering.quote(
            [(self.lamp, 2)],
            coupons=[AppliedCoupon(code="TEN", discount=0, limit=9, limit_per_user=9)],
            points=SpentPoints(spent=40, worth=Money(amount=40, currency=CURRENCY)),
        )

    def ordered(self, method: str | None = None) -> Order:
        return self.ordering.place(self.quoted(), method).order

    def tried(self, order: Order) -> Order:
        """The buyer pays at the gateway, and no webhook comes."""
        self.ordering.gateway.try_method(str(self.ordering.get(order).payment.gateway_id), "pm_ok")
        return order

    def expired(self) -> Order:
        order = self.ordered()
        self.ordering.wait(minutes=15)
        self.ordering.release()
        return order

    def watch(self, step: Callable[[], Any]) -> set[Asked]:
        self.watched.asked.clear()
        step()
        return set(self.watched.asked)


def create_order(do: Steps) -> Callable[[], Any]:
    idem = Idempotency(key="k", caller="user:user-1", route="POST /x", body_hash="b")
    quote = do.quoted()

    def twice() -> None:
        for _ in range(2):
            do.ordering.place(quote, "pm_ok", idem=idem)

    return twice


def pay_order(do: Steps) -> Callable[[], Any]:
    order = do.ordered()
    return lambda: pay_again(
        do.ordering.desk, order.order_id, PaymentAttempt(payment_method="pm_ok"), caller=ADA
    )


def cancel(do: Steps) -> Callable[[], Any]:
    order = do.ordered("pm_ok")
    return lambda: cancel_order(do.ordering.desk, order.order_id, caller=ADA)


def pay_late(do: Steps) -> Callable[[], Any]:
    order = do.tried(do.expired())
    return lambda: do.ordering.settle(order)


def lose_a_payment(do: Steps) -> Callable[[], Any]:
    order = do.tried(do.ordered())
    intent = str(do.ordering.get(order).payment.gateway_id)
    do.ordering.gateway.void(intent, payment_id=order.payment.payment_id)
    return lambda: do.ordering.settle(order)


def refund(do: Steps) -> Callable[[], Any]:
    order = do.ordered("pm_ok")
    do.ordering.call_off(order)
    return lambda: do.ordering.settle(order)


def release(do: Steps) -> Callable[[], Any]:
    do.ordered()
    do.ordering.wait(minutes=15)
    do.ordering.gateway.before = down("read")
    return do.ordering.release


def reconcile(do: Steps) -> Callable[[], Any]:
    do.tried(do.ordered())
    do.ordering.wait(minutes=3)
    return do.ordering.reconcile


def reconcile_late(do: Steps) -> Callable[[], Any]:
    do.tried(do.expired())
    do.ordering.wait(minutes=61)
    return do.ordering.reconcile


def advance(step: Any) -> Callable[[Steps], Callable[[], Any]]:
    def prepared(do: Steps) -> Callable[[], Any]:
        order = do.ordered("pm_ok")
        for before in ("packed", "shipped"):
            if before == step:
                break
            do.ordering.advance(order, before)  # type: ignore[arg-type]
        return lambda: do.ordering.advance(order, step)

    return prepared


def earn(do: Steps) -> Callable[[], Any]:
    order = do.shop.delivered([(do.lamp, 1)], earn=False)
    return lambda: do.shop.earn(order)


def bring_back(*, earned: bool) -> Callable[[Steps], Callable[[], Any]]:
    def prepared(do: Steps) -> Callable[[], Any]:
        points = SpentPoints(spent=40, worth=Money(amount=40, currency=CURRENCY))
        order = do.shop.delivered([(do.lamp, 1)], earn=earned, points=points)
        given = do.shop.ask(order, [("1", 1)])

        def steps() -> None:
            for action in ("approve", "receive", "refund"):
                do.shop.act(given, action)

        return steps

    return prepared


def ask_back(do: Steps) -> Callable[[], Any]:
    order = do.shop.delivered([(do.lamp, 1)])
    idem = Idempotency(key="k", caller="user:user-1", route="POST /x", body_hash="b")
    return lambda: do.shop.ask(order, [("1", 1)], idem=idem)


# Every payment function may be the one that settles, whatever there is to settle.
SETTLING = ("pay_order", "apply_payment_event", "release_expired_reservations", "reconcile_payments")
SETTLED = (pay_late, lose_a_payment, refund)


@pytest.mark.parametrize(
    ("folder", "prepare"),
    [
        pytest.param(folder, prepare, id=f"{folder}-{name}")
        for folder, name, prepare in [
            ("create_order", "create", create_order),
            ("pay_order", "pay", pay_order),
            ("cancel_order", "cancel", cancel),
            ("release_expired_reservations", "release", release),
            ("reconcile_payments", "reconcile", reconcile),
            ("reconcile_payments", "reconcile_late", reconcile_late),
            ("pack_order", "pack", advance("packed")),
            ("ship_order", "ship", advance("shipped")),
            ("deliver_order", "deliver", advance("delivered")),
            ("earn_points", "earn", earn),
            ("create_return", "ask_back", ask_back),
            ("update_return", "bring_back", bring_back(earned=True)),
            ("update_return", "bring_back_unearned", bring_back(earned=False)),
            *((folder, each.__name__, each) for folder in SETTLING for each in SETTLED),
        ]
    ],
)
def test_a_role_has_every_right_that_its_function_needs(
    folder: str, prepare: Callable[[Steps], Callable[[], Any]], clock: FixedClock
) -> None:
    do = Steps(clock)

    asked = do.watch(prepare(do))

    assert any(action in {"dynamodb:PutItem", "dynamodb:UpdateItem"} for action, _, _ in asked)
    assert lacking(folder, asked) == []
