"""Lines, rules and coupons for tests of prices, and strategies that make them."""

from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from omnilife.checkout.models import AddressFields
from omnilife.checkout.price_quotes import CouponUse, PointsOffer, TaxRules
from omnilife.checkout.pricing_models import PricedLine, ShippingLine
from omnilife.checkout.pricing_rules import Coupon, ShippingZone, TaxRate
from omnilife.core.money import Money

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
ADDRESS = AddressFields(
    name="Ada", line1="1 Main St", city="Albany", region="NY", postcode="12207", country="US"
)


def line(price: int = 1000, quantity: int = 1, *, number: int = 1, **changes: Any) -> PricedLine:
    currency = changes.pop("currency", "USD")
    return PricedLine.model_validate(
        {
            "line_id": str(number),
            "product_id": f"p-{number}",
            "merchant_id": "m-1",
            "sku": f"s-{number}",
            "name": "Lamp",
            "category": ["home", "lighting"],
            "tax_class": "standard",
            "quantity": quantity,
            "unit_price": Money(amount=price, currency=currency),
            "subtotal": price * quantity,
        }
        | changes
    )


def parcel(price: int = 500, merchant_id: str = "m-1") -> ShippingLine:
    return ShippingLine(merchant_id=merchant_id, zone_id="z", rate_id="r", name="Post", price=price)


def rate(rate_id: str = "t", **changes: Any) -> TaxRate:
    return TaxRate.model_validate(
        {
            "rate_id": rate_id,
            "name": rate_id,
            "country": "US",
            "rate": 88_750,
            "version": 1,
            "updated_at": NOW,
        }
        | changes
    )


def coupon(code: str = "TEN", **changes: Any) -> Coupon:
    fields = {"kind": "percent", "percent": 1000} if "kind" not in changes else {}
    return Coupon.model_validate({"code": code, "version": 1, "updated_at": NOW} | fields | changes)


def zone(zone_id: str = "us", **changes: Any) -> ShippingZone:
    rates = [{"rate_id": "post", "name": "Post", "bands": [{"price": 500}]}]
    return ShippingZone.model_validate(
        {
            "zone_id": zone_id,
            "name": zone_id,
            "countries": ["US"],
            "rates": rates,
            "version": 1,
            "updated_at": NOW,
        }
        | changes
    )


CLASSES = ["standard", "reduced", "books"]
LINES = st.lists(
    st.builds(
        lambda price, quantity, tax_class: (price, quantity, tax_class),
        st.integers(0, 10**7),
        st.integers(1, 200),
        st.sampled_from(CLASSES),
    ),
    min_size=1,
    max_size=12,
).map(
    lambda each: [
        line(price, quantity, number=number, tax_class=tax_class)
        for number, (price, quantity, tax_class) in enumerate(each, 1)
    ]
)
PARCELS = st.lists(st.integers(0, 10**5), max_size=3).map(
    lambda prices: [parcel(price, f"m-{number}") for number, price in enumerate(prices)]
)
RATES = st.lists(
    st.builds(
        lambda ppm, tax_class, priority, compound, on_shipping: {
            "rate": ppm,
            "tax_class": tax_class,
            "priority": priority,
            "compound": compound,
            "on_shipping": on_shipping,
        },
        st.integers(0, 400_000),
        st.sampled_from([*CLASSES, "*"]),
        st.integers(0, 2),
        st.booleans(),
        st.booleans(),
    ),
    max_size=4,
).map(lambda each: [rate(f"t-{number}", **fields) for number, fields in enumerate(each)])
TAXES = st.builds(TaxRules, RATES, st.booleans(), st.sampled_from(["line", "order"]))
COUPONS = st.lists(
    st.one_of(
        st.integers(1, 10_000).map(lambda percent: {"kind": "percent", "percent": percent}),
        st.integers(1, 10**7).map(lambda amount: {"kind": "amount", "amount": amount}),
        st.just({"kind": "free_shipping"}),
    ),
    max_size=4,
).map(lambda each: [CouponUse(coupon(f"CODE{n}", **fields)) for n, fields in enumerate(each)])
OFFERS = st.builds(PointsOffer, st.integers(0, 10**6), st.integers(1, 100), st.integers(1, 100))
