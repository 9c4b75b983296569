"""The pricing engine: what a cart comes to, to the last minor unit. Pure, and without a float.

In this order: subtotal, coupons, points, shipping, shipping's coupons, tax, total. Whatever belongs to the
whole is allocated over the lines (`core.money.allocate`), so that the parts add up to the whole.

Rounding is half to even, once a line or once an order as the shop is configured. With tax included in prices
the tax is taken out of what is asked for; otherwise it comes on top.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from itertools import groupby
from math import lcm
from typing import Literal

from omnilife.checkout.models import AddressFields
from omnilife.checkout.pricing_models import AppliedCoupon, PricedLine, ShippingLine
from omnilife.checkout.pricing_problems import (
    CouponMinimum,
    CouponNotApplicable,
    CouponNotValidNow,
    CouponNotYours,
    CouponsDoNotStack,
    CouponUsedUp,
    TooManyPoints,
    UnknownCoupon,
)
from omnilife.checkout.pricing_rules import MILLION, Coupon, TaxRate
from omnilife.checkout.problems import TotalTooLarge
from omnilife.checkout.shipping import ShippingOption
from omnilife.core.money import MAX_AMOUNT, allocate

Rounding = Literal["line", "order"]
SHIPPING_CLASS = "standard"
MAX_COUPONS = 5

_KINDS = ("percent", "amount", "free_shipping")


@dataclass(frozen=True, slots=True)
class TaxRules:
    """The rates that hold at the address, and how the shop reckons."""

    rates: Sequence[TaxRate] = ()
    included: bool = False
    rounding: Rounding = "line"


@dataclass(frozen=True, slots=True)
class PointsOffer:
    """Points to spend: `points` of them are worth `worth` minor units (rounded down)."""

    spend: int = 0
    points: int = 1
    worth: int = 0

    @property
    def value(self) -> int:
        return self.spend * self.worth // self.points


@dataclass(frozen=True, slots=True)
class CouponUse:
    """A coupon, and how often this user has used it."""

    coupon: Coupon
    used_by_user: int = 0


@dataclass(frozen=True, slots=True)
class TaxAmount:
    """What one rate takes of the whole."""

    rate_id: str
    name: str
    amount: int


@dataclass(frozen=True, slots=True)
class Pricing:
    """What a cart comes to."""

    lines: Sequence[PricedLine]
    shipping: Sequence[ShippingLine]
    coupons: Sequence[AppliedCoupon]
    points_worth: int
    taxes: Sequence[TaxAmount]
    subtotal: int
    discount: int
    shipping_total: int
    tax: int
    total: int


@dataclass(slots=True)
class _Sums:
    """What is taken off each line, and off each parcel, so far."""

    off: list[int]
    shipping_off: list[int]
    coupons: list[AppliedCoupon] = field(default_factory=list)


def half_even(value: Fraction) -> int:
    """The nearest whole number; of two equally near the even one."""
    return round(value)


def price_lines(
    lines: Sequence[PricedLine],
    shipping: Sequence[ShippingLine],
    *,
    tax: TaxRules,
    coupons: Sequence[CouponUse] = (),
    points: PointsOffer | None = None,
) -> Pricing:
    """What lines, with their subtotals, and parcels, with their prices, come to.

    Coupons are taken percentages first, then amounts, then free shipping, and by code among equals; each
    takes from what the ones before it left. `coupons` were admitted by `admit_coupons`.

    Raises:
        TooManyPoints: worth more than what the goods cost after coupons.
        TotalTooLarge: beyond `core.money.MAX_AMOUNT`.
    """
    sums = _Sums([0] * len(lines), [0] * len(shipping))
    for use in sorted(coupons, key=lambda each: (_KINDS.index(each.coupon.kind), each.coupon.code)):
        _take(use.coupon, lines, shipping, sums)
    nets = [line.subtotal - off for line, off in zip(lines, sums.off, strict=True)]
    worth = _worth(points, sum(nets))
    spent = allocate(worth, nets) if worth else [0] * len(lines)
    bases = [net - part for net, part in zip(nets, spent, strict=True)]
    parcels = [line.price - off for line, off in zip(shipping, sums.shipping_off, strict=True)]
    taxes, parts = _taxes(lines, bases, parcels, tax)
    on_top = 0 if tax.included else 1
    line_taxes, parcel_taxes = parts[: len(lines)], parts[len(lines) :]
    priced = [
        line.model_copy(
            update={
                "discount": off,
                "points_discount": paid,
                "tax": due,
                "total": base + on_top * due,
            }
        )
        for line, off, paid, base, due in zip(lines, sums.off, spent, bases, line_taxes, strict=True)
    ]
    sent = [
        line.model_copy(update={"discount": off, "tax": due, "total": base + on_top * due})
        for line, off, base, due in zip(shipping, sums.shipping_off, parcels, parcel_taxes, strict=True)
    ]
    total = sum(line.total for line in priced) + sum(line.total for line in sent)
    subtotal = sum(line.subtotal for line in lines)
    if max(total, subtotal) > MAX_AMOUNT:
        raise TotalTooLarge
    return Pricing(
        lines=priced,
        shipping=sent,
        coupons=sums.coupons,
        points_worth=worth,
        taxes=taxes,
        subtotal=subtotal,
        discount=sum(sums.off) + sum(sums.shipping_off),
        shipping_total=sum(line.price for line in shipping),
        tax=sum(parts),
        total=total,
    )


def admit_coupons(
    uses: Mapping[str, CouponUse],
    codes: Sequence[str],
    lines: Sequence[PricedLine],
    *,
    user_id: str | None,
    now: datetime,
) -> list[CouponUse]:
    """The coupons of these codes, when all of them hold for these lines together.

    Raises:
        UnknownCoupon, CouponNotYours, CouponNotValidNow, CouponUsedUp, CouponNotApplicable, CouponMinimum: of
            the first code that does not hold.
        CouponsDoNotStack: two, of which one stands alone; or one twice.
    """
    for number, code in enumerate(codes):
        use = uses.get(code)
        if use is None or not use.coupon.active:
            raise UnknownCoupon(code)
        _check(use, lines, user_id, now)
        if code in codes[:number] or (len(codes) > 1 and not use.coupon.stacks):
            raise CouponsDoNotStack(code)
    return [uses[code] for code in codes]


def eligible(coupon: Coupon, line: PricedLine) -> bool:
    """Whether a coupon is for this line: any, or one in a category of the coupon's or below it."""
    return not coupon.categories or any(line.category[: len(path)] == path for path in coupon.categories)


