"""Shipping: which zone an address is in, and what each merchant's parcel costs there. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from omnilife.checkout.models import AddressFields
from omnilife.checkout.pricing_rules import ShippingRate, ShippingZone


@dataclass(frozen=True, slots=True)
class Parcel:
    """What one merchant sends: grams, and the worth of the goods after discounts."""

    merchant_id: str
    weight_g: int
    worth: int


@dataclass(frozen=True, slots=True)
class ShippingOption:
    """One way to send one merchant's parcel."""

    merchant_id: str
    zone_id: str
    rate_id: str
    name: str
    price: int


def find_zone(zones: Iterable[ShippingZone], address: AddressFields, merchant_id: str) -> ShippingZone | None:
    """The zone that says most of the address: a merchant's own first, then the narrowest, then by id."""
    matching = [
        zone
        for zone in zones
        if zone.active and zone.merchant_id in {None, merchant_id} and _narrowness(zone, address) is not None
    ]
    return min(
        matching,
        key=lambda zone: (zone.merchant_id is None, -(_narrowness(zone, address) or 0), zone.zone_id),
        default=None,
    )


def shipping_options(
    zones: Iterable[ShippingZone], address: AddressFields, parcel: Parcel
) -> list[ShippingOption]:
    """The ways to send a parcel to an address, cheapest first; none where nobody sends it."""
    zone = find_zone(zones, address, parcel.merchant_id)
    if zone is None:
        return []
    priced = [(price, rate) for rate in zone.rates if (price := rate_price(rate, parcel)) is not None]
    return [
        ShippingOption(parcel.merchant_id, zone.zone_id, rate.rate_id, rate.name, price)
        for price, rate in sorted(priced, key=lambda each: each[0])  # stable: as the zone lists them
    ]


def rate_price(rate: ShippingRate, parcel: Parcel) -> int | None:
    """What a rate asks for a parcel; None for one that is over its last band."""
    measure = parcel.weight_g if rate.by == "weight" else parcel.worth
    band = next((each for each in rate.bands if each.up_to is None or measure <= each.up_to), None)
    if band is None:
        return None
    return 0 if rate.free_over is not None and parcel.worth >= rate.free_over else band.price


def _narrowness(zone: ShippingZone, address: AddressFields) -> int | None:
    """How much a zone says of an address: 0 nothing, 1 its country, 2 its region, 4 its postcode; None if it
    says something else."""
    if zone.countries and address.country not in zone.countries:
        return None
    said = 1 if zone.countries else 0
    if zone.regions:
        if (address.region or "").casefold() not in {region.casefold() for region in zone.regions}:
            return None
        said += 2
    if zone.postcodes:
        if not _any_matches(zone.postcodes, address.postcode or ""):
            return None
        said += 4
    return said


def _any_matches(patterns: Sequence[str], postcode: str) -> bool:
    plain = postcode.upper().replace(" ", "").replace("-", "")
    return bool(plain) and any(fnmatchcase(plain, pattern) for pattern in patterns)
