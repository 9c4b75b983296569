"""Returns and refunds: exact, once, in time, and only what was bought and delivered."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from omnilife.catalogue import Product
from omnilife.checkout.order_models import Order
from omnilife.checkout.order_problems import NoSuchOrder
from omnilife.checkout.request_returns import list_returns
from omnilife.checkout.return_models import Return
from omnilife.checkout.return_problems import (
    BadReturnQuantity,
    BusyReturn,
    LineNamedTwice,
    NoSuchReturn,
    NotDelivered,
    NothingReceived,
    ReceivedTooMany,
    ReturningTooMany,
    ReturnStateConflict,
    ReturnWindowClosed,
    SeveralMerchants,
    UnknownOrderLine,
)
from omnilife.checkout.returning import ReturnPolicy
from omnilife.checkout.store_loyalty import LoyaltyStore
from omnilife.core.clock import FixedClock
from omnilife.core.cursors import BadCursor, CursorCodec
from omnilife.core.errors import Invalid, Problem
from omnilife.core.idempotency import Idempotency
from omnilife.core.table import ConditionFailed
from tests.support.memory_dynamodb import MemoryDynamoDB
from tests.unit.catalogue.shop import ADMIN, MERCHANT, STRANGER
from tests.unit.checkout.ordering import ADA, BOB
from tests.unit.checkout.returning_shop import ReturningShop

CURSORS = CursorCodec(b"c" * 43)


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> ReturningShop:
    memory = MemoryDynamoDB()
    monkeypatch.setattr("omnilife.core.aws.client", lambda _: memory)
    return ReturningShop(memory, FixedClock(datetime(2026, 11, 24, 12, tzinfo=UTC)))


@pytest.fixture
def lamp(shop: ReturningShop) -> Product:
    return shop.ordering.product("lamp-1", 10)


@pytest.fixture
def order(shop: ReturningShop, lamp: Product) -> Order:
    """Three lamps, delivered."""
    return shop.delivered([(lamp, 3)])


def refused(shop: ReturningShop, order: Order, problem: type[Problem], lines: Any, **more: Any) -> Problem:
    """The problem; and nothing was changed."""
    before = dict(shop.memory.tables["checkout"])
    with pytest.raises(problem) as raised:
        shop.ask(order, lines, **more)
    assert shop.memory.tables["checkout"] == before
    return raised.value


def test_goods_that_come_back_bring_money_stock_and_events(shop: ReturningShop, lamp: Product, order: Order):
    given = shop.bring_back(order, [("1", 2)])
    price = lamp.price.amount
    assert given.state == "refunded"
    assert given.refund is not None
    assert (given.refund.total.amount, given.refund.goods.amount) == (2 * price, 2 * price)
    assert shop.ordering.stock(lamp) == (9, 0)
    after = shop.ordering.get(order)
    assert (after.state, after.payment.refunded) == ("partly_refunded", 2 * price)
    assert (after.line("1").returned, after.line("1").refunded) == (2, 2)
    assert sorted(shop.events(given)) == sorted(
        ["ReturnRequested", "ReturnApproved", "ReturnReceived", "ReturnRefundStarted", "ReturnRefunded"]
    )


def test_refunding_unit_by_unit_gives_back_exactly_what_was_paid(shop: ReturningShop, lamp: Product):
    order = shop.sold(lamp, 3, 10_073, tax=701, shipping=532)
    for _ in range(3):
        shop.bring_back(order, [("1", 1)])
    after = shop.ordering.get(order)
    assert (after.payment.captured, after.payment.refunded, after.state) == (10_605, 10_605, "refunded")
    assert shop.ordering.gateway.held == 0


@pytest.mark.parametrize("quantity", [0, -1, 10**9, 1.5, True, "2", None])
def test_units_that_are_no_number_of_units_are_refused(shop: ReturningShop, order: Order, quantity: Any):
    refused(shop, order, BadReturnQuantity, [("1", quantity)])


def test_more_than_was_bought_is_refused(shop: ReturningShop, order: Order):
    problem = refused(shop, order, ReturningTooMany, [("1", 4)])
    assert problem.extensions == {"line_id": "1", "wanted": 4, "returnable": 3}


def test_units_in_another_return_are_not_returned_twice(shop: ReturningShop, order: Order):
    first = shop.ask(order, [("1", 2)])
    refused(shop, order, ReturningTooMany, [("1", 2)])
    shop.act(first, "refuse", note="Used.")
    assert shop.ask(order, [("1", 3)]).state == "requested"


def test_an_unknown_line_is_refused(shop: ReturningShop, order: Order):
    refused(shop, order, UnknownOrderLine, [("7", 1)])


def test_a_line_is_named_once(shop: ReturningShop, order: Order):
    refused(shop, order, LineNamedTwice, [("1", 1), ("1", 1)])


def test_each_merchant_gets_a_return_of_their_own(shop: ReturningShop, lamp: Product):
    rug = shop.ordering.product("rug-1", 5, merchant=STRANGER)
    order = shop.delivered([(lamp, 1), (rug, 1)])
    refused(shop, order, SeveralMerchants, [("1", 1), ("2", 1)])
    assert shop.ask(order, [("2", 1)]).merchant_id == STRANGER.subject


def test_what_was_not_delivered_is_not_returned(shop: ReturningShop, lamp: Product):
    order = shop.ordering.place(shop.ordering.quote([(lamp, 1)]), "pm_ok").order
    refused(shop, order, NotDelivered, [("1", 1)])


def test_the_window_closes(shop: ReturningShop, order: Order):
    shop.clock.advance(seconds=timedelta(days=30).total_seconds())
    assert shop.ask(order, [("1", 1)]).state == "requested"
    shop.clock.advance(seconds=0.001)
    refused(shop, order, ReturnWindowClosed, [("1", 1)])


def test_another_buyers_order_is_not_there(shop: ReturningShop, order: Order):
    refused(shop, order, NoSuchOrder, [("1", 1)], caller=BOB)


def test_a_request_repeated_after_a_lost_answer_makes_one_return(shop: ReturningShop, order: Order):
    idem = Idempotency("k", "user:user-1", "POST x", "h")
    first = shop.ask(order, [("1", 2)], idem=idem)
    assert shop.ask(order, [("1", 2)], idem=idem) == first
    assert shop.ordering.get(order).line("1").returned == 2


@pytest.fixture
def given(shop: ReturningShop, order: Order) -> Return:
    return shop.ask(order, [("1", 2)])


@pytest.mark.parametrize(
    ("steps", "then"),
    [
        ([], "receive"),
        ([], "refund"),
        (["approve"], "refuse"),
        (["approve"], "refund"),
        (["refuse"], "approve"),
        (["refuse"], "receive"),
        (["approve", "receive"], "approve"),
        (["approve", "receive"], "refuse"),
        (["approve", "receive", "refund"], "approve"),
    ],
    ids=lambda each: "-".join(each) or "new" if isinstance(each, list) else each,
)
def test_only_listed_transitions_are_taken(shop: ReturningShop, given: Return, steps: list[str], then: str):
    for step in steps:
        shop.act(given, step)
    before = dict(shop.memory.tables["checkout"])
    with pytest.raises(ReturnStateConflict):
        shop.act(given, then)
    assert shop.memory.tables["checkout"] == before


@pytest.mark.parametrize("steps", ["approve", "refuse", "approve receive", "approve receive refund"])
def test_a_step_that_was_taken_already_changes_nothing(shop: ReturningShop, given: Return, steps: str):
    for step in steps.split():
        first = shop.act(given, step)
    before = dict(shop.memory.tables["checkout"])
    assert shop.act(given, steps.rsplit(maxsplit=1)[-1]) == first
    assert shop.memory.tables["checkout"] == before


def test_units_are_restocked_or_written_off(shop: ReturningShop, lamp: Product, given: Return):
    shop.act(given, "approve")
    arrived = [{"line_id": "1", "restocked": 1, "written_off": 1}]
    shop.act(given, "receive", lines=arrived)
    assert shop.ordering.stock(lamp) == (8, 0)
    refunded = shop.completed(shop.act(given, "refund"))
    assert refunded.refund is not None
    assert refunded.refund.total.amount == 2 * lamp.price.amount


def test_units_that_did_not_arrive_are_not_paid_and_can_be_returned_again(
    shop: ReturningShop, lamp: Product, order: Order, given: Return
):
    shop.act(given, "approve")
    shop.act(given, "receive", lines=[{"line_id": "1", "restocked": 1}])
    refunded = shop.completed(shop.act(given, "refund"))
    assert refunded.refund is not None
    assert refunded.refund.total.amount == lamp.price.amount
    assert shop.ask(order, [("1", 2)]).state == "requested"


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ([{"line_id": "1", "restocked": 2, "written_off": 1}], ReceivedTooMany),
        ([{"line_id": "9", "restocked": 1}], UnknownOrderLine),
        ([{"line_id": "1", "restocked": 1}, {"line_id": "1", "written_off": 1}], LineNamedTwice),
        ([{"line_id": "1"}], NothingReceived),
        ([], NothingReceived),
    ],
    ids=["more", "unknown", "twice", "none", "empty"],
)
def test_what_arrives_is_what_was_to_return(
    shop: ReturningShop, given: Return, lamp: Product, lines: Any, problem: type[Problem]
):
    shop.act(given, "approve")
    with pytest.raises(problem):
        shop.act(given, "receive", lines=lines)
    assert (shop.find(given).state, shop.ordering.stock(lamp)) == ("approved", (7, 0))


def test_lines_belong_to_what_is_received_only(shop: ReturningShop, given: Return):
    with pytest.raises(Invalid):
        shop.act(given, "approve", lines=[])


@pytest.mark.parametrize("caller", [STRANGER, ADA], ids=["merchant", "buyer"])
def test_only_its_merchant_decides_a_return(shop: ReturningShop, given: Return, caller: Any):
    with pytest.raises(NoSuchReturn):
        shop.act(given, "approve", caller=caller)
    assert shop.act(given, "approve", caller=ADMIN).state == "approved"


def test_a_return_that_never_was_is_not_there(shop: ReturningShop, given: Return):
    with pytest.raises(NoSuchReturn):
        shop.act(given.model_copy(update={"return_id": "nothing"}), "approve")


def test_both_sides_list_their_returns_newest_first(shop: ReturningShop, order: Order):
    made = []
    for _ in range(3):
        made.append(shop.ask(order, [("1", 1)]).return_id)
        shop.clock.advance(seconds=1)
    store = shop.desk.returns
    first = list_returns(store, caller=ADA, cursors=CURSORS, limit=2)
    rest = list_returns(store, caller=ADA, cursors=CURSORS, limit=2, cursor=first.next_cursor)
    assert [each.return_id for each in [*first.items, *rest.items]] == made[::-1]
    assert [each.return_id for each in list_returns(store, caller=MERCHANT, cursors=CURSORS).items] == made[
        ::-1
    ]
    assert list_returns(store, caller=MERCHANT, cursors=CURSORS, side="buyer").items == []
    with pytest.raises(BadCursor):
        list_returns(store, caller=BOB, cursors=CURSORS, cursor=first.next_cursor)


@pytest.mark.parametrize("policy", ["never", "whole", "share"])
def test_shipping_comes_back_by_the_shops_policy(shop: ReturningShop, lamp: Product, policy: str):
    shop.policy = ReturnPolicy(return_shipping=policy)
    order = shop.sold(lamp, 3, 3_000, shipping=500)
    back = []
    for _ in range(3):
        refund = shop.bring_back(order, [("1", 1)]).refund
        assert refund is not None
        back.append(refund.shipping.amount)
    assert back == {"never": [0, 0, 0], "whole": [0, 0, 500], "share": [166, 167, 167]}[policy]


def test_shipping_of_goods_without_a_price_comes_back_by_units(shop: ReturningShop, lamp: Product):
    shop.policy = ReturnPolicy(return_shipping="share")
    order = shop.sold(lamp, 2, 0, shipping=501)
    back = [shop.bring_back(order, [("1", 1)]).refund for _ in range(2)]
    assert [each and each.shipping.amount for each in back] == [250, 251]


def test_points_earned_go_back_and_points_spent_come_back(shop: ReturningShop, lamp: Product):
    shop.give_points(500)
    order = shop.sold(lamp, 3, 6_000, points=300)
    assert shop.account().balance == 500 - 300 + 60
    for balance in (200 + 60 + 100 - 20, 200 + 60 + 200 - 40, 500):
        shop.bring_back(order, [("1", 1)])
        assert shop.account().balance == balance == sum(each.points for each in shop.ledger())
    assert sum(shop.account().spend.values()) == 0


def test_points_that_were_spent_meanwhile_are_owed(shop: ReturningShop, lamp: Product):
    order = shop.sold(lamp, 3, 6_000)
    shop.sold(lamp, 1, 1_000, points=50, earn=False)
    given = shop.bring_back(order, [("1", 3)])
    assert given.refund is not None
    assert (shop.account().balance, shop.account().owed, given.refund.points_taken_back) == (0, 50, 10)


def test_a_delivery_earns_once_and_only_for_what_is_kept(shop: ReturningShop, lamp: Product):
    order = shop.sold(lamp, 3, 6_000, earn=False)
    shop.bring_back(order, [("1", 1)])
    assert shop.account().balance == 0
    assert (shop.earn(order), shop.earn(order)) == (40, 0)
    shop.bring_back(order, [("1", 2)])
    assert shop.account().balance == 0 == sum(each.points for each in shop.ledger())


def test_an_order_in_another_currency_or_not_delivered_earns_nothing(shop: ReturningShop, lamp: Product):
    order = shop.ordering.place(shop.ordering.quote([(lamp, 1)]), "pm_ok").order
    assert shop.earn(order) == 0
    assert shop.earn(order.model_copy(update={"order_id": "gone"})) == 0
    delivered = shop.delivered([(lamp, 1)], earn=False)
    shop.desk = replace(shop.desk, loyalty=LoyaltyStore(shop.ordering.table, "EUR"))
    assert shop.earn(delivered) == 0


def test_goods_paid_in_points_alone_come_back_without_the_gateway(shop: ReturningShop, lamp: Product):
    shop.give_points(500)
    order = shop.sold(lamp, 1, 0, points=500)
    given = shop.ask(order, [("1", 1)])
    for action in ("approve", "receive", "refund"):
        given = shop.act(given, action)
    assert (given.state, shop.account().balance) == ("refunded", 500)
    assert shop.ordering.get(order).refunds == []


def test_a_refund_that_the_gateway_refused_can_be_asked_for_again(
    shop: ReturningShop, order: Order, given: Return
):
    shop.act(given, "approve")
    shop.act(given, "receive")
    shop.ordering.gateway.refuse_refunds = True
    assert shop.completed(shop.act(given, "refund")).state == "refunding"
    points = shop.account()
    shop.ordering.gateway.refuse_refunds = False
    again = shop.completed(shop.act(given, "refund"))
    assert (again.state, shop.account()) == ("refunded", points)
    assert again.refund is not None
    assert shop.ordering.get(order).payment.refunded == again.refund.total.amount


def test_what_others_keep_changing_is_told_as_busy(
    shop: ReturningShop, order: Order, given: Return, monkeypatch: pytest.MonkeyPatch
):
    def busy(*_: Any, **__: Any) -> None:
        raise ConditionFailed("order", None)

    monkeypatch.setattr("omnilife.core.table.Table.transact", busy)
    with pytest.raises(BusyReturn):
        shop.ask(order, [("1", 1)])
    with pytest.raises(BusyReturn):
        shop.act(given, "approve")