def tax_factors(rates: Sequence[TaxRate], tax_class: str, *, shipping: bool = False) -> dict[str, Fraction]:
    """What each rate takes of a net price of 1, by its id."""
    of_class = [
        rate for rate in rates if rate.tax_class in {"*", tax_class} and (rate.on_shipping or not shipping)
    ]
    factors: dict[str, Fraction] = {}
    below = Fraction(0)
    for _, equals in groupby(sorted(of_class, key=lambda each: each.priority), lambda each: each.priority):
        taken = {
            rate.rate_id: Fraction(rate.rate, MILLION) * ((1 + below) if rate.compound else 1)
            for rate in equals
        }
        factors |= taken
        below += sum(taken.values())
    return factors


def rates_at(rates: Sequence[TaxRate], address: AddressFields) -> list[TaxRate]:
    """The rates that hold at an address: of its country, and of its region or of none."""
    region = (address.region or "").casefold()
    return [
        rate
        for rate in rates
        if rate.active
        and rate.country == address.country
        and (rate.region is None or rate.region.casefold() == region)
    ]


def shipping_line(option: ShippingOption) -> ShippingLine:
    """A parcel by the option that was chosen, before discounts and tax."""
    return ShippingLine(
        merchant_id=option.merchant_id,
        zone_id=option.zone_id,
        rate_id=option.rate_id,
        name=option.name,
        price=option.price,
    )


