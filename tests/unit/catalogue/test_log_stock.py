"""What the stream of stock changes becomes: the log, and the news of stock that ran low or came back."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from omnilife.catalogue import return_stock, take_stock
from omnilife.catalogue.log_stock import _news
from omnilife.catalogue.stock import LOW_STOCK, Stock, StockChange
from tests.unit.catalogue.shop import Shop
from tests.unit.catalogue.streams import project

NEWS = {"BackInStock", "StockRanLow"}


def news(shop: Shop) -> list[tuple[str, int]]:
    """What is announced beyond the changes themselves: type and units that can be sold."""
    found = [event for event in shop.events() if event["type"] in NEWS]
    found.sort(key=lambda event: event["version"])
    return [(event["type"], event["data"]["available"]) for event in found]


def test_a_stock_that_runs_low_and_then_out_is_told_twice(shop: Shop):
    lamp = shop.create(stock_on_hand=8)
    for delta in (-2, -1, -1, -3, -1):
        shop.adjust(lamp.product_id, delta)
    project(shop)
    assert news(shop) == [("StockRanLow", 5), ("StockRanLow", 0)]


def test_stock_that_comes_back_is_told(shop: Shop):
    lamp = shop.create(stock_on_hand=0)
    shop.adjust(lamp.product_id, 3)
    shop.adjust(lamp.product_id, 30)
    project(shop)
    assert news(shop) == [("BackInStock", 3)]


def test_the_first_stock_of_a_product_is_no_news(shop: Shop):
    shop.create(stock_on_hand=2)
    project(shop)
    assert news(shop) == []


def test_what_orders_reserve_and_release_is_news_too(shop: Shop):
    lamp = shop.create(stock_on_hand=6)
    order = {"order_id": "order-1", "actor": "user:u", "at": shop.clock.now()}
    shop.table.transact([take_stock(shop.table.name, lamp.product_id, 6, **order)])
    shop.table.transact([return_stock(shop.table.name, lamp.product_id, 6, **order)])
    project(shop)
    assert news(shop) == [("StockRanLow", 0), ("BackInStock", 6)]


def test_a_record_that_is_read_again_announces_nothing_anew(shop: Shop):
    lamp = shop.create(stock_on_hand=6)
    shop.adjust(lamp.product_id, -1)
    assert (project(shop), project(shop)) == ([], [])
    assert news(shop) == [("StockRanLow", 5)]
    assert len(shop.items("inventory_logs")) == 2


def test_a_sent_event_is_not_sent_again_by_a_record_that_is_read_again(shop: Shop):
    lamp = shop.create(stock_on_hand=6)
    shop.adjust(lamp.product_id, -1)
    project(shop)
    (row,) = [row for row in shop.items("outbox") if row["type"] == "StockRanLow"]
    shop.table.update({"pk": row["pk"], "sk": row["sk"]}, remove=["i4pk", "i4sk"])
    project(shop)
    (row,) = [row for row in shop.items("outbox") if row["type"] == "StockRanLow"]
    assert "i4pk" not in row


def test_a_lower_price_is_told_by_itself(shop: Shop):
    lamp = shop.create()
    shop.edit(lamp.product_id, {"price": {"amount": 4000}})
    shop.edit(lamp.product_id, {"price": {"amount": 4500}, "name": "Dearer"})
    (told,) = [event for event in shop.events() if event["type"] == "PriceDropped"]
    assert (told["version"], told["data"]["before"]["amount"], told["data"]["price"]["amount"]) == (
        2,
        4900,
        4000,
    )


def test_a_draft_that_gets_cheaper_is_no_news(shop: Shop):
    lamp = shop.create(status="draft")
    shop.edit(lamp.product_id, {"price": {"amount": 4000}})
    assert [event["type"] for event in shop.events()] == ["ProductChanged", "ProductChanged"]


@pytest.mark.parametrize("level", [LOW_STOCK, 0])
@given(before=st.integers(-3, 20), after=st.integers(-3, 20))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_news_is_told_exactly_where_a_level_is_crossed(clock, level: int, before: int, after: int):
    def stock(units: int) -> Stock:
        change = StockChange(reason="correction", actor="user:m", at=clock.now(), delta=0)
        return Stock(product_id="p", on_hand=units, version=2, last_change=change)

    types = [event.type for event in _news(stock(before), stock(after))]
    if after <= level < before:
        assert types == ["StockRanLow"]
    if before <= 0 < after:
        assert types == ["BackInStock"]
    if before == after or (before > LOW_STOCK and after > LOW_STOCK):
        assert types == []
