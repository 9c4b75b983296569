"""Quotes: the exact total of a cart, made of the cart, its products and the shop's rules as they are now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from omnilife.checkout.models import AddressFields, Cart
from omnilife.checkout.price_quotes import (
    CouponUse,
    PointsOffer,
    Pricing,
    Rounding,
    TaxRules,
    admit_coupons,
    price_lines,
    rates_at,
    shipping_line,
)
from omnilife.checkout.pricing_models import PricedLine, Quote, ShippingLine, SpentPoints, TaxLine
from omnilife.checkout.pricing_problems import (
    EmptyCart,
    LinesUnavailable,
    UnknownAddress,
    UnknownShippingRate,
    Unshippable,
)
from omnilife.checkout.pricing_rules import ShippingZone, TaxRate
from omnilife.checkout.quote_views import QuoteRequest, QuoteView, ShippingChoice
from omnilife.checkout.shipping import Parcel, ShippingOption, shipping_options
from omnilife.checkout.store_addresses import address_key, address_of
from omnilife.checkout.store_quotes import digest_of
from omnilife.core.config import Settings
from omnilife.core.ids import IdMaker, new_id
from omnilife.core.money import Money

if TYPE_CHECKING:
    from omnilife.catalogue import Product
    from omnilife.checkout.change_carts import CartDesk
    from omnilife.checkout.owners import CartOwner
    from omnilife.checkout.store_pricing import PricingStore
    from omnilife.checkout.store_quotes import QuoteStore
    from omnilife.core.idempotency import Idempotency

LIFETIME = timedelta(minutes=15)


class OfferPoints(Protocol):
    """Who knows what a user's points are worth, and refuses more than there are."""

    def __call__(self, user_id: str | None, points: int) -> PointsOffer: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxSettings(Settings):
    """How the shop reckons: whether its prices include tax, and whether tax is rounded a line or an order."""

    prices_include_tax: bool = False
    tax_rounding: str = "line"

    @property
    def rounding(self) -> Rounding:
        return "order" if self.tax_rounding == "order" else "line"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteDesk:
    """What a quote is made with."""

    carts: "CartDesk"
    pricing: "PricingStore"
    quotes: "QuoteStore"
    offer_points: OfferPoints
    tax: TaxSettings = field(default_factory=TaxSettings)
    make_id: IdMaker = new_id


@dataclass(frozen=True, slots=True)
class PricingRules:
    """The rules that a quote is made by."""

    zones: Sequence[ShippingZone] = ()
    rates: Sequence[TaxRate] = ()
    included: bool = False
    rounding: Rounding = "line"


def make_quote(
    desk: QuoteDesk, owner: "CartOwner", wanted: QuoteRequest, *, idempotency: "Idempotency | None" = None
) -> QuoteView:
    """Price the owner's cart, and keep the quote for fifteen minutes.

    Cost: five round trips: the cart, its products, the rules, coupons and address, and the quote's write; one
    more with points.

    Raises:
        EmptyCart, LinesUnavailable: the cart cannot be ordered as it is.
        UnknownAddress, Unshippable, UnknownShippingRate.
        UnknownCoupon and the others of `admit_coupons`.
        NotEnoughPoints, TooManyPoints, TotalTooLarge.
    """
    clock = desk.carts.clock
    cart = desk.carts.find(owner)
    products = desk.carts.on_sale(cart)
    lines = priced_lines(cart, products)
    zones, rates = desk.pricing.rules()
    rules = PricingRules(zones, rates, desk.tax.prices_include_tax, desk.tax.rounding)
    uses, address = _coupons_and_address(desk, owner, wanted)
    now = clock.now()
    coupons = admit_coupons(uses, wanted.coupons, lines, user_id=owner.user_id, now=now)
    points = desk.offer_points(owner.user_id, wanted.points) if wanted.points else PointsOffer()
    pricing, options = price_quote(
        lines, address, rules, coupons=coupons, points=points, choices=wanted.shipping
    )
    quote = Quote(
        quote_id=desk.make_id(),
        user_id=owner.user_id,
        cart_id=cart.cart_id,
        cart_version=cart.version,
        currency=desk.carts.currency,
        lines=list(pricing.lines),
        shipping=list(pricing.shipping),
        coupons=list(pricing.coupons),
        points=SpentPoints(
            spent=points.spend, worth=Money(amount=pricing.points_worth, currency=desk.carts.currency)
        ),
        subtotal=pricing.subtotal,
        discount=pricing.discount,
        shipping_total=pricing.shipping_total,
        tax=pricing.tax,
        taxes=[TaxLine(rate_id=each.rate_id, name=each.name, amount=each.amount) for each in pricing.taxes],
        tax_included=rules.included,
        total=pricing.total,
        address=address,
        expires_at=now + LIFETIME,
    )
    quote = quote.model_copy(update={"digest": digest_of(quote)})
    first = desk.quotes.save(quote, now=now, idempotency=owner.scope(idempotency))
    return QuoteView.of(first or quote, options)


