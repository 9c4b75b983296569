"""Searches become sums: exactly once, whatever the stream does."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from omnilife.core import aws as aws_clients
from omnilife.core.clock import FixedClock
from omnilife.core.table import Table
from omnilife.search.rollups import FLOOR, Bucket, Tally, distinct
from omnilife.search.store_rollups import RollupStore
from tests.support.templates import table_properties
from tests.unit.search.shoppers import Shoppers

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
HOUR = Bucket.of("hour", NOON)
DAY = Bucket.of("day", NOON)


def total(shoppers: Shoppers, bucket: Bucket = HOUR) -> Tally:
    return RollupStore(shoppers.table).totals(bucket, bucket).get(bucket.name, Counter())


def of_query(shoppers: Shoppers, query: str, bucket: Bucket = HOUR) -> Tally:
    found = RollupStore(shoppers.table).of_queries([query], bucket, bucket)[query]
    return found[bucket.name].tally if found else Counter()


def test_a_search_counts_in_its_hour_and_its_day(shoppers: Shoppers) -> None:
    shoppers.search("lamp", took_ms=12)
    shoppers.search("lamp", total=0, took_ms=30)
    shoppers.roll_up()

    expected = {"searches": 2, "answered": 2, "zero": 1, "ms_6": 1, "ms_8": 1}
    assert total(shoppers) == total(shoppers, DAY) == expected
    assert of_query(shoppers, "lamp") == of_query(shoppers, "lamp", DAY) == expected


def test_a_search_that_was_not_answered_counts_as_one_that_was_asked(shoppers: Shoppers) -> None:
    shoppers.search(total=None)
    shoppers.roll_up()
    assert total(shoppers) == {"searches": 1}


def test_what_comes_of_a_search_later_is_added(shoppers: Shoppers) -> None:
    search_id = shoppers.search()
    shoppers.roll_up()
    shoppers.click(search_id, "p1", position=4)
    shoppers.click(search_id, "p2", position=2)
    shoppers.click(search_id, "p1", position=4, kind="purchase")
    shoppers.roll_up()

    assert total(shoppers) == {
        "searches": 1,
        "answered": 1,
        "ms_6": 1,
        "with_click": 1,
        "with_purchase": 1,
        "n_click": 2,
        "n_purchase": 1,
        "positions": 6,
    }


def test_a_click_counts_in_the_hour_of_its_search(shoppers: Shoppers, clock: FixedClock) -> None:
    search_id = shoppers.search()
    clock.advance(seconds=7200)
    shoppers.click(search_id)
    shoppers.roll_up()
    assert total(shoppers)["n_click"] == 1


def test_a_later_page_is_no_search_of_its_own(shoppers: Shoppers) -> None:
    shoppers.search(page=2)
    shoppers.roll_up()
    assert total(shoppers) == {"pages": 1, "ms_6": 1}
    assert of_query(shoppers, "lamp") == {}


def test_a_search_without_text_counts_in_total_only(shoppers: Shoppers) -> None:
    shoppers.search("")
    shoppers.roll_up()
    assert total(shoppers)["searches"] == 1
    assert RollupStore(shoppers.table).leading([HOUR.name], most=10) == []


def test_a_click_that_does_not_count_adds_nothing_but_that_its_search_led_on(shoppers: Shoppers) -> None:
    shoppers.click(shoppers.search())
    shoppers.click(shoppers.search())
    shoppers.roll_up()
    assert (total(shoppers)["n_click"], total(shoppers)["with_click"]) == (1, 2)


def test_a_row_that_is_gone_is_passed_over(shoppers: Shoppers) -> None:
    assert shoppers.roll_up([{"pk": "SEARCH#gone", "sk": "SEARCH"}]) == []


def test_queries_are_listed_by_what_they_have_most_of(shoppers: Shoppers) -> None:
    for query, times in (("lamp", 2), ("chair", 3), ("sofa", 1)):
        for _ in range(times):
            shoppers.search(query, total=0 if query == "sofa" else 1)
    shoppers.roll_up()

    store = RollupStore(shoppers.table)
    listed = sorted(store.leading([HOUR.name], most=10), key=lambda q: -q.tally["searches"])
    assert [(q.query, q.tally["searches"]) for q in listed] == [("chair", 3), ("lamp", 2), ("sofa", 1)]
    assert [q.query for q in store.leading([DAY.name], zero=True, most=10)] == ["sofa"]


def test_visitors_of_a_query_are_exact_up_to_the_floor(shoppers: Shoppers) -> None:
    for number in range(FLOOR + 3):
        shoppers.search("lamp", visitor=f"v{number}")
        shoppers.search("sofa", visitor=f"v{number % 2}")
    for key in shoppers.keys:
        shoppers.roll_up([key])

    found = RollupStore(shoppers.table).of_queries(["lamp", "sofa"], HOUR, HOUR)
    assert len(found["lamp"][HOUR.name].visitors) == FLOOR
    assert found["sofa"][HOUR.name].visitors == {"v0", "v1"}


def test_visitors_in_total_are_estimated(shoppers: Shoppers) -> None:
    for number in range(60):
        shoppers.search(visitor=f"v{number % 20}")
    shoppers.roll_up()
    assert distinct(RollupStore(shoppers.table).visitors(DAY, DAY)) == pytest.approx(20, abs=2)


def test_products_clicked_in_one_search_belong_together(shoppers: Shoppers) -> None:
    first = shoppers.search(visitor="v1")
    for product_id in ("p1", "p2", "p3"):
        shoppers.click(first, product_id)
        shoppers.roll_up()
    second = shoppers.search(visitor="v2")
    for product_id in ("p1", "p3"):
        shoppers.click(second, product_id)
    shoppers.roll_up()

    store = RollupStore(shoppers.table)
    assert store.clicked_with("p1", most=10) == {"p3": 2, "p2": 1}
    assert list(store.clicked_with("p1", most=1)) == ["p3"]
    assert store.clicked_with("p2", most=10) == {"p1": 1, "p3": 1}
    assert store.clicked_with("p9", most=10) == {}


def test_many_pairs_are_counted_in_several_transactions(shoppers: Shoppers) -> None:
    for visitor in range(8):
        search_id = shoppers.search(visitor=f"v{visitor}")
        for product in range(5):
            shoppers.click(search_id, f"p{visitor}-{product}", address=f"192.0.2.{visitor}")
    assert shoppers.roll_up() == []

    assert len(RollupStore(shoppers.table).clicked_with("p7-0", most=10)) == 4
    assert total(shoppers)["n_click"] == 40


def test_more_than_a_transaction_holds_is_counted_in_halves(
    shoppers: Shoppers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("omnilife.search.store_rollups.MAX_PARTS", 6)
    for query in ("a", "b", "c"):
        shoppers.search(query)
    assert shoppers.roll_up() == []
    assert total(shoppers)["searches"] == 3


def test_popularity_is_summed_by_product(shoppers: Shoppers) -> None:
    search_id = shoppers.search()
    shoppers.click(search_id, "p1")
    shoppers.click(search_id, "p1", kind="purchase")
    shoppers.roll_up()

    row = shoppers.table.get("POPULARITY#p1", "POPULARITY")
    assert row is not None
    assert (row["n_click"], row["n_purchase"], row["i1sk"]) == (1, 1, "2026-11-24T12:00:00.000Z")
    assert row["y2026"] > 11


def test_a_malformed_row_fails_by_itself_and_is_named(shoppers: Shoppers) -> None:
    shoppers.table.put({"pk": "SEARCH#odd", "sk": "SEARCH", "entity": "search"})
    good = [shoppers.search() for _ in range(12)]
    odd = {"pk": "SEARCH#odd", "sk": "SEARCH"}

    assert shoppers.roll_up([*shoppers.keys, odd]) == ["1012"]
    assert total(shoppers)["searches"] == len(good)


def test_a_row_that_others_keep_counting_is_left_for_the_next_try(
    shoppers: Shoppers, monkeypatch: pytest.MonkeyPatch
) -> None:
    from omnilife.core.table import ConditionFailed  # noqa: PLC0415

    def refuse(*_: Any, **__: Any) -> None:
        raise ConditionFailed("row", None)

    shoppers.search()
    monkeypatch.setattr(Table, "transact", refuse)
    assert shoppers.roll_up() == ["1000"]


def test_two_readers_of_one_row_count_it_once(shoppers: Shoppers, monkeypatch: pytest.MonkeyPatch) -> None:
    shoppers.search()
    read = Table.batch_get
    raced: list[int] = []

    def race(self: Table, keys: Any, *, consistent: bool = False) -> Any:
        found = read(self, keys, consistent=consistent)
        if not raced:
            raced.append(1)
            assert shoppers.roll_up() == []  # another reader is faster, after this one has read
        return found

    monkeypatch.setattr(Table, "batch_get", race)
    assert shoppers.roll_up() == []
    assert total(shoppers)["searches"] == 1


actions = st.lists(
    st.tuples(
        st.sampled_from(["lamp", "sofa", ""]),  # the query
        st.integers(0, 3),  # the visitor
        st.sampled_from([None, 0, 7]),  # how many were found
        st.integers(0, 30),  # hours ago
        st.lists(
            st.tuples(st.sampled_from(["p1", "p2", "p3"]), st.sampled_from(["click", "purchase"])), max_size=3
        ),
    ),
    min_size=1,
    max_size=5,
)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(done=actions, data=st.data())
def test_any_order_and_repetition_of_the_stream_gives_the_same_sums(
    aws: None, done: list[Any], data: st.DataObject
) -> None:
    """The sums are compared with those of a stream that was read once, in order, in one batch."""

    def shop(name: str, *, disturbed: bool) -> Shoppers:
        aws_clients.client("dynamodb").create_table(TableName=name, **table_properties("SearchTable"))
        shoppers = Shoppers(Table(name), FixedClock(NOON))
        for query, visitor, found, hours, clicks in done:
            at = NOON - timedelta(hours=hours)
            search_id = shoppers.search(query, visitor=f"v{visitor}", total=found, at=at)
            if disturbed and data.draw(st.booleans(), label="reads now"):
                shoppers.roll_up()
            for product_id, kind in clicks:
                if found != 0:
                    shoppers.click(search_id, product_id, kind=kind)
        return shoppers

    try:
        calm, wild = shop("calm", disturbed=False), shop("wild", disturbed=True)
        calm.roll_up()
        some = st.lists(st.sampled_from(wild.keys), max_size=12)
        for batch in data.draw(st.lists(some, max_size=4), label="batches"):
            assert wild.roll_up(batch) == []
        wild.roll_up(data.draw(st.permutations(wild.keys), label="the rest"))

        assert sums_of(wild) == sums_of(calm)
    finally:
        for name in ("calm", "wild"):
            aws_clients.client("dynamodb").delete_table(TableName=name)


def sums_of(shoppers: Shoppers) -> Any:
    store = RollupStore(shoppers.table)
    start = NOON - timedelta(days=2)
    found: list[Any] = []
    for step in ("hour", "day"):
        first, last = Bucket.of(step, start), Bucket.of(step, NOON)  # type: ignore[arg-type]
        found += [store.totals(first, last), store.of_queries(["lamp", "sofa"], first, last)]
        found.append(distinct(store.visitors(first, last)))
    for product_id in ("p1", "p2", "p3"):
        row = shoppers.table.get(f"POPULARITY#{product_id}", "POPULARITY")
        found += [row, store.clicked_with(product_id, most=10)]
    return found
