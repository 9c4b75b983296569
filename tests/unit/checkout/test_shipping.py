"""Which zone an address is in, and what a parcel costs there."""

from typing import Any

import pytest
from pydantic import ValidationError

from omnilife.checkout.models import AddressFields
from omnilife.checkout.pricing_rules import CouponFields, ShippingRate, ShippingZoneFields
from omnilife.checkout.shipping import Parcel, find_zone, rate_price, shipping_options
from tests.unit.checkout.pricing import ADDRESS, zone


def to(**changes: Any) -> AddressFields:
    return AddressFields.model_validate(ADDRESS.model_dump() | changes)


def zone_of(address: AddressFields, *zones: Any) -> str | None:
    found = find_zone(zones, address, "m-1")
    return found and found.zone_id


def test_the_zone_that_says_most_of_the_address_wins():
    everywhere = zone("everywhere", countries=[])
    country = zone("country")
    region = zone("region", regions=["ny"])
    postcode = zone("postcode", postcodes=["122*"])
    zones = [everywhere, country, postcode, region]

    assert zone_of(ADDRESS, *zones) == "postcode"
    assert zone_of(to(postcode="10001"), *zones) == "region"
    assert zone_of(to(postcode=None, region="CA"), *zones) == "country"
    assert zone_of(to(country="DE"), *zones) == "everywhere"


def test_a_merchants_own_zone_comes_before_the_shops_and_is_for_nobody_else():
    off = zone("off", countries=[], merchant_id="m-1", active=False)
    own, others = zone("own", countries=[], merchant_id="m-1"), zone("other", merchant_id="m-2")

    assert zone_of(ADDRESS, zone("shop"), off, own, others) == "own"
    assert zone_of(ADDRESS, zone("shop"), off, others) == "shop"


def test_an_address_outside_all_zones_has_none():
    assert zone_of(to(country="DE"), zone(), zone("other", regions=["ny"])) is None


@pytest.mark.parametrize(
    ("pattern", "postcode", "matches"),
    [
        ("SW1A*", "sw1a 1aa", True),
        ("SW1?1AA", "SW1A 1AA", True),
        ("122*", "12207-1234", True),
        ("122", "12207", False),
        ("*", None, False),
    ],
)
def test_postcodes_are_matched_in_capitals_without_spaces(pattern: str, postcode: str | None, matches: bool):
    assert (zone_of(to(postcode=postcode), zone(postcodes=[pattern])) is not None) is matches


def test_bands_include_their_bound_and_a_parcel_over_the_last_is_not_sent():
    heavy = ShippingRate.model_validate(
        {
            "rate_id": "r",
            "name": "Post",
            "by": "weight",
            "bands": [{"up_to": 1000, "price": 500}, {"up_to": 5000, "price": 900}],
        }
    )

    prices = [rate_price(heavy, Parcel("m-1", grams, 0)) for grams in (0, 1000, 1001, 5000, 5001)]

    assert prices == [500, 500, 900, 900, None]


def test_shipping_is_free_from_a_worth_on():
    free = ShippingRate.model_validate(
        {"rate_id": "r", "name": "Post", "bands": [{"price": 500}], "free_over": 5000}
    )

    assert [rate_price(free, Parcel("m-1", 0, worth)) for worth in (4999, 5000)] == [500, 0]


def test_options_come_cheapest_first():
    rates = [
        {"rate_id": "fast", "name": "Fast", "bands": [{"price": 900}]},
        {"rate_id": "slow", "name": "Slow", "bands": [{"price": 300}]},
        {"rate_id": "tiny", "name": "Tiny", "by": "weight", "bands": [{"up_to": 10, "price": 1}]},
    ]

    options = shipping_options([zone(rates=rates)], ADDRESS, Parcel("m-1", 500, 0))

    assert [each.rate_id for each in options] == ["slow", "fast"]


@pytest.mark.parametrize(
    "bands",
    [
        [],
        [{"price": 1}, {"price": 2}],
        [{"up_to": 5, "price": 1}, {"up_to": 5, "price": 2}],
        [{"up_to": 5, "price": 1}, {"up_to": 4, "price": 2}],
        [{"up_to": 5, "price": -1}],
    ],
    ids=["none", "two-open", "equal", "falling", "negative"],
)
def test_bands_that_say_nothing_clear_are_refused(bands: Any):
    with pytest.raises(ValidationError):
        ShippingRate.model_validate({"rate_id": "r", "name": "Post", "bands": bands})


@pytest.mark.parametrize(
    "changes",
    [
        {"countries": ["US", "CA"], "regions": ["NY"]},
        {"countries": [], "postcodes": ["1*"]},
        {"rates": []},
        {"rates": [{"rate_id": "r", "name": "Post", "bands": [{"price": 1}]}] * 2},
        {"countries": ["us"]},
        {"postcodes": ["[1]"]},
    ],
    ids=["regions-of-two", "postcodes-of-none", "no-rates", "one-id-twice", "lower-case", "brackets"],
)
def test_a_zone_that_says_nothing_clear_is_refused(changes: Any):
    fields = {
        "name": "US",
        "countries": ["US"],
        "rates": [{"rate_id": "r", "name": "P", "bands": [{"price": 1}]}],
    }
    with pytest.raises(ValidationError):
        ShippingZoneFields.model_validate(fields | changes)


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "percent"},
        {"kind": "percent", "percent": 0},
        {"kind": "percent", "percent": 10_001},
        {"kind": "percent", "percent": 10, "amount": 10},
        {"kind": "amount", "amount": 1.5},
        {"kind": "free_shipping", "amount": 10},
        {
            "kind": "free_shipping",
            "starts_at": "2026-01-02T00:00:00Z",
            "ends_at": "2026-01-02T00:00:00Z",
        },
    ],
    ids=["no-value", "nothing", "over-all", "two-values", "fraction", "value-of-none", "no-time"],
)
def test_a_coupon_that_says_nothing_clear_is_refused(fields: Any):
    with pytest.raises(ValidationError):
        CouponFields.model_validate(fields)
