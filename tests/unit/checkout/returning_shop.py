"""A shop in memory in which goods are ordered, paid, delivered, returned and refunded."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from omnilife.catalogue import Product
from omnilife.checkout.earn_points import earn_points
from omnilife.checkout.loyalty_models import Account, PointsEntry
from omnilife.checkout.order_models import Order
from omnilife.checkout.pricing_models import PricedLine, ShippingLine, SpentPoints
from omnilife.checkout.request_returns import request_return
from omnilife.checkout.return_desk import ReturnDesk
from omnilife.checkout.return_models import NewReturn, Return, ReturnChange
from omnilife.checkout.returning import ReturnPolicy
from omnilife.checkout.store_loyalty import LoyaltyStore
from omnilife.checkout.store_returns import ReturnStore
from omnilife.checkout.update_returns import complete_return, update_return
from omnilife.core.auth import Caller
from omnilife.core.clock import FixedClock
from omnilife.core.events import ReceivedEvent
from omnilife.core.idempotency import Idempotency
from omnilife.core.money import Money
from omnilife.core.table import Table
from tests.support.memory_dynamodb import MemoryDynamoDB
from tests.unit.catalogue.shop import CURRENCY, MERCHANT, Shop
from tests.unit.checkout.ordering import ADA, Ordering


@dataclass
class ReturningShop:
    """`Ordering` in memory, with returns and points."""

    memory: MemoryDynamoDB
    clock: FixedClock
    policy: ReturnPolicy = ReturnPolicy()  # noqa: RUF009 (frozen)

    @cached_property
    def ordering(self) -> Ordering:
        made = iter(range(1, 1_000_000))
        ids = lambda: f"id-{next(made):06}"  # noqa: E731 (an argument)
        shop = Shop(Table("catalogue", self.memory), self.clock, ids)
        return Ordering(shop, Table("checkout", self.memory))

    @cached_property
    def desk(self) -> ReturnDesk:
        selling = self.ordering.desk
        table = self.ordering.table
        return ReturnDesk(
            orders=selling.orders,
            claims=selling.claims,
            clock=selling.clock,
            make_id=selling.make_id,
            returns=ReturnStore(table),
            loyalty=LoyaltyStore(table),
            policy=self.policy,
        )

    def delivered(self, wanted: Sequence[tuple[Product, int]], *, earn: bool = True, **quote: Any) -> Order:
        """An order of these products, paid, and delivered by each merchant of it."""
        order = self.ordering.place(self.ordering.quote(list(wanted), **quote), "pm_ok").order
        for part in order.fulfilments:
            merchant = Caller(
                kind="user", address="203.0.113.9", subject=part.merchant_id, roles=frozenset({"merchant"})
            )
            for step in ("packed", "shipped", "delivered"):
                self.ordering.advance(order, step, merchant)  # type: ignore[arg-type]
            if earn:
                self.earn(order, part.merchant_id)
        return self.ordering.get(order)

    def sold(
        self,
        product: Product,
        units: int,
        total: int,
        *,
        tax: int = 0,
        shipping: int = 0,
        points: int = 0,
        **more: Any,
    ) -> Order:
        """An order of one line that costs so much, its tax within; delivered. A point pays for a cent."""
        line = PricedLine(
            line_id="1",
            product_id=product.product_id,
            merchant_id=product.merchant_id,
            sku=product.sku,
            name=product.name,
            category=product.category,
            tax_class="standard",
            quantity=units,
            unit_price=product.price,
            subtotal=total + points - tax,
            points_discount=points,
            tax=tax,
            total=total,
        )
        return self.delivered(
            [(product, units)],
            lines=[line],
            shipping=[parcel(shipping)] if shipping else [],
            points=SpentPoints(spent=points, worth=Money(amount=points, currency=CURRENCY)),
            shipping_total=shipping,
            tax=tax,
            total=total + shipping,
            **more,
        )

    def earn(self, order: Order, merchant_id: str = MERCHANT.subject) -> int:
        """What the queue's consumer does with `FulfilmentDelivered`."""
        return earn_points(
            self.desk,
            received("FulfilmentDelivered", order, {"order_id": order.order_id, "merchant_id": merchant_id}),
        )

    def ask(
        self,
        order: Order,
        lines: Sequence[tuple[str, Any]],
        *,
        caller: Caller = ADA,
        idem: Idempotency | None = None,
        note: str = "",
    ) -> Return:
        named = [{"line_id": each, "quantity": units, "reason": "changed_mind"} for each, units in lines]
        wanted = NewReturn.model_validate({"lines": named, "note": note})
        return request_return(self.desk, order.order_id, wanted, caller=caller, idempotency=idem)

    def act(self, given: Return, action: str, *, caller: Caller = MERCHANT, **more: Any) -> Return:
        change = ReturnChange.model_validate({"action": action, **more})
        return update_return(self.desk, given.return_id, change, caller=caller)

    def bring_back(self, order: Order, lines: Sequence[tuple[str, int]]) -> Return:
        """Ask, approve, receive, refund, and let the gateway carry it out."""
        given = self.ask(order, lines)
        for action in ("approve", "receive", "refund"):
            given = self.act(given, action)
        return self.completed(given)

    def completed(self, given: Return) -> Return:
        """The gateway pays the refund out, and its event comes."""
        order = self.desk.orders.get(given.order_id)
        assert order is not None
        order = self.ordering.settle(order)
        for refund in order.refunds:
            if refund.return_id == given.return_id and refund.state == "completed":
                data = {
                    "order_id": order.order_id,
                    "refund_id": refund.refund_id,
                    "return_id": given.return_id,
                }
                complete_return(self.desk, received("RefundCompleted", order, data))
        return self.find(given)

    def find(self, given: Return) -> Return:
        found = self.desk.returns.find(given.return_id)
        assert found is not None
        return found

    def account(self, user_id: str = "user-1") -> Account:
        return self.desk.loyalty.standing(user_id)[1]

    def ledger(self, user_id: str = "user-1") -> list[PointsEntry]:
        return self.desk.loyalty.entries(user_id, limit=1000)[0]

    def give_points(self, points: int, user_id: str = "user-1") -> None:
        """Points from somewhere, so that there are some to spend."""
        from omnilife.checkout.loyalty_ledger import earn  # noqa: PLC0415 (hides the verb of orders)

        program, before = self.desk.loyalty.standing(user_id)
        name = f"gift-{before.version}"
        step = earn(before, program, points, spend=0, at=self.clock.now(), order_id=name, part="m")
        self.desk.loyalty.commit(self.desk.loyalty.parts(before, step), now=self.clock.now())

    def events(self, given: Return) -> list[str]:
        page = self.ordering.table.query(f"RETURN#{given.return_id}", begins_with="EVENT#", limit=100)
        return [row["type"] for row in page.items]


def parcel(price: int, *, tax: int = 0, merchant_id: str = MERCHANT.subject) -> ShippingLine:
    """What one merchant's parcel cost."""
    return ShippingLine(
        merchant_id=merchant_id,
        zone_id="z",
        rate_id="r",
        name="Parcel",
        price=price,
        tax=tax,
        total=price + tax,
    )


def received(kind: str, order: Order, data: dict[str, Any]) -> ReceivedEvent:
    """An event as a consumer gets it."""
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