def price_quote(
    lines: Sequence[PricedLine],
    address: AddressFields,
    rules: PricingRules,
    *,
    coupons: Sequence[CouponUse] = (),
    points: PointsOffer | None = None,
    choices: Sequence[ShippingChoice] = (),
) -> tuple[Pricing, list[ShippingOption]]:
    """What lines come to when they go to an address, and the ways in which they could. Pure.

    Raises:
        Unshippable, UnknownShippingRate, TooManyPoints, TotalTooLarge.
    """
    goods = price_lines(lines, [], tax=TaxRules(), coupons=coupons)
    options = [
        option
        for parcel in _parcels(goods.lines)
        for option in shipping_options(rules.zones, address, parcel)
    ]
    shipping = choose_shipping(goods.lines, options, choices)
    tax = TaxRules(rates_at(rules.rates, address), rules.included, rules.rounding)
    return price_lines(lines, shipping, tax=tax, coupons=coupons, points=points), options


def priced_lines(cart: Cart, products: Mapping[str, "Product"]) -> list[PricedLine]:
    """The cart's lines at today's prices, before discounts and tax.

    Raises:
        EmptyCart: it has none.
        LinesUnavailable: names each that is gone, or wants more units than there are.
    """
    if not cart.lines:
        raise EmptyCart
    short = []
    for line in cart.lines:
        product = products.get(line.product_id)
        available = max(0, product.stock_on_hand) if product else 0
        if product is None or available < line.quantity:
            short.append(
                {"product_id": line.product_id, "wanted": line.quantity, "available": available}
                | ({} if product else {"gone": True})
            )
    if short:
        raise LinesUnavailable(short)
    return [
        _line(str(number), products[line.product_id], line.quantity)
        for number, line in enumerate(cart.lines, 1)
    ]


def choose_shipping(
    lines: Sequence[PricedLine], options: Sequence[ShippingOption], choices: Sequence[ShippingChoice]
) -> list[ShippingLine]:
    """Each merchant's parcel by the rate that was chosen, or else the cheapest.

    Raises:
        Unshippable: of merchants whose parcel has no option.
        UnknownShippingRate: a choice that is none of the options, or a merchant's second.
    """
    by_merchant: dict[str, list[ShippingOption]] = {line.merchant_id: [] for line in lines}
    for option in options:
        by_merchant[option.merchant_id].append(option)
    if missing := [merchant for merchant, found in by_merchant.items() if not found]:
        raise Unshippable(missing)
    chosen: dict[str, ShippingOption] = {}
    for choice in choices:
        found = [each for each in by_merchant.get(choice.merchant_id, ()) if each.rate_id == choice.rate_id]
        if not found or choice.merchant_id in chosen:
            raise UnknownShippingRate(choice.merchant_id)
        chosen[choice.merchant_id] = found[0]
    return [shipping_line(chosen.get(merchant, found[0])) for merchant, found in by_merchant.items()]


def _coupons_and_address(
    desk: QuoteDesk, owner: "CartOwner", wanted: QuoteRequest
) -> tuple[dict[str, CouponUse], AddressFields]:
    keys = []
    if wanted.address_id is not None:
        if owner.user_id is None:
            raise UnknownAddress
        keys.append(address_key(owner.user_id, wanted.address_id))
    codes = list(dict.fromkeys(wanted.coupons))
    used, found = desk.pricing.coupons_used(codes, owner.user_id, keys)
    address = wanted.address or (address_of(found[0]) if found else None)
    if address is None:
        raise UnknownAddress
    fields = AddressFields.model_validate(address.model_dump(exclude={"address_id"}))
    return {code: CouponUse(coupon, times) for code, (coupon, times) in used.items()}, fields


def _parcels(lines: Sequence[PricedLine]) -> list[Parcel]:
    merchants = dict.fromkeys(line.merchant_id for line in lines)
    return [
        Parcel(
            merchant,
            weight_g=sum(line.weight_g * line.quantity for line in lines if line.merchant_id == merchant),
            worth=sum(line.net for line in lines if line.merchant_id == merchant),
        )
        for merchant in merchants
    ]


def _line(line_id: str, product: "Product", quantity: int) -> PricedLine:
    return PricedLine(
        line_id=line_id,
        product_id=product.product_id,
        merchant_id=product.merchant_id,
        sku=product.sku,
        name=product.name,
        category=product.category,
        tax_class=product.tax_class,
        quantity=quantity,
        unit_price=Money(amount=product.price.amount, currency=product.price.currency),
        subtotal=product.price.amount * quantity,
        weight_g=product.weight_g or 0,
    )
