"""Zones, tax rates and coupons as administrators write and list them."""

import json
from typing import Any

import pytest

from omnilife.checkout import (
    BadCouponCode,
    BusyRule,
    CouponFields,
    PricingStore,
    ShippingZoneFields,
    TaxRateFields,
    TooManyRules,
    list_coupons,
    list_shipping_zones,
    list_tax_rates,
    put_coupon,
    put_shipping_zone,
    put_tax_rate,
)
from omnilife.core.clock import FixedClock
from omnilife.core.cursors import BadCursor, CursorCodec
from omnilife.core.errors import PreconditionFailed
from omnilife.core.ids import IdMaker
from omnilife.core.table import ConditionFailed, Table
from tests.unit.catalogue.shop import ADMIN

pytestmark = pytest.mark.usefixtures("in_memory")

CURSORS = CursorCodec(b"s" * 32)
ZONE = ShippingZoneFields.model_validate(
    {
        "name": "US",
        "countries": ["US"],
        "rates": [{"rate_id": "post", "name": "Post", "bands": [{"price": 5}]}],
    }
)
TAX = TaxRateFields(name="Sales tax", country="US", rate=80_000)
COUPON = CouponFields(kind="percent", percent=1000)

KINDS = {
    "zones": (put_shipping_zone, list_shipping_zones, "ONE", ZONE, "shipping_zone"),
    "taxes": (put_tax_rate, list_tax_rates, "ONE", TAX, "tax_rate"),
    "coupons": (put_coupon, list_coupons, "ONE", COUPON, "coupon"),
}
each_kind = pytest.mark.parametrize("kind", KINDS)


@pytest.fixture
def store(checkout_table: Table) -> PricingStore:
    return PricingStore(checkout_table)


@pytest.fixture
def put(store: PricingStore, clock: FixedClock, ids: IdMaker) -> Any:
    def put(kind: str, rule_id: str = "ONE", **more: Any) -> Any:
        write, _, _, fields, _ = KINDS[kind]
        return write(store, rule_id, fields, caller=ADMIN, clock=clock, make_id=ids, **more)  # type: ignore[operator]

    return put


def listed(store: PricingStore, kind: str, limit: int = 20, cursor: str | None = None) -> Any:
    return KINDS[kind][1](store, limit=limit, cursor=cursor, cursors=CURSORS)  # type: ignore[operator]


@each_kind
def test_what_is_written_is_listed_with_its_version(store: PricingStore, put: Any, kind: str):
    first, second = put(kind), put(kind)

    assert (first.version, second.version) == (1, 2)
    assert listed(store, kind).items == [second]
    assert listed(store, kind).next_cursor is None


@each_kind
def test_a_write_over_a_version_that_is_no_longer_there_is_refused(store: PricingStore, put: Any, kind: str):
    with pytest.raises(PreconditionFailed):
        put(kind, if_match=1)
    put(kind, if_match=0)
    put(kind, if_match=1)
    with pytest.raises(PreconditionFailed):
        put(kind, if_match=1)

    assert listed(store, kind).items[0].version == 2


@each_kind
def test_a_list_goes_on_where_its_cursor_says_and_takes_no_other_lists(
    store: PricingStore, put: Any, kind: str
):
    for rule_id in ("TWO", "ONE", "THREE"):
        put(kind, rule_id)

    first = listed(store, kind, limit=2)
    rest = listed(store, kind, limit=2, cursor=first.next_cursor)

    names = [json.loads(each.model_dump_json()) for each in (*first.items, *rest.items)]
    ids = [each.get("zone_id") or each.get("rate_id") or each.get("code") for each in names]
    assert ids == ["ONE", "THREE", "TWO"]
    other = "coupons" if kind != "coupons" else "taxes"
    with pytest.raises(BadCursor):
        listed(store, other, cursor=first.next_cursor)


@each_kind
def test_a_change_is_announced_with_who_made_it(store: PricingStore, put: Any, kind: str):
    put(kind)

    (row,) = store.table.query(f"RULE#{KINDS[kind][4]}#ONE", limit=5).items
    event = json.loads(row["event"])
    assert (event["type"], event["actor"], event["version"]) == ("PricingRuleChanged", "user:admin-1", 1)
    assert event["data"] == {"kind": KINDS[kind][4], "rule_id": "ONE"}


@each_kind
def test_a_rule_that_others_change_each_time_is_given_up(
    put: Any, kind: str, monkeypatch: pytest.MonkeyPatch
):
    def beaten(*_: Any, **__: Any) -> None:
        raise ConditionFailed("rule", None)

    monkeypatch.setattr(PricingStore, "save", beaten)
    monkeypatch.setattr(PricingStore, "save_coupon", beaten)
    with pytest.raises(BusyRule):
        put(kind)


@pytest.mark.parametrize("kind", ["zones", "taxes"])
def test_there_may_be_so_many_rules_and_old_ones_can_still_be_changed(
    put: Any, kind: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("omnilife.checkout.manage_pricing.MAX_RULES", 2)
    put(kind, "ONE")
    put(kind, "TWO")

    with pytest.raises(TooManyRules):
        put(kind, "THREE")
    assert put(kind, "TWO").version == 2


@pytest.mark.parametrize("code", ["ten", "AB", "A" * 33, "A.B"])
def test_a_code_that_nobody_could_type_is_refused(store: PricingStore, put: Any, code: str):
    with pytest.raises(BadCouponCode):
        put("coupons", code)

    assert listed(store, "coupons").items == []


def test_all_rules_are_read_at_once_over_several_pages(
    store: PricingStore, put: Any, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("omnilife.checkout.store_pricing._PAGE", 1)
    zone, tax = put("zones"), put("taxes")

    assert store.rules() == ([zone], [tax])
