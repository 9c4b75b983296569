"""A quote as the API answers it: amounts with their currency, and the other ways of shipping."""

from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from omnilife.checkout.models import MAX_LINES, AddressFields
from omnilife.checkout.price_quotes import MAX_COUPONS
from omnilife.checkout.pricing_models import PricedLine, Quote, ShippingLine
from omnilife.checkout.shipping import ShippingOption
from omnilife.core.cards import free_of_cards
from omnilife.core.clock import Timestamp
from omnilife.core.ids import Identifier
from omnilife.core.money import MAX_AMOUNT, Money

type GivenCode = Annotated[
    str,
    StringConstraints(strict=True, strip_whitespace=True, to_upper=True, min_length=1, max_length=64),
    BeforeValidator(free_of_cards),
]
"""A coupon's code as people write it: in any case."""


class ShippingChoice(BaseModel):
    """By which rate a merchant's parcel is to go."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    merchant_id: Identifier
    rate_id: Identifier


class QuoteRequest(BaseModel):
    """What is to be priced with the cart: where to, how, with which coupons and points.

    Give `address`, or the `address_id` of an entry of one's address book. A merchant's parcel that is not
    mentioned in `shipping` goes the cheapest way.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    address: AddressFields | None = None
    address_id: Identifier | None = None
    shipping: Annotated[list[ShippingChoice], Field(max_length=MAX_LINES)] = []
    coupons: Annotated[list[GivenCode], Field(max_length=MAX_COUPONS)] = []
    points: Annotated[int, Field(strict=True, ge=0, le=MAX_AMOUNT)] = 0

    @model_validator(mode="after")
    def _one_address(self) -> Self:
        if (self.address is None) == (self.address_id is None):
            raise PydanticCustomError("address", "give either address or address_id")
        return self


class PricedLineView(BaseModel):
    """A line, priced."""

    line_id: str
    product_id: str
    merchant_id: str
    sku: str
    name: str
    quantity: int
    unit_price: Money
    subtotal: Money
    discount: Money
    points_discount: Money
    tax: Money
    total: Money

    @classmethod
    def of(cls, line: PricedLine) -> Self:
        currency = line.unit_price.currency
        return cls.model_validate(_with_money(line, cls, currency))


class ShippingLineView(BaseModel):
    """A parcel, priced."""

    merchant_id: str
    zone_id: str
    rate_id: str
    name: str
    price: Money
    discount: Money
    tax: Money
    total: Money

    @classmethod
    def of(cls, line: ShippingLine, currency: str) -> Self:
        return cls.model_validate(_with_money(line, cls, currency))


class ShippingOptionView(BaseModel):
    """A way in which a merchant's parcel could go; `chosen` of the one that is priced here."""

    merchant_id: str
    zone_id: str
    rate_id: str
    name: str
    price: Money
    chosen: bool


class AppliedCouponView(BaseModel):
    """What a coupon takes off."""

    code: str
    discount: Money


class SpentPointsView(BaseModel):
    """Points that pay for a part of the goods."""

    spent: int
    worth: Money


class TaxView(BaseModel):
    """What one tax rate takes of the whole."""

    rate_id: str
    name: str
    amount: Money


class QuoteView(BaseModel):
    """The exact total. It holds until `expires_at`, for this cart as it is now: an order is made from it.

    total = subtotal - discount - points.worth + shipping_total, and + tax where it is not included.
    `discount` is what coupons take, off goods and shipping.
    """

    quote_id: str
    cart_id: str
    cart_version: int
    currency: str
    lines: list[PricedLineView]
    shipping: list[ShippingLineView]
    shipping_options: list[ShippingOptionView]
    coupons: list[AppliedCouponView]
    points: SpentPointsView
    subtotal: Money
    discount: Money
    shipping_total: Money
    tax: Money
    taxes: list[TaxView]
    tax_included: bool
    total: Money
    address: AddressFields | None
    digest: str
    expires_at: Timestamp

    @classmethod
    def of(cls, quote: Quote, options: list[ShippingOption]) -> Self:
        def money(amount: int) -> Money:
            return Money(amount=amount, currency=quote.currency)

        chosen = {(line.merchant_id, line.rate_id) for line in quote.shipping}
        return cls(
            quote_id=quote.quote_id,
            cart_id=quote.cart_id,
            cart_version=quote.cart_version,
            currency=quote.currency,
            lines=[PricedLineView.of(line) for line in quote.lines],
            shipping=[ShippingLineView.of(line, quote.currency) for line in quote.shipping],
            shipping_options=[
                ShippingOptionView(
                    merchant_id=each.merchant_id,
                    zone_id=each.zone_id,
                    rate_id=each.rate_id,
                    name=each.name,
                    price=money(each.price),
                    chosen=(each.merchant_id, each.rate_id) in chosen,
                )
                for each in options
            ],
            coupons=[
                AppliedCouponView(code=each.code, discount=money(each.discount)) for each in quote.coupons
            ],
            points=SpentPointsView(spent=quote.points.spent, worth=quote.points.worth),
            subtotal=money(quote.subtotal),
            discount=money(quote.discount),
            shipping_total=money(quote.shipping_total),
            tax=money(quote.tax),
            taxes=[
                TaxView(rate_id=each.rate_id, name=each.name, amount=money(each.amount))
                for each in quote.taxes
            ],
            tax_included=quote.tax_included,
            total=money(quote.total),
            address=quote.address,
            digest=quote.digest,
            expires_at=quote.expires_at,
        )


def _with_money(line: PricedLine | ShippingLine, view: type[BaseModel], currency: str) -> dict[str, Any]:
    """The line's members that its view has, whole amounts as money."""
    return {
        name: Money(amount=value, currency=currency)
        if field.annotation is Money and isinstance(value, int)
        else value
        for name, field in view.model_fields.items()
        for value in [getattr(line, name)]
    }
