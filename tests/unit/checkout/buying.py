"""Buying as tests see it: carts of a shop, with its clock and its maker of ids."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from omnilife.checkout import (
    CartDesk,
    CartLimits,
    CartOwner,
    CartStore,
    CartTokens,
    CartView,
    Coupon,
    CouponFields,
    LoyaltyStore,
    NewCartLine,
    PricingStore,
    QuoteDesk,
    QuoteRequest,
    QuoteStore,
    QuoteView,
    ShippingZone,
    ShippingZoneFields,
    TaxRate,
    TaxRateFields,
    add_to_cart,
    look_at_cart,
    make_quote,
    merge_cart,
    put_coupon,
    put_shipping_zone,
    put_tax_rate,
    remove_line,
    set_quantity,
)
from omnilife.checkout.make_quotes import TaxSettings
from omnilife.checkout.offer_points import PointsOffers
from omnilife.core.idempotency import Idempotency
from omnilife.core.table import Table
from tests.unit.catalogue.shop import ADMIN, CURRENCY, Shop
from tests.unit.checkout.pricing import ADDRESS

ADA = CartOwner("user-1", "user-1")
BOB = CartOwner("user-2", "user-2")
SOMEBODY = CartOwner("cart-1")


@dataclass
class Buying:
    """One table of checkout's beside the shop's."""

    shop: Shop
    table: Table
    limits: CartLimits = field(default_factory=CartLimits)
    offers: PointsOffers | None = None

    @cached_property
    def desk(self) -> CartDesk:
        return CartDesk(
            carts=CartStore(self.table),
            products=self.shop.store,
            tokens=CartTokens(lambda: b"k" * 43),
            currency=CURRENCY,
            limits=self.limits,
            clock=self.shop.clock,
            pause=lambda _: None,
        )

    def add(
        self, product_id: str, quantity: Any = 1, *, owner: CartOwner = ADA, idem: Idempotency | None = None
    ) -> CartView:
        wanted = NewCartLine(product_id=product_id, quantity=quantity)
        return add_to_cart(self.desk, owner, wanted, idempotency=idem)

    def set(self, product_id: str, quantity: Any, *, owner: CartOwner = ADA) -> CartView:
        return set_quantity(self.desk, owner, product_id, quantity)

    def remove(self, product_id: str, *, owner: CartOwner = ADA) -> CartView:
        return remove_line(self.desk, owner, product_id)

    def merge(self, anonymous: CartOwner = SOMEBODY, *, owner: CartOwner = ADA) -> CartView:
        return merge_cart(self.desk, owner, self.desk.tokens.issue(anonymous.cart_id))

    def look(self, owner: CartOwner = ADA) -> CartView:
        return look_at_cart(self.desk, owner)

    # -- quotes

    @cached_property
    def pricing(self) -> PricingStore:
        return PricingStore(self.table)

    def rule(self, rule: ShippingZone | TaxRate | Coupon) -> None:
        """Write a zone, a tax rate or a coupon, as an administrator."""
        more: Any = {"caller": ADMIN, "clock": self.shop.clock, "make_id": self.shop.ids}
        known = {"version", "updated_at", "zone_id", "rate_id", "code", "uses"}
        fields = {name: value for name, value in rule if name not in known}
        if isinstance(rule, ShippingZone):
            put_shipping_zone(self.pricing, rule.zone_id, ShippingZoneFields(**fields), **more)
        elif isinstance(rule, TaxRate):
            put_tax_rate(self.pricing, rule.rate_id, TaxRateFields(**fields), **more)
        else:
            put_coupon(self.pricing, rule.code, CouponFields(**fields), **more)

    def quote(
        self,
        *,
        owner: CartOwner = ADA,
        idem: Idempotency | None = None,
        tax: TaxSettings | None = None,
        **wanted: Any,
    ) -> QuoteView:
        desk = QuoteDesk(
            carts=self.desk,
            pricing=self.pricing,
            quotes=QuoteStore(self.table),
            offer_points=self.offers or PointsOffers(LoyaltyStore(self.table, CURRENCY)),
            tax=tax or TaxSettings(),
            make_id=self.shop.ids,
        )
        if "address_id" not in wanted:
            wanted = {"address": ADDRESS} | wanted
        return make_quote(desk, owner, QuoteRequest.model_validate(wanted), idempotency=idem)

    def units(self, owner: CartOwner = ADA) -> dict[str, int]:
        """Product → units, as the cart holds them."""
        return {line.product_id: line.quantity for line in self.look(owner).lines}
