"""Popular queries: only what several have asked, and what leads somewhere."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest

from omnilife.search.popular_queries import FADING, categories, popular, refresh_popular_queries
from omnilife.search.rollups import FLOOR
from omnilife.search.store_rollups import RollupStore
from omnilife.search.suggestion_index import Suggestible
from tests.unit.search.shoppers import Shoppers


def asked(shoppers: Shoppers, text: str, *, visitors: int = FLOOR, days_ago: int = 0, total: int = 3) -> None:
    at = shoppers.clock.now() - timedelta(days=days_ago)
    for number in range(visitors):
        shoppers.search(text, visitor=f"v{days_ago}-{number}", total=total, at=at)


def shown(shoppers: Shoppers) -> list[Suggestible]:
    shoppers.roll_up()
    return popular(RollupStore(shoppers.table), shoppers.clock)


def texts(shoppers: Shoppers) -> list[str]:
    return [each.text for each in shown(shoppers)]


def test_a_query_of_one_visitor_too_few_is_not_shown_however_often_it_was_asked(shoppers: Shoppers) -> None:
    for _ in range(3):
        asked(shoppers, "lamp", visitors=FLOOR - 1)
    assert texts(shoppers) == []

    shoppers.search("lamp", visitor="another")
    assert texts(shoppers) == ["lamp"]


def test_visitors_of_several_days_are_counted_together(shoppers: Shoppers) -> None:
    asked(shoppers, "lamp", visitors=2, days_ago=0)
    asked(shoppers, "lamp", visitors=2, days_ago=3)
    asked(shoppers, "lamp", visitors=1, days_ago=9)
    assert texts(shoppers) == ["lamp"]


def test_what_was_asked_more_than_a_month_ago_is_forgotten(shoppers: Shoppers) -> None:
    asked(shoppers, "lamp", days_ago=30)
    assert texts(shoppers) == []


def test_what_was_asked_lately_comes_first(shoppers: Shoppers) -> None:
    asked(shoppers, "old", visitors=6, days_ago=7)
    asked(shoppers, "new", visitors=5)
    assert [(each.text, each.weight) for each in shown(shoppers)] == [
        ("new", 5),
        ("old", pytest.approx(6 * FADING**7, abs=1e-3)),
    ]


@pytest.mark.parametrize("text", ["ann@example.com lamp", "4111 1111 1111 1111", "x", "y" * 61])
def test_what_names_somebody_or_is_no_query_is_not_shown(shoppers: Shoppers, text: str) -> None:
    asked(shoppers, text)
    assert texts(shoppers) == []


def test_what_mostly_finds_nothing_is_not_shown(shoppers: Shoppers) -> None:
    asked(shoppers, "sofa", total=0)
    asked(shoppers, "lamp", visitors=FLOOR + 1, total=3)
    asked(shoppers, "lamp", visitors=FLOOR, total=0)
    assert texts(shoppers) == ["lamp"]


class Products:
    """A product index that has counted its categories."""

    def __init__(self, answer: Mapping[str, Any]) -> None:
        self.answer = answer

    def search(self, body: Mapping[str, Any]) -> Mapping[str, Any]:  # noqa: ARG002
        return self.answer


class Index:
    def __init__(self) -> None:
        self.runs: list[tuple[int, list[str]]] = []

    def replace(self, suggestibles: Sequence[Suggestible], *, run: int) -> None:
        self.runs.append((run, [each.text for each in suggestibles]))


COUNTED = {"aggregations": {"categories": {"buckets": [{"key": "home/desk-lamps", "doc_count": 7}]}}}


def test_categories_are_suggested_by_their_last_name() -> None:
    (category,) = categories(Products(COUNTED))  # type: ignore[arg-type]
    assert (category.text, category.path, category.weight) == ("desk lamps", "home/desk-lamps", 7)


def test_a_shop_without_an_index_has_no_categories() -> None:
    assert categories(Products({})) == []  # type: ignore[arg-type]


def test_a_refresh_replaces_what_was_suggested(shoppers: Shoppers) -> None:
    asked(shoppers, "lamp")
    shoppers.roll_up()
    index = Index()
    done = refresh_popular_queries(
        store=RollupStore(shoppers.table),
        products=Products(COUNTED),  # type: ignore[arg-type]
        index=index,  # type: ignore[arg-type]
        clock=shoppers.clock,
    )
    assert done == 2
    assert index.runs == [(1_795_521_600_000, ["lamp", "desk lamps"])]
