"""What checkout gives out and forgets of a user's carts, addresses and quotes."""

from typing import Any

import pytest

from omnilife.checkout import AddressStore, QuoteStore, create_address, use_coupon
from omnilife.checkout.store_people import held_by_checkout
from omnilife.core.personal_data import Person
from tests.unit.catalogue.shop import Shop
from tests.unit.checkout.buying import BOB, SOMEBODY, Buying
from tests.unit.checkout.pricing import ADDRESS, coupon, zone

ADA = Person("user-1")


@pytest.fixture
def known(buying: Buying, shop: Shop) -> Buying:
    """Ada, of whom there is one thing of each kind, and others beside her."""
    lamp = shop.create()
    for owner in ({}, {"owner": BOB}, {"owner": SOMEBODY}):
        buying.add(lamp.product_id, **owner)  # type: ignore[arg-type]
    buying.rule(zone())
    buying.rule(coupon(limit_per_user=1))
    for user_id in ("user-1", "user-2"):
        create_address(AddressStore(buying.table), user_id, ADDRESS, clock=shop.clock, make_id=shop.ids)
    quote_id = buying.quote(coupons=["TEN"]).quote_id
    quote = QuoteStore(buying.table).get(quote_id, now=shop.clock.now())
    assert quote is not None
    buying.table.transact(use_coupon(quote.coupons[0], "user-1", order_id="o-1", at=shop.clock.now()))
    buying.quote(owner=BOB)
    return buying


def told(buying: Buying, person: Person) -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = []
    after: Any = None
    while True:
        portion = held_by_checkout(buying.table).export(person, after)
        records += portion.records
        after = portion.after
        if after is None:
            return records


def test_a_user_is_told_all_that_is_held(known: Buying):
    found = {each["entity"]: each for each in told(known, ADA)}

    assert set(found) == {"carts", "addresses", "quotes", "coupon_uses"}
    assert found["addresses"]["city"] == "Albany"
    assert found["quotes"]["address"]["postcode"] == "12207"
    assert found["coupon_uses"]["code"] == "TEN"


def test_a_user_is_forgotten_and_nobody_else(known: Buying):
    others = told(known, Person("user-2"))

    assert held_by_checkout(known.table).erase(ADA).finished

    assert [each["entity"] for each in told(known, ADA)] == ["coupon_uses"]
    assert told(known, Person("user-2")) == others
    assert known.look(SOMEBODY).units == 1


def order(state: str, fulfilment: str) -> dict[str, Any]:
    address = ADDRESS.model_dump(exclude_none=True)
    return {
        "pk": "ORDER#o-1",
        "sk": "ORDER",
        "entity": "orders",
        "i1pk": "USER#user-1",
        "i1sk": "ORDER#2026-11-24T12:00:00.000Z#o-1",
        "number": "1",
        "state": state,
        "version": 3,
        "address": address,
        "fulfilments": [{"merchant_id": "merchant-1", "state": fulfilment}],
    }


@pytest.mark.parametrize(
    ("state", "fulfilment", "kept"),
    [
        ("delivered", "delivered", False),
        ("cancelled", "open", False),
        ("refunded", "cancelled", False),
        ("paid", "open", True),
        ("partly_refunded", "shipped", True),
    ],
)
def test_an_order_loses_its_address_once_it_needs_none(
    buying: Buying, state: str, fulfilment: str, kept: bool
):
    buying.table.put(order(state, fulfilment))
    assert [each["address"]["city"] for each in told(buying, ADA)] == ["Albany"]

    for _ in range(2):
        assert held_by_checkout(buying.table).erase(ADA).finished

    item = buying.table.get("ORDER#o-1", "ORDER")
    assert item is not None
    assert (item["address"] is not None, item["version"]) == (kept, 3 if kept else 4)
