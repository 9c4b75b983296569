import pytest

from omnilife.checkout.fulfil_orders import FulfilmentStep, advance_fulfilment
from omnilife.checkout.order_models import Tracking
from omnilife.checkout.order_problems import BusyOrder, NoSuchOrder, NotInState
from omnilife.core.conditions import exists
from omnilife.core.table import ConditionFailed
from tests.unit.catalogue.shop import ADMIN, STRANGER

pytestmark = pytest.mark.usefixtures("in_memory")

pytestmark = pytest.mark.unit

STEPS = ("packed", "shipped", "delivered")


def test_a_paid_order_is_packed_shipped_and_delivered(ordering):
    order = ordering.order(ordering.product("a", 5), 2, "pm_ok")
    states = [ordering.advance(order, step).order_state for step in STEPS]
    assert states == list(STEPS)
    assert ordering.events(order)[-3:] == ["FulfilmentPacked", "FulfilmentShipped", "FulfilmentDelivered"]


def test_what_is_shipped_leaves_the_stock_once(ordering):
    product = ordering.product("a", 5)
    order = ordering.order(product, 2, "pm_ok")
    ordering.advance(order, "packed")
    assert ordering.stock(product) == (5, 2)
    tracking = Tracking(carrier="Parcel Line", number="PL 1")
    assert ordering.advance(order, "shipped", tracking=tracking).fulfilment.tracking == tracking
    assert ordering.advance(order, "shipped").fulfilment.tracking == tracking
    assert ordering.stock(product) == (3, 0)


def test_an_order_of_two_merchants_is_shipped_when_both_have_shipped(ordering):
    mine, other = ordering.product("a", 5), ordering.product("b", 5, merchant=STRANGER)
    order = ordering.place(ordering.quote([(mine, 1), (other, 1)]), "pm_ok").order
    for step in ("packed", "shipped"):
        ordering.advance(order, step)
    assert ordering.get(order).state == "paid"
    ordering.advance(order, "packed", caller=STRANGER)
    assert ordering.get(order).state == "packed"
    ordering.advance(order, "shipped", caller=STRANGER)
    assert ordering.get(order).state == "shipped"
    assert (ordering.stock(mine), ordering.stock(other)) == ((4, 0), (4, 0))


def test_an_unpaid_order_is_not_packed(ordering):
    product = ordering.product("a", 5)
    order = ordering.order(product, 2)
    with pytest.raises(NotInState):
        ordering.advance(order, "packed")
    assert ordering.get(order) == order


def test_no_step_is_left_out(ordering):
    product = ordering.product("a", 5)
    order = ordering.order(product, 2, "pm_ok")
    with pytest.raises(NotInState):
        ordering.advance(order, "shipped")
    assert ordering.stock(product) == (5, 2)


def test_a_merchant_without_a_part_finds_no_order(ordering):
    order = ordering.order(ordering.product("a", 5), 2, "pm_ok")
    with pytest.raises(NoSuchOrder):
        ordering.advance(order, "packed", caller=STRANGER)
    with pytest.raises(NoSuchOrder):
        advance_fulfilment(ordering.desk, "order-9", "packed", FulfilmentStep(), caller=STRANGER)


def test_naming_another_merchant_is_for_administrators(ordering):
    order = ordering.order(ordering.product("a", 5), 2, "pm_ok")
    with pytest.raises(NoSuchOrder):
        ordering.advance(order, "packed", caller=STRANGER, merchant_id="merchant-1")
    assert ordering.advance(order, "packed", caller=ADMIN, merchant_id="merchant-1").state == "packed"


def test_an_order_that_others_keep_changing_is_told_so(ordering, monkeypatch):
    order = ordering.order(ordering.product("a", 5), 2, "pm_ok")

    def lose(*_args, **_more):
        raise ConditionFailed("order", None)

    monkeypatch.setattr(type(ordering.desk.orders), "save", lose)
    with pytest.raises(BusyOrder):
        ordering.advance(order, "packed")


def test_stock_that_is_not_reserved_cannot_be_shipped(ordering):
    product = ordering.product("a", 5)
    order = ordering.order(product, 2, "pm_ok")
    ordering.advance(order, "packed")
    key = {"pk": f"STOCK#{product.product_id}", "sk": "STOCK"}
    ordering.shop.table.update(key, set={"reserved": 1, "available": 4}, condition=exists("pk"))
    with pytest.raises(ConditionFailed):
        ordering.advance(order, "shipped")
    assert ordering.get(order).state == "packed"