def _check(use: CouponUse, lines: Sequence[PricedLine], user_id: str | None, now: datetime) -> None:
    coupon = use.coupon
    if coupon.user_id is not None and coupon.user_id != user_id:
        raise CouponNotYours(coupon.code)
    if (coupon.starts_at and now < coupon.starts_at) or (coupon.ends_at and now >= coupon.ends_at):
        raise CouponNotValidNow(coupon.code)
    if coupon.limit_per_user is not None and user_id is None:
        raise CouponNotYours(coupon.code)  # nobody could tell how often
    if (coupon.limit is not None and coupon.uses >= coupon.limit) or (
        coupon.limit_per_user is not None and use.used_by_user >= coupon.limit_per_user
    ):
        raise CouponUsedUp(coupon.code)
    for_these = [line.subtotal for line in lines if eligible(coupon, line)]
    if not for_these:
        raise CouponNotApplicable(coupon.code)
    if coupon.minimum is not None and sum(for_these) < coupon.minimum:
        raise CouponMinimum(coupon.code, minimum=coupon.minimum, eligible=sum(for_these))


def _take(coupon: Coupon, lines: Sequence[PricedLine], shipping: Sequence[ShippingLine], sums: _Sums) -> None:
    if coupon.kind == "free_shipping":
        taken = [line.price - off for line, off in zip(shipping, sums.shipping_off, strict=True)]
        sums.shipping_off = [line.price for line in shipping]
    else:
        left = [
            line.subtotal - off if eligible(coupon, line) else 0
            for line, off in zip(lines, sums.off, strict=True)
        ]
        base = sum(left)
        discount = (
            half_even(Fraction(base * (coupon.percent or 0), 10_000))
            if coupon.kind == "percent"
            else min(coupon.amount or 0, base)
        )
        taken = allocate(discount, left) if discount else []
        sums.off = [off + part for off, part in zip(sums.off, taken or [0] * len(lines), strict=True)]
    sums.coupons.append(
        AppliedCoupon(
            code=coupon.code,
            discount=sum(taken),
            limit=coupon.limit,
            limit_per_user=coupon.limit_per_user,
        )
    )


def _worth(points: PointsOffer | None, goods: int) -> int:
    if points is None or not points.spend:
        return 0
    if points.value > goods:
        raise TooManyPoints(wanted=points.spend, most=goods * points.points // points.worth)
    return points.value


def _taxes(
    lines: Sequence[PricedLine], bases: Sequence[int], parcels: Sequence[int], tax: TaxRules
) -> tuple[list[TaxAmount], list[int]]:
    """The tax of each rate, and of each line and then each parcel."""
    classes = {each: tax_factors(tax.rates, each) for each in {line.tax_class for line in lines}}
    on_shipping = tax_factors(tax.rates, SHIPPING_CLASS, shipping=True)
    exact: list[Fraction] = []
    by_rate: dict[str, Fraction] = {rate.rate_id: Fraction(0) for rate in tax.rates}
    for base, factors in (
        *((base, classes[line.tax_class]) for line, base in zip(lines, bases, strict=True)),
        *((base, on_shipping) for base in parcels),
    ):
        whole = sum(factors.values(), Fraction(0))
        net = Fraction(base) / (1 + whole) if tax.included else Fraction(base)
        for rate_id, factor in factors.items():
            by_rate[rate_id] += net * factor
        exact.append(net * whole)
    if tax.rounding == "line":
        parts = [half_even(each) for each in exact]
    else:
        parts = _split(half_even(sum(exact, Fraction(0))), exact)
    amounts = _split(sum(parts), list(by_rate.values()))
    names = {rate.rate_id: rate.name for rate in tax.rates}
    return [
        TaxAmount(rate_id, names[rate_id], amount)
        for rate_id, amount in zip(by_rate, amounts, strict=True)
        if by_rate[rate_id]
    ], parts


def _split(total: int, shares: Sequence[Fraction]) -> list[int]:
    """`total` in proportion to exact shares; nothing where there is nothing to share."""
    if not total:
        return [0] * len(shares)
    common = lcm(*(share.denominator for share in shares))
    return allocate(total, [int(share * common) for share in shares])
