"""What administrators do with shipping zones, tax rates and coupons; in force for the very next quote."""

from collections.abc import Callable
from typing import Literal

from omnilife.checkout.events import PricingRuleChanged
from omnilife.checkout.pricing_problems import BadCouponCode, BusyRule, TooManyRules
from omnilife.checkout.pricing_rules import (
    COUPON_CODE,
    Coupon,
    CouponFields,
    CouponPage,
    ShippingZone,
    ShippingZoneFields,
    ShippingZonePage,
    TaxRate,
    TaxRateFields,
    TaxRatePage,
)
from omnilife.checkout.store_pricing import TAX, ZONE, PricingStore
from omnilife.core.auth import Caller
from omnilife.core.clock import Clock, system_clock
from omnilife.core.cursors import CursorCodec
from omnilife.core.errors import PreconditionFailed
from omnilife.core.ids import IdMaker, new_id
from omnilife.core.table import ConditionFailed

MAX_RULES = 500
ATTEMPTS = 8


def list_shipping_zones(
    store: PricingStore, *, limit: int, cursor: str | None, cursors: CursorCodec
) -> ShippingZonePage:
    """A page of the zones, by their ids.

    Raises:
        BadCursor: it was not issued for this list.
    """
    items, last = store.zones(limit=limit, after=_after(cursor, cursors, "shipping-zones/1"))
    return ShippingZonePage(items=items, next_cursor=_cursor(last, cursors, "shipping-zones/1"))


def list_tax_rates(
    store: PricingStore, *, limit: int, cursor: str | None, cursors: CursorCodec
) -> TaxRatePage:
    """A page of the tax rates, by their ids.

    Raises:
        BadCursor: it was not issued for this list.
    """
    items, last = store.tax_rates(limit=limit, after=_after(cursor, cursors, "tax-rates/1"))
    return TaxRatePage(items=items, next_cursor=_cursor(last, cursors, "tax-rates/1"))


def list_coupons(store: PricingStore, *, limit: int, cursor: str | None, cursors: CursorCodec) -> CouponPage:
    """A page of the coupons, by their codes.

    Raises:
        BadCursor: it was not issued for this list.
    """
    items, last = store.coupons(limit=limit, after=_after(cursor, cursors, "coupons/1"))
    return CouponPage(items=items, next_cursor=_cursor(last, cursors, "coupons/1"))


def put_shipping_zone(
    store: PricingStore,
    zone_id: str,
    fields: ShippingZoneFields,
    *,
    caller: Caller,
    if_match: int | None = None,
    clock: Clock = system_clock,
    make_id: IdMaker = new_id,
) -> ShippingZone:
    """Write a zone: a new one, or over the one with this id.

    Raises:
        PreconditionFailed: it is no longer at `if_match`, or there is none.
        TooManyRules: there are as many as there may be.
        BusyRule: others kept changing it.
    """

    def attempt() -> ShippingZone:
        found = store.zone(zone_id)
        before = found.version if found else 0
        _check(before, if_match)
        _check_room(store, ZONE, before)
        zone = ShippingZone(**dict(fields), zone_id=zone_id, version=before + 1, updated_at=clock.now())
        store.save(
            zone,
            before=before,
            event=_changed("shipping_zone", zone_id, zone.version, caller, clock=clock, make_id=make_id),
        )
        return zone

    return _retried(attempt)


def put_tax_rate(
    store: PricingStore,
    rate_id: str,
    fields: TaxRateFields,
    *,
    caller: Caller,
    if_match: int | None = None,
    clock: Clock = system_clock,
    make_id: IdMaker = new_id,
) -> TaxRate:
    """Write a tax rate. Raises as `put_shipping_zone`."""

    def attempt() -> TaxRate:
        found = store.tax_rate(rate_id)
        before = found.version if found else 0
        _check(before, if_match)
        _check_room(store, TAX, before)
        rate = TaxRate(**dict(fields), rate_id=rate_id, version=before + 1, updated_at=clock.now())
        store.save(
            rate,
            before=before,
            event=_changed("tax_rate", rate_id, rate.version, caller, clock=clock, make_id=make_id),
        )
        return rate

    return _retried(attempt)


def put_coupon(
    store: PricingStore,
    code: str,
    fields: CouponFields,
    *,
    caller: Caller,
    if_match: int | None = None,
    clock: Clock = system_clock,
    make_id: IdMaker = new_id,
) -> Coupon:
    """Write a coupon; how often it was used stays.

    Raises:
        BadCouponCode.
        PreconditionFailed, BusyRule: as `put_shipping_zone`.
    """
    if not COUPON_CODE.fullmatch(code):
        raise BadCouponCode("A code is 3 to 32 of A to Z, 0 to 9, hyphen and underscore.")

    def attempt() -> Coupon:
        found = store.coupon(code)
        before = found.version if found else 0
        _check(before, if_match)
        coupon = Coupon(
            **dict(fields),
            code=code,
            uses=found.uses if found else 0,
            version=before + 1,
            updated_at=clock.now(),
        )
        store.save_coupon(
            coupon,
            before=before,
            event=_changed("coupon", code, coupon.version, caller, clock=clock, make_id=make_id),
        )
        return coupon

    return _retried(attempt)


def _retried[Rule](attempt: Callable[[], Rule]) -> Rule:
    for _ in range(ATTEMPTS):
        try:
            return attempt()
        except ConditionFailed:
            continue
    raise BusyRule("Others keep changing this. Read it again and decide anew.")


def _check(version: int, if_match: int | None) -> None:
    if if_match is not None and if_match != version:
        raise PreconditionFailed("It has changed since you read it. Read it again.")


def _check_room(store: PricingStore, prefix: str, before: int) -> None:
    if not before and store.count(prefix, MAX_RULES) >= MAX_RULES:
        raise TooManyRules(f"There may be {MAX_RULES} of them.")


def _changed(
    kind: Literal["shipping_zone", "tax_rate", "coupon"],
    rule_id: str,
    version: int,
    caller: Caller,
    *,
    clock: Clock,
    make_id: IdMaker,
) -> PricingRuleChanged:
    return PricingRuleChanged.of(
        kind, rule_id, version, event_id=make_id(), actor=caller.actor, at=clock.now()
    )


def _after(cursor: str | None, cursors: CursorCodec, bound_to: str) -> str | None:
    return None if cursor is None else str(cursors.read(cursor, bound_to=bound_to))


def _cursor(last: str | None, cursors: CursorCodec, bound_to: str) -> str | None:
    return None if last is None else cursors.issue(last, bound_to=bound_to)
