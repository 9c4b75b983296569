"""What checkout gives out and forgets of a user's carts, addresses and quotes."""

from typing import Any

import pytest

from omnilife.checkout import AddressStore, QuoteStore, create_address, use_coupon
from omnilife.checkout.loyalty_ledger import earn
from omnilife.checkout.loyalty_models import Account
from omnilife.checkout.loyalty_rules import STANDARD
from omnilife.checkout.order_states import request_refund
from omnilife.checkout.pricing_models import SpentPoints
from omnilife.checkout.store_loyalty import LoyaltyStore
from omnilife.checkout.store_people import held_by_checkout
from omnilife.core.clock import FixedClock
from omnilife.core.money import Money
from omnilife.core.personal_data import Person
from tests.support.memory_dynamodb import MemoryDynamoDB
from tests.unit.catalogue.shop import CURRENCY, STRANGER, Shop
from tests.unit.checkout.buying import BOB, SOMEBODY, Buying
from tests.unit.checkout.ordering import BOB as BUYER_BOB
from tests.unit.checkout.ordering import HOME, Ordering
from tests.unit.checkout.pricing import ADDRESS, coupon, zone
from tests.unit.checkout.returning_shop import ReturningShop

pytestmark = pytest.mark.usefixtures("in_memory")

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
        ("refunded", "packed", False),
        ("paid", "open", True),
        ("partly_refunded", "shipped", True),
    ],
)
def test_an_order_is_marked_and_loses_its_address_unless_it_needs_one(
    buying: Buying, state: str, fulfilment: str, kept: bool
):
    buying.table.put(order(state, fulfilment))
    assert [each["address"]["city"] for each in told(buying, ADA)] == ["Albany"]

    for _ in range(2):
        assert held_by_checkout(buying.table).erase(ADA).finished

    item = buying.table.get("ORDER#o-1", "ORDER")
    assert item is not None
    assert ("address" in item, item["forgotten"], item["version"]) == (kept, True, 4)


@pytest.fixture
def memory() -> MemoryDynamoDB:
    return MemoryDynamoDB()


@pytest.fixture
def ordering(memory: MemoryDynamoDB, clock: FixedClock) -> Ordering:
    return ReturningShop(memory, clock).ordering


def erased(ordering: Ordering) -> None:
    assert held_by_checkout(ordering.table).erase(ADA).finished


def test_an_erased_users_order_keeps_its_address_until_the_last_parcel_has_arrived(ordering: Ordering):
    mine, other = ordering.product("lamp", 5), ordering.product("mug", 5, merchant=STRANGER)
    order = ordering.place(ordering.quote([(mine, 1), (other, 1)]), "pm_ok").order
    bobs = ordering.place(ordering.quote([(mine, 1)], buyer="user-2"), "pm_ok", caller=BUYER_BOB).order
    ordering.advance(order, "packed")
    erased(ordering)

    for step in ("shipped", "delivered"):
        ordering.advance(order, step)  # type: ignore[arg-type]
    for step in ("packed", "shipped"):
        ordering.advance(order, step, STRANGER)  # type: ignore[arg-type]
        assert ordering.get(order).address == HOME
    ordering.advance(order, "delivered", STRANGER)

    assert ordering.get(order).address is None
    item = ordering.table.get(f"ORDER#{order.order_id}", "ORDER", consistent=True)
    assert item is not None
    assert "address" not in item
    for step in ("packed", "shipped", "delivered"):
        ordering.advance(bobs, step)  # type: ignore[arg-type]
    assert ordering.get(bobs).address == HOME


def test_an_erased_users_order_loses_its_address_when_it_is_called_off(ordering: Ordering):
    order = ordering.order(ordering.product("lamp", 5), 1, "pm_ok")
    erased(ordering)
    assert ordering.get(order).address == HOME

    ordering.call_off(order)
    assert ordering.get(order).address is None
    ordering.settle(order)

    found = ordering.get(order)
    assert (found.state, found.forgotten, found.address) == ("refunded", True, None)


def test_an_erased_users_order_loses_its_address_when_all_of_its_money_went_back(ordering: Ordering):
    order = ordering.order(ordering.product("lamp", 5), 1, "pm_ok")
    erased(ordering)
    now, before = ordering.shop.clock.now(), ordering.get(order)
    asked = request_refund(before, refund_id="r-1", amount=before.total, reason="lost", at=now)
    ordering.desk.orders.save(asked, before.version)

    assert ordering.settle(order).state == "refunded"
    assert ordering.get(order).address is None


def test_an_erased_users_unpaid_order_expires_and_its_late_payment_goes_back(ordering: Ordering):
    lamp = ordering.product("lamp", 5)
    order = ordering.order(lamp, 2)
    erased(ordering)
    ordering.wait(minutes=15)
    assert ordering.release() == {"looked": 1, "left": 0}
    assert ordering.get(order).address is None

    ordering.gateway.try_method(str(ordering.get(order).payment.gateway_id), "pm_ok")
    ordering.wait(minutes=5)

    assert ordering.settle(order).state == "cancelled"
    assert (ordering.stock(lamp), ordering.gateway.held) == ((5, 0), 0)


def test_an_erased_users_order_that_spent_points_is_still_called_off(ordering: Ordering):
    lamp = ordering.product("lamp", 5)
    loyalty = LoyaltyStore(ordering.table)
    account = Account(user_id="user-1")
    now = ordering.shop.clock.now()
    step = earn(account, STANDARD, 100, spend=0, at=now, order_id="o-0", part="merchant-1", lines={})
    loyalty.commit(loyalty.parts(account, step), now=now)
    points = SpentPoints(spent=40, worth=Money(amount=40, currency=CURRENCY))
    ordering.place(ordering.quote([(lamp, 1)], points=points))
    erased(ordering)

    ordering.wait(minutes=15)

    assert ordering.release() == {"looked": 1, "left": 0}
    assert ordering.stock(lamp) == (5, 0)
    assert loyalty.standing("user-1")[1].version == 0


def test_what_arrives_after_its_buyer_was_erased_begins_no_new_account_of_points(
    memory: MemoryDynamoDB, clock: FixedClock
):
    buyer = ReturningShop(memory, clock)
    order = buyer.delivered([(buyer.ordering.product("lamp", 5), 1)], earn=False)
    erased(buyer.ordering)

    buyer.earn(order)

    assert buyer.desk.loyalty.standing("user-1")[1].version == 0
