"""What a shop charges besides prices: shipping zones, tax rates, coupons. What an administrator writes.

Percentages are whole numbers: of taxes in millionths (8.875 % is 88,750), of coupons in hundredths of a
per cent (15 % is 1,500). Weights are grams, amounts minor units of the shop's currency.
"""

import re
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from omnilife.checkout.models import Country, Line
from omnilife.core.clock import Timestamp
from omnilife.core.ids import Identifier

MAX_AMOUNT = 10**12
MILLION = 1_000_000
COUPON_CODE = re.compile(r"^[A-Z0-9_-]{3,32}$")

type Amount = Annotated[int, Field(strict=True, ge=0, le=MAX_AMOUNT)]
type Uses = Annotated[int, Field(strict=True, ge=1, le=10**9)]
type PostcodePattern = Annotated[str, StringConstraints(strict=True, pattern=r"^[A-Z0-9*?]{1,16}$")]
type TaxClass = Annotated[
    str, StringConstraints(strict=True, pattern=r"^(?:\*|[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?)$")
]
type CouponCode = Annotated[str, StringConstraints(strict=True, pattern=COUPON_CODE.pattern)]
type CategoryPath = Annotated[
    list[Annotated[str, StringConstraints(strict=True, min_length=1, max_length=64)]],
    Field(min_length=1, max_length=6),
]


class _Rule(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Band(_Rule):
    """What a parcel costs up to a weight or worth, both included; without `up_to`, however much."""

    up_to: Amount | None = None
    price: Amount


class ShippingRate(_Rule):
    """A way to send a merchant's parcel: its price by weight or by the worth of what is in it.

    `free_over`: from this worth of goods on, after discounts, it costs nothing.
    """

    rate_id: Identifier
    name: Line
    by: Literal["weight", "price"] = "price"
    bands: Annotated[list[Band], Field(min_length=1, max_length=20)]
    free_over: Amount | None = None

    @model_validator(mode="after")
    def _ascending(self) -> Self:
        bounds = [band.up_to for band in self.bands]
        limits = [bound for bound in bounds[:-1] if bound is not None]
        last = bounds[-1]
        rising = all(low < high for low, high in pairwise(limits))
        if (
            len(limits) < len(bounds) - 1
            or not rising
            or (limits and last is not None and last <= limits[-1])
        ):
            raise PydanticCustomError("bands", "bands rise, and only the last may be without up_to")
        return self


class ShippingZoneFields(_Rule):
    """Where these rates hold. The zone that says most of an address wins: by postcode, then by region, then
    by country, then everywhere (no countries); a merchant's own before the shop's.

    `postcodes` are patterns (`*` any characters, `?` one) of postcodes in capitals without spaces.
    """

    name: Line
    countries: Annotated[list[Country], Field(max_length=250)] = []
    regions: Annotated[list[Line], Field(max_length=100)] = []
    postcodes: Annotated[list[PostcodePattern], Field(max_length=200)] = []
    merchant_id: Identifier | None = None
    rates: Annotated[list[ShippingRate], Field(min_length=1, max_length=20)]
    active: bool = True

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if (self.regions or self.postcodes) and len(self.countries) != 1:
            raise PydanticCustomError("zone", "regions and postcodes are those of one country")
        ids = [rate.rate_id for rate in self.rates]
        if len(set(ids)) != len(ids):
            raise PydanticCustomError("rates", "two rates have one rate_id")
        return self


class ShippingZone(ShippingZoneFields):
    """A zone, as it is kept."""

    zone_id: Identifier
    version: int
    updated_at: Timestamp


class TaxRateFields(_Rule):
    """A tax on products of a class (`*`: of any) that go to a country, or a region of it.

    `rate` is in millionths. Rates of one `priority` each take the price; a `compound` one takes the price and
    the taxes of lower priorities. `on_shipping`: shipping is taxed too.
    """

    name: Line
    country: Country
    region: Line | None = None
    tax_class: TaxClass = "standard"
    rate: Annotated[int, Field(strict=True, ge=0, le=MILLION)]
    priority: Annotated[int, Field(strict=True, ge=0, le=10)] = 0
    compound: bool = False
    on_shipping: bool = False
    active: bool = True


class TaxRate(TaxRateFields):
    """A rate, as it is kept."""

    rate_id: Identifier
    version: int
    updated_at: Timestamp


class CouponFields(_Rule):
    """What a code is worth, for whom and when.

    `percent` (hundredths of a per cent) and `amount` (minor units) take from the goods of `categories` (paths
    from the root; none: all goods), `free_shipping` from shipping. `minimum` is what those goods must come to
    before discounts. A coupon that does not `stack` stands alone. `limit` and `limit_per_user` count orders.
    """

    kind: Literal["percent", "amount", "free_shipping"]
    percent: Annotated[int, Field(strict=True, ge=1, le=10_000)] | None = None
    amount: Annotated[int, Field(strict=True, ge=1, le=MAX_AMOUNT)] | None = None
    minimum: Amount | None = None
    categories: Annotated[list[CategoryPath], Field(max_length=50)] = []
    user_id: Identifier | None = None
    limit: Uses | None = None
    limit_per_user: Uses | None = None
    starts_at: Timestamp | None = None
    ends_at: Timestamp | None = None
    stacks: bool = False
    active: bool = True

    @model_validator(mode="after")
    def _one_value(self) -> Self:
        given = {name for name in ("percent", "amount") if getattr(self, name) is not None}
        if given != {self.kind} - {"free_shipping"}:
            raise PydanticCustomError("coupon_value", "a coupon has the value of its kind, and no other")
        if self.starts_at and self.ends_at and self.ends_at <= self.starts_at:
            raise PydanticCustomError("coupon_dates", "a coupon ends after it starts")
        return self


class Coupon(CouponFields):
    """A coupon, as it is kept. `uses` counts the orders of a coupon with a `limit`."""

    code: CouponCode
    uses: int = 0
    version: int
    updated_at: Timestamp


class ShippingZonePage(BaseModel):
    """Some shipping zones, by their ids."""

    items: list[ShippingZone]
    next_cursor: str | None = None


class TaxRatePage(BaseModel):
    """Some tax rates, by their ids."""

    items: list[TaxRate]
    next_cursor: str | None = None


class CouponPage(BaseModel):
    """Some coupons, by their codes."""

    items: list[Coupon]
    next_cursor: str | None = None
