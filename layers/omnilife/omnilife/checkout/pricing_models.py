"""What a quote says, and with it an order: lines, shipping, tax and total, to the last minor unit.

All amounts are whole minor units of `currency`; `omnilife.core.money` has the currencies' decimals.

For each line, with tax excluded from prices:  total = subtotal - discount - points_discount + tax
and with tax included in them:                  total = subtotal - discount - points_discount
so that the lines' totals and the shipping's add up to the quote's.
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from omnilife.checkout.models import AddressFields
from omnilife.core.clock import Timestamp
from omnilife.core.money import Currency, Money

type Minor = Annotated[int, Field(strict=True, ge=0)]


class PricedLine(BaseModel):
    """Some units of one product, priced. `discount` is the coupons' share, `points_discount` the points'."""

    model_config = ConfigDict(frozen=True)

    line_id: str
    product_id: str
    merchant_id: str
    sku: str
    name: str
    category: list[str]
    tax_class: str
    quantity: int
    unit_price: Money
    subtotal: Minor
    discount: Minor = 0
    points_discount: Minor = 0
    tax: Minor = 0
    total: Minor = 0
    weight_g: int = 0

    @property
    def net(self) -> int:
        """What is asked for the line after discounts, before any tax that comes on top."""
        return self.subtotal - self.discount - self.points_discount


class ShippingLine(BaseModel):
    """What one merchant's parcel costs."""

    model_config = ConfigDict(frozen=True)

    merchant_id: str
    zone_id: str
    rate_id: str
    name: str
    price: Minor
    discount: Minor = 0
    tax: Minor = 0
    total: Minor = 0


class AppliedCoupon(BaseModel):
    """A coupon, what it takes off goods and shipping together, and the limits that its use is held to."""

    model_config = ConfigDict(frozen=True)

    code: str
    discount: Minor
    limit: int | None = None
    limit_per_user: int | None = None


class SpentPoints(BaseModel):
    """Points that are spent, and what they are worth."""

    model_config = ConfigDict(frozen=True)

    spent: Minor = 0
    worth: Money


class TaxLine(BaseModel):
    """What one tax rate takes of the whole."""

    model_config = ConfigDict(frozen=True)

    rate_id: str
    name: str
    amount: Minor


class Quote(BaseModel):
    """The exact total of a cart, good for fifteen minutes and for that cart as it was."""

    model_config = ConfigDict(frozen=True)

    quote_id: str
    user_id: str | None = None
    cart_id: str
    cart_version: int
    currency: Currency
    lines: list[PricedLine]
    shipping: list[ShippingLine]
    coupons: list[AppliedCoupon]
    points: SpentPoints
    subtotal: Minor
    discount: Minor
    shipping_total: Minor
    tax: Minor
    taxes: list[TaxLine] = []
    tax_included: bool
    total: Minor
    address: AddressFields | None = None
    digest: str = ""
    expires_at: Timestamp
