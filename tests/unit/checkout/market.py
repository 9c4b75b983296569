"""A whole market in memory: carts, quotes, orders, payments, returns and points, by the domain's functions.

Nothing is played but the gateway and the table, which keeps DynamoDB's rules for transactions.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from omnilife.catalogue import Adjustment, NewProduct, Product, adjust_stock, create_product
from omnilife.checkout.claims import Claims
from omnilife.checkout.loyalty_ledger import earn
from omnilife.checkout.make_quotes import QuoteDesk, make_quote
from omnilife.checkout.models import AddressFields
from omnilife.checkout.order_models import Order
from omnilife.checkout.owners import CartOwner
from omnilife.checkout.place_orders import OrderDesk
from omnilife.checkout.price_quotes import PointsOffer
from omnilife.checkout.pricing_rules import Coupon, ShippingZone, TaxRate
from omnilife.checkout.quote_views import QuoteRequest
from omnilife.checkout.return_desk import ReturnDesk
from omnilife.checkout.return_models import Return
from omnilife.checkout.returning import ReturnPolicy
from omnilife.checkout.store_loyalty import LoyaltyStore
from omnilife.checkout.store_orders import OrderStore, order_of_item
from omnilife.checkout.store_pricing import PricingStore, issue_coupon
from omnilife.checkout.store_quotes import QuoteStore
from omnilife.checkout.store_returns import ReturnStore
from omnilife.core.attributes import item_from_wire
from omnilife.core.auth import Caller
from omnilife.core.clock import FixedClock
from omnilife.core.table import Put, Table
from tests.support.gateway import SimulatedGateway
from tests.support.memory_dynamodb import MemoryDynamoDB
from tests.unit.catalogue.shop import Shop, lamp
from tests.unit.checkout.buying import Buying
from tests.unit.checkout.pricing import NOW, coupon, rate, zone

HOME = AddressFields(
    name="Ada", line1="1 Main St", city="Albany", region="NY", postcode="12207", country="US"
)
ADDRESS = "203.0.113.9"


def person(subject: str, *roles: str) -> Caller:
    return Caller(kind="user", address=ADDRESS, subject=subject, roles=frozenset(roles))


@dataclass
class Market:
    """Everything of it, with one clock."""

    memory: MemoryDynamoDB = field(default_factory=MemoryDynamoDB)
    clock: FixedClock = field(default_factory=lambda: FixedClock(NOW))
    gateway: SimulatedGateway = field(default_factory=SimulatedGateway)
    currency: str = "USD"
    return_days: int = 30

    def later(self, *, minutes: int) -> datetime:
        return self.clock.now() + timedelta(minutes=minutes)

    @cached_property
    def make_id(self) -> Callable[[], str]:
        made = iter(range(1, 10**9))
        return lambda: f"id-{next(made):07}"

    @cached_property
    def table(self) -> Table:
        return Table("checkout", self.memory)

    @cached_property
    def shop(self) -> Shop:
        return Shop(Table("catalogue", self.memory), self.clock, self.make_id)

    @cached_property
    def carts(self) -> Buying:
        return Buying(self.shop, self.table)

    @cached_property
    def loyalty(self) -> LoyaltyStore:
        return LoyaltyStore(self.table, self.currency)

    @cached_property
    def quotes(self) -> QuoteDesk:
        return QuoteDesk(
            carts=self.carts.desk,
            pricing=PricingStore(self.table),
            quotes=QuoteStore(self.table),
            offer_points=self.offer_points,
            make_id=self.make_id,
        )

    @cached_property
    def orders(self) -> OrderDesk:
        return OrderDesk(
            orders=OrderStore(self.table),
            quotes=self.quotes.quotes,
            claims=Claims("catalogue"),
            gateway=self.gateway,
            risk=lambda *_, **__: True,
            clock=self.clock,
            make_id=self.make_id,
        )

    @cached_property
    def returns(self) -> ReturnDesk:
        return ReturnDesk(
            orders=self.orders.orders,
            claims=self.orders.claims,
            clock=self.clock,
            make_id=self.make_id,
            returns=ReturnStore(self.table),
            loyalty=self.loyalty,
            policy=ReturnPolicy(return_window_days=self.return_days),
        )

    def offer_points(self, _: str | None, points: int) -> PointsOffer:
        """What the points of a quote are worth. More than there are is refused when it is ordered."""
        redeem = self.loyalty.program_in_force().redeem
        return PointsOffer(spend=points, points=redeem.points, worth=redeem.amount)

    def sell(self, sku: str, units: int, price: int, merchant: str) -> Product:
        """A new product on sale."""
        new = NewProduct.model_validate(
            lamp(sku=sku, stock_on_hand=units, price={"amount": price, "currency": self.currency})
        )
        return create_product(
            self.shop.store,
            new,
            caller=person(merchant, "merchant"),
            currency=self.currency,
            clock=self.clock,
            make_id=self.make_id,
        )

    def adjust(self, product: Product, delta: int, merchant: Caller) -> None:
        """A change of stock that no order makes."""
        adjust_stock(
            self.shop.store,
            product.product_id,
            Adjustment(delta=delta, reason="lost"),
            caller=merchant,
            clock=self.clock,
            make_id=self.make_id,
        )

    def rule(self, *rules: ShippingZone | TaxRate | Coupon) -> None:
        """Rules of prices, in force."""
        for each in rules:
            if isinstance(each, Coupon):
                self.table.transact([issue_coupon(each)])
                continue
            sort = f"ZONE#{each.zone_id}" if isinstance(each, ShippingZone) else f"TAX#{each.rate_id}"
            self.table.transact(
                [Put({"pk": "RULES", "sk": sort, **each.model_dump(mode="json", exclude_none=True)})]
            )

    def usual_rules(self) -> None:
        """A parcel price, a tax that takes shipping too, and a coupon that three orders may use."""
        self.rule(
            zone(),
            rate("state", rate=88_750, on_shipping=True),
            coupon("THRICE", kind="amount", amount=333, limit=3, stacks=True),
        )

    def quote(self, buyer: str, *, points: int = 0, coupons: tuple[str, ...] = ()) -> str:
        """A quote of the buyer's cart; its id."""
        wanted = QuoteRequest(address=HOME, points=points, coupons=list(coupons))
        return make_quote(self.quotes, CartOwner(buyer, buyer), wanted).quote_id

    def give_points(self, points: int, user_id: str) -> None:
        """Points from somewhere, so that there are some to spend."""
        program, before = self.loyalty.standing(user_id)
        step = earn(
            before, program, points, spend=0, at=self.clock.now(), order_id=self.make_id(), part="gift"
        )
        self.loyalty.commit(self.loyalty.parts(before, step), now=self.clock.now())

    def order(self, order_id: str) -> Order:
        found = self.orders.orders.get(order_id)
        assert found is not None
        return found

    def all_orders(self) -> Iterator[Order]:
        """Every order that there is, as it is stored."""
        for item in self._stored("orders"):
            yield order_of_item(item)

    def all_returns(self) -> Iterator[Return]:
        """Every return."""
        for item in self._stored("returns"):
            yield Return.model_validate_json(item["body"])

    def stock(self, product: Product) -> dict[str, Any]:
        item = self.shop.table.get(f"STOCK#{product.product_id}", "STOCK", consistent=True)
        assert item is not None
        return item

    def uses(self, code: str) -> int:
        """How often a coupon's own count says that it was used."""
        item = self.table.get(f"COUPON#{code}", "COUPON", consistent=True)
        return 0 if item is None else item["uses"]

    def _stored(self, entity: str) -> Iterator[dict[str, Any]]:
        for wire in self.memory.items("checkout"):
            if wire.get("entity") == {"S": entity}:
                yield item_from_wire(wire)
