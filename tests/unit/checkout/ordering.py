"""Ordering as tests see it: quotes that stand, a gateway in memory, and a shop with its clock."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import Any

from omnilife.catalogue import Product
from omnilife.checkout.claims import Claims
from omnilife.checkout.fulfil_orders import Shipment, Step, advance_fulfilment
from omnilife.checkout.models import AddressFields, Cart
from omnilife.checkout.order_book import call_off
from omnilife.checkout.order_models import Order
from omnilife.checkout.owners import CartOwner
from omnilife.checkout.place_orders import NewOrder, OrderDesk, Placed, place_order
from omnilife.checkout.pricing_models import PricedLine, Quote, SpentPoints
from omnilife.checkout.read_orders import MerchantOrder
from omnilife.checkout.settle_payments import expire, settle
from omnilife.checkout.store_carts import CartStore
from omnilife.checkout.store_orders import OrderStore
from omnilife.checkout.store_quotes import QuoteStore, digest_of
from omnilife.checkout.watch_payments import reconcile_payments, release_expired_reservations
from omnilife.core.idempotency import Idempotency
from omnilife.core.money import Money
from omnilife.core.table import Table
from tests.support.gateway import SimulatedGateway
from tests.unit.catalogue.shop import CURRENCY, MERCHANT, Shop, user

ADA = user("user-1")
BOB = user("user-2")
HOME = AddressFields(name="Ada", line1="Main Street 1", city="Springfield", postcode="12345", country="US")


@dataclass
class Ordering:
    """One table of checkout's beside the shop's, and a gateway."""

    shop: Shop
    table: Table
    gateway: SimulatedGateway = field(default_factory=SimulatedGateway)
    accepted: bool = True
    risk: Any = None

    @cached_property
    def desk(self) -> OrderDesk:
        return OrderDesk(
            orders=OrderStore(self.table),
            quotes=QuoteStore(self.table),
            claims=Claims(self.shop.table.name),
            gateway=self.gateway,
            risk=self._judge,
            clock=self.shop.clock,
            make_id=self.shop.ids,
        )

    def _judge(self, order: Order, *, address: str) -> bool:
        return self.risk(order, address=address) if self.risk else self.accepted

    def product(self, sku: str, units: int, *, merchant: Any = MERCHANT) -> Product:
        return self.shop.create(merchant, sku=sku, stock_on_hand=units)

    def quote(
        self, wanted: Mapping[Product, int] | list[tuple[Product, int]], *, buyer: str = "user-1", **more: Any
    ) -> str:
        """A quote of these products at their prices, without tax or shipping."""
        pairs = list(wanted.items()) if isinstance(wanted, Mapping) else wanted
        lines = [
            line_of(str(number), product, units) for number, (product, units) in enumerate(pairs, start=1)
        ]
        total = sum(line.total for line in lines)
        quote: dict[str, Any] = {
            "quote_id": self.shop.ids(),
            "user_id": buyer,
            "cart_id": buyer,
            "cart_version": 1,
            "currency": CURRENCY,
            "lines": lines,
            "shipping": [],
            "coupons": [],
            "points": SpentPoints(worth=Money.zero(CURRENCY)),
            "subtotal": total,
            "discount": 0,
            "shipping_total": 0,
            "tax": 0,
            "tax_included": False,
            "total": total,
            "address": HOME,
            "expires_at": self.shop.clock.now() + timedelta(minutes=15),
        }
        made = Quote(**(quote | more))
        now = self.shop.clock.now()
        self.desk.quotes.save(made.model_copy(update={"digest": digest_of(made)}), now=now)
        owner = CartOwner(buyer, buyer)
        store = CartStore(self.table)
        found = store.find(owner, now=now)
        cart = Cart(
            cart_id=buyer, user_id=buyer, version=1, expires_at=now + timedelta(days=9), updated_at=now
        )
        if found is None:
            store.save(cart, before=0, now=now)
        return made.quote_id

    def place(
        self,
        quote_id: str,
        method: str | None = None,
        *,
        caller: Any = ADA,
        idem: Idempotency | None = None,
    ) -> Placed:
        wanted = NewOrder(quote_id=quote_id, payment_method=method)
        return place_order(self.desk, wanted, caller=caller, address="203.0.113.9", idempotency=idem)

    def order(self, product: Product, units: int, method: str | None = None, **more: Any) -> Order:
        return self.place(self.quote([(product, units)]), method, **more).order

    def get(self, order: Order) -> Order:
        found = self.desk.orders.get(order.order_id)
        assert found is not None
        return found

    def settle(self, order: Order) -> Order:
        found = settle(self.desk, order.order_id)
        assert found is not None
        return found

    def expire(self, order: Order) -> Order:
        found = expire(self.desk, order.order_id)
        assert found is not None
        return found

    def release(self) -> dict[str, int]:
        return release_expired_reservations(self.desk, may_go_on=lambda: True)

    def reconcile(self) -> dict[str, int]:
        return reconcile_payments(self.desk, may_go_on=lambda: True)

    def call_off(self, order: Order) -> Order:
        return call_off(self.desk, self.get(order), "requested", actor="user:user-1")

    def advance(self, order: Order, step: Step, caller: Any = MERCHANT, **more: Any) -> MerchantOrder:
        return advance_fulfilment(self.desk, order.order_id, step, Shipment(**more), caller=caller)

    def stock(self, product: Product) -> tuple[int, int]:
        """Units on hand, and of these the reserved ones."""
        item = self.shop.table.get(f"STOCK#{product.product_id}", "STOCK", consistent=True)
        assert item is not None
        assert item["available"] == item["on_hand"] - item["reserved"]
        return item["on_hand"], item["reserved"]

    def events(self, order: Order) -> list[str]:
        """What was announced of an order, in order."""
        page = self.table.query(f"ORDER#{order.order_id}", begins_with="EVENT#", limit=100, consistent=True)
        told = sorted((json.loads(item["event"]) for item in page.items), key=lambda each: each["version"])
        return [each["type"] for each in told]

    def wait(self, **span: float) -> None:
        self.shop.clock.advance(seconds=timedelta(**span).total_seconds())


def line_of(line_id: str, product: Product, units: int) -> PricedLine:
    subtotal = product.price.amount * units
    return PricedLine(
        line_id=line_id,
        product_id=product.product_id,
        merchant_id=product.merchant_id,
        sku=product.sku,
        name=product.name,
        category=product.category,
        tax_class="standard",
        quantity=units,
        unit_price=Money(amount=product.price.amount, currency=product.price.currency),
        subtotal=subtotal,
        total=subtotal,
    )
