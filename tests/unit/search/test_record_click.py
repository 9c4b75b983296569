"""Feedback on searches: kept once, counted once, inflated by nobody."""

from typing import Any

import pytest

from omnilife.core.clock import FixedClock
from omnilife.core.errors import Invalid, Unavailable
from omnilife.core.table import ConditionFailed
from omnilife.search.clicks import Click
from omnilife.search.problems import UnknownSearch
from omnilife.search.store_clicks import MOST_OF_ONE_ADDRESS, MOST_TOGETHER, ClickStore
from tests.unit.search.shoppers import Shoppers


def search_row(shoppers: Shoppers, search_id: str) -> dict[str, Any]:
    item = shoppers.table.get(f"SEARCH#{search_id}", "SEARCH")
    assert item
    return item


def test_a_click_is_kept_with_its_search(shoppers: Shoppers) -> None:
    search_id = shoppers.search("Brass Lamp")
    receipt = shoppers.click(search_id, "p1", position=3)

    assert receipt.counted
    row = shoppers.table.get(f"SEARCH#{search_id}", "CLICK#click#p1")
    assert row is not None
    assert (row["query"], row["visitor"], row["position"]) == ("brass lamp", "v1", 3)
    assert search_row(shoppers, search_id)["kinds"] == {"click"}
    assert search_row(shoppers, search_id)["clicked"] == {"p1"}


def test_a_repeat_changes_nothing_and_is_answered_as_the_first(shoppers: Shoppers) -> None:
    search_id = shoppers.search()
    first = shoppers.click(search_id, position=3)
    repeat = shoppers.click(search_id, position=9)

    assert repeat == first
    row = shoppers.table.get(f"SEARCH#{search_id}", "CLICK#click#p1")
    assert row is not None
    assert row["position"] == 3


def test_each_kind_counts_once(shoppers: Shoppers) -> None:
    search_id = shoppers.search()
    assert [shoppers.click(search_id, kind=k).counted for k in ("click", "add_to_cart", "purchase")] == [
        True
    ] * 3
    assert search_row(shoppers, search_id)["kinds"] == {"click", "add_to_cart", "purchase"}


def test_a_visitors_further_searches_add_no_count_that_day(shoppers: Shoppers, clock: FixedClock) -> None:
    assert shoppers.click(shoppers.search()).counted
    again = shoppers.search()
    assert not shoppers.click(again).counted
    assert search_row(shoppers, again)["kinds"] == {"click"}
    assert "clicked" not in search_row(shoppers, again)

    clock.advance(seconds=86_400)
    assert shoppers.click(shoppers.search()).counted


def test_a_repeat_of_what_did_not_count_does_not_count_either(shoppers: Shoppers) -> None:
    shoppers.click(shoppers.search())
    again = shoppers.search()
    assert [shoppers.click(again).counted for _ in range(2)] == [False, False]


def test_one_address_cannot_pose_as_many_visitors(shoppers: Shoppers) -> None:
    counted = [
        shoppers.click(shoppers.search(visitor=f"v{number}")).counted
        for number in range(MOST_OF_ONE_ADDRESS + 2)
    ]
    assert counted == [True] * MOST_OF_ONE_ADDRESS + [False] * 2

    elsewhere = shoppers.search(visitor="another")
    assert shoppers.click(elsewhere, address="198.51.100.1").counted


def test_no_address_is_stored(shoppers: Shoppers) -> None:
    shoppers.click(shoppers.search(), address="192.0.2.77")
    pages = shoppers.table.client or __import__("omnilife.core.aws", fromlist=["client"]).client("dynamodb")
    assert "192.0.2.77" not in str(pages.scan(TableName="search"))


def test_some_products_of_a_search_are_remembered_together(shoppers: Shoppers) -> None:
    search_id = shoppers.search()
    for number in range(MOST_TOGETHER + 2):
        assert shoppers.click(search_id, f"p{number}").counted

    assert len(search_row(shoppers, search_id)["clicked"]) == MOST_TOGETHER


@pytest.mark.parametrize("seconds", [30 * 86_400, 40 * 86_400])
def test_an_expired_search_takes_no_click_though_its_row_is_still_there(
    shoppers: Shoppers, clock: FixedClock, seconds: int
) -> None:
    search_id = shoppers.search()
    clock.advance(seconds=seconds)
    with pytest.raises(UnknownSearch):
        shoppers.click(search_id)
    assert shoppers.table.get(f"SEARCH#{search_id}", "CLICK#click#p1") is None


def test_an_unknown_search_takes_no_click(shoppers: Shoppers) -> None:
    with pytest.raises(UnknownSearch):
        shoppers.click("never")
    assert shoppers.table.query("SEARCH#never", limit=10).items == []


def test_a_position_beyond_what_was_found_is_refused(shoppers: Shoppers) -> None:
    search_id = shoppers.search(total=3)
    with pytest.raises(Invalid):
        shoppers.click(search_id, position=4)
    assert "kinds" not in search_row(shoppers, search_id)


def test_a_search_whose_outcome_was_lost_takes_clicks(shoppers: Shoppers) -> None:
    assert shoppers.click(shoppers.search(total=None), position=7).counted


def test_a_click_that_is_refused_time_and_again_is_unavailable(
    shoppers: Shoppers, monkeypatch: pytest.MonkeyPatch
) -> None:
    search_id = shoppers.search()

    def refuse(*_: Any, **__: Any) -> None:
        raise ConditionFailed("address", None)

    monkeypatch.setattr(type(shoppers.table), "transact", refuse)
    with pytest.raises(Unavailable):
        shoppers.click(search_id)


def test_a_click_comes_back_as_it_was_written(shoppers: Shoppers, clock: FixedClock) -> None:
    search_id = shoppers.search()
    click = Click(
        search_id=search_id,
        product_id="p1",
        kind="purchase",
        position=2,
        query="lamp",
        visitor="v1",
        searched_at=clock.now(),
        at=clock.now(),
        counted=True,
    )
    store = ClickStore(shoppers.table)
    store.add(click, source="x")
    assert store.add(click, source="x") == click
