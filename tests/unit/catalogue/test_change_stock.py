"""Changing stock, reserving it, and the log of both."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from omnilife.catalogue import OutOfStock, return_stock, take_stock
from omnilife.catalogue.change_stock import adjusted, list_stock_changes
from omnilife.catalogue.stock import Adjustment, Stock, StockChange
from omnilife.core.cursors import BadCursor
from omnilife.core.errors import IdempotencyConflict, Invalid, NotFound, Unavailable
from omnilife.core.table import ConditionFailed
from tests.unit.catalogue.shop import ADMIN, MERCHANT, STRANGER, Shop, once
from tests.unit.catalogue.streams import is_stock, project, records


def test_units_are_added_and_taken_away_and_the_product_s_version_stays(shop: Shop):
    product = shop.create(stock_on_hand=5)
    entry = shop.adjust(product.product_id, -2, reason="damaged", note="fell\noff")
    assert (entry.on_hand, entry.available, entry.delta, entry.stock_version) == (3, 3, -2, 2)
    assert (entry.reason, entry.note, entry.actor) == ("damaged", "fell\noff", "user:merchant-1")
    found = shop.find(product.product_id)
    assert (found.stock_on_hand, found.version) == (3, 1)


def test_it_is_announced_with_the_stock_s_own_version(shop: Shop):
    product = shop.create()
    shop.adjust(product.product_id, 4, reason="received")
    event = shop.events()[-1]
    assert (event["type"], event["aggregate"], event["version"]) == ("StockAdjusted", "stock", 2)
    assert event["data"] == {
        "product_id": product.product_id,
        "on_hand": 9,
        "reserved": 0,
        "stock_version": 2,
        "reason": "received",
    }


def test_no_more_is_taken_than_is_there_and_the_refusal_says_how_much_is(shop: Shop):
    product = shop.create(stock_on_hand=5)
    with pytest.raises(OutOfStock) as refused:
        shop.adjust(product.product_id, -6)
    assert refused.value.to_dict()["available"] == 5
    assert shop.find(product.product_id).stock_on_hand == 5
    assert len(shop.events()) == 1


def test_what_orders_reserved_is_not_sold_shown_or_adjusted_away(shop: Shop):
    product = shop.create(stock_on_hand=5)
    take(shop, product.product_id, 3)
    assert shop.find(product.product_id).stock_on_hand == 2
    with pytest.raises(OutOfStock) as refused:
        shop.adjust(product.product_id, -3)
    assert refused.value.available == 2
    assert shop.adjust(product.product_id, -2).on_hand == 3


def test_an_order_cannot_reserve_more_than_is_available(shop: Shop):
    product = shop.create(stock_on_hand=5)
    take(shop, product.product_id, 3)
    with pytest.raises(ConditionFailed) as refused:
        take(shop, product.product_id, 3)
    assert refused.value.part == f"stock:{product.product_id}"
    give_back(shop, product.product_id, 1)
    take(shop, product.product_id, 3)
    assert shop.find(product.product_id).stock_on_hand == 0


def test_no_more_is_given_back_than_was_reserved(shop: Shop):
    product = shop.create(stock_on_hand=5)
    take(shop, product.product_id, 1)
    with pytest.raises(ConditionFailed):
        give_back(shop, product.product_id, 2)
    assert shop.find(product.product_id).stock_on_hand == 4


@pytest.mark.parametrize("units", [0, -1])
def test_reserving_nothing_is_an_error_of_the_caller_s(shop: Shop, units):
    with pytest.raises(ValueError, match="at least one"):
        take(shop, "p", units)


def test_a_stock_has_an_upper_limit(shop: Shop):
    product = shop.create(stock_on_hand=10**9)
    with pytest.raises(Invalid):
        shop.adjust(product.product_id, 1)


@pytest.mark.parametrize("delta", [0, 1.5, "1", True, 10**9 + 1])
def test_a_delta_is_a_whole_number_that_changes_something(delta):
    with pytest.raises(ValidationError):
        Adjustment.model_validate({"delta": delta, "reason": "found"})


def test_the_same_key_again_changes_nothing_and_gives_the_first_answer(shop: Shop):
    product = shop.create(stock_on_hand=5)
    first = shop.adjust(product.product_id, -5, idem=once("k"))
    assert shop.adjust(product.product_id, -5, idem=once("k")) == first
    assert shop.find(product.product_id).stock_on_hand == 0
    with pytest.raises(IdempotencyConflict):
        shop.adjust(product.product_id, -1, idem=once("k", body="other"))


def test_the_same_key_at_the_same_instant_changes_stock_once(shop: Shop, monkeypatch):
    product = shop.create(stock_on_hand=5)
    recall = "omnilife.catalogue.change_stock.recall"

    def other_comes_first(*_args):
        monkeypatch.undo()
        shop.adjust(product.product_id, -1, idem=once("k"))

    monkeypatch.setattr(recall, other_comes_first)
    assert shop.adjust(product.product_id, -1, idem=once("k")).on_hand == 4
    assert shop.find(product.product_id).stock_on_hand == 4


def test_another_merchant_s_stock_is_not_found(shop: Shop):
    product = shop.create()
    with pytest.raises(NotFound):
        shop.adjust(product.product_id, 1, STRANGER)
    with pytest.raises(NotFound):
        logs(shop, product.product_id, STRANGER)
    assert shop.adjust(product.product_id, 1, ADMIN).on_hand == 6


def test_the_log_has_every_change_newest_first_page_by_page(shop: Shop):
    product = shop.create(stock_on_hand=5)
    for delta in (-1, -2, 4):
        shop.adjust(product.product_id, delta)
    project(shop)
    first = logs(shop, product.product_id, limit=3)
    rest = logs(shop, product.product_id, limit=3, cursor=first.next_cursor)
    assert [(e.delta, e.on_hand) for e in first.items] == [(4, 6), (-2, 2), (-1, 4)]
    assert [(e.delta, e.on_hand, e.reason) for e in rest.items] == [(5, 5, "initial")]
    assert rest.next_cursor is None


def test_a_log_s_cursor_is_of_no_use_for_another_product(shop: Shop):
    one, other = shop.fill(2)
    shop.adjust(one.product_id, 1)
    project(shop)
    cursor = logs(shop, one.product_id, limit=1).next_cursor
    with pytest.raises(BadCursor):
        logs(shop, other.product_id, cursor=cursor)


def test_a_change_that_cannot_be_logged_stops_the_batch_there_and_is_tried_again(shop: Shop, monkeypatch):
    product = shop.create(stock_on_hand=5)
    shop.adjust(product.product_id, -1)
    shop.adjust(product.product_id, -1)
    _, second, _ = (record for record in records("catalogue") if is_stock(record))
    store = type(shop.store)
    log = store.log

    def fail_for_the_second(self, entry, **_):
        if entry.stock_version == 2:
            raise Unavailable("busy")
        log(self, entry)

    with monkeypatch.context() as broken:
        broken.setattr(store, "log", fail_for_the_second)
        assert project(shop) == [second["dynamodb"]["SequenceNumber"]]
    assert [entry.stock_version for entry in logs(shop, product.product_id).items] == [1]
    assert project(shop) == []
    assert [entry.stock_version for entry in logs(shop, product.product_id).items] == [3, 2, 1]


def test_a_reservation_is_logged_with_its_order(shop: Shop):
    product = shop.create(stock_on_hand=5)
    take(shop, product.product_id, 2)
    project(shop)
    newest = logs(shop, product.product_id).items[0]
    assert (newest.reason, newest.order_id, newest.delta, newest.reserved_delta) == ("reserved", "o-1", 0, 2)
    assert (newest.on_hand, newest.reserved, newest.available) == (5, 2, 3)


@given(
    st.integers(0, 50),
    st.lists(st.tuples(st.sampled_from(["adjust", "take", "return"]), st.integers(-20, 20))),
)
def test_no_sequence_of_changes_makes_stock_negative_or_loses_a_unit(first, changes):
    stock = Stock(product_id="p", on_hand=first, version=1, last_change=reason(first))
    on_hand, reserved = first, 0
    for kind, units in changes:
        change = reason(
            units if kind == "adjust" else 0, abs(units) * {"adjust": 0, "take": 1, "return": -1}[kind]
        )
        if kind == "return" and abs(units) > reserved:
            continue  # the part's own condition, tested above
        try:
            stock = adjusted(stock, change)
        except OutOfStock:
            assert on_hand + change.delta < reserved + change.reserved_delta
        else:
            on_hand, reserved = on_hand + change.delta, reserved + change.reserved_delta
        assert (stock.on_hand, stock.reserved) == (on_hand, reserved)
        assert 0 <= stock.reserved <= stock.on_hand
        assert stock.available == on_hand - reserved


def reason(delta: int, reserved: int = 0) -> StockChange:
    return StockChange(
        reason="correction", actor="user:m", at="2026-11-24T12:00:00Z", delta=delta, reserved_delta=reserved
    )


def take(shop: Shop, product_id: str, units: int) -> None:
    at = shop.clock.now()
    shop.table.transact([take_stock("catalogue", product_id, units, order_id="o-1", actor="user:b", at=at)])


def give_back(shop: Shop, product_id: str, units: int) -> None:
    at = shop.clock.now()
    shop.table.transact([return_stock("catalogue", product_id, units, order_id="o-1", actor="user:b", at=at)])


def logs(shop: Shop, product_id: str, caller=MERCHANT, **more):
    return list_stock_changes(shop.store, product_id, caller=caller, cursors=shop.cursors, **more)
