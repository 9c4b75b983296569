"""Lists of products: what is in them, in which order, and that pages neither repeat nor skip."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from omnilife.catalogue import ProductFilters
from omnilife.core.cursors import BadCursor
from omnilife.core.errors import Forbidden, Invalid
from omnilife.core.merged_read import Chunk, MergedRead
from tests.unit.catalogue.shop import ADMIN, MERCHANT, NOBODY, STRANGER, Shop


def names(pages) -> list[str]:
    return [product.sku for page in pages for product in page.items]


@pytest.mark.parametrize(("sort", "order"), [("newest", -1), ("price_asc", 1), ("price_desc", -1)], ids=str)
@pytest.mark.parametrize("limit", [2, 5, 100])
def test_pages_list_every_product_once_in_order(shop: Shop, sort, order, limit):
    made = [product.sku for product in shop.fill(10)]
    pages = shop.pages(sort=sort, limit=limit)
    assert names(pages) == made[::order]
    assert all(len(page.items) == limit for page in pages[:-1])


def test_equal_prices_are_each_listed_once(shop: Shop):
    made = {product.sku for product in shop.fill(7, price={"amount": 500, "currency": "USD"})}
    found = names(shop.pages(sort="price_asc", limit=3))
    assert len(found) == len(made)
    assert set(found) == made


def test_what_is_written_between_pages_neither_hides_nor_repeats_what_was_there(shop: Shop):
    made = [product.sku for product in shop.fill(8)]
    first = shop.browse(limit=3)
    shop.create(sku="later")
    rest = [first]
    while cursor := rest[-1].next_cursor:
        rest.append(shop.browse(limit=3, cursor=cursor))
    assert names(rest) == made[::-1]


def test_only_active_products_are_listed(shop: Shop):
    shop.create(sku="a")
    shop.create(sku="b", status="draft")
    deleted = shop.create(sku="c")
    shop.delete(deleted.product_id)
    assert names([shop.browse()]) == ["a"]


FOUND = [
    ({"category": "home"}, ["lamp", "vase"]),
    ({"category": "home/lighting"}, ["lamp"]),
    ({"category": "home > lighting"}, ["lamp"]),
    ({"category": "hom"}, []),
    ({"brand": ["Lumo"]}, ["vase"]),
    ({"brand": ["Lumo", "Halden"]}, ["lamp", "vase"]),
    ({"min_price": 500}, ["rake", "vase"]),
    ({"max_price": 500}, ["lamp", "vase"]),
    ({"min_price": 500, "max_price": 500, "category": "home"}, ["vase"]),
    ({"in_stock": True}, ["lamp", "rake"]),
    ({"min_rating": 1}, []),
    ({"min_rating": 1e-200}, []),
    ({"merchant_id": "merchant-2"}, ["rake"]),
]


@pytest.mark.parametrize("sort", ["newest", "price_asc", "price_desc"])
def test_filters_must_all_hold(shop: Shop, sort):
    shop.create(sku="lamp", category=["home", "lighting"], price={"amount": 100, "currency": "USD"})
    shop.create(
        sku="vase", category=["home"], brand="Lumo", price={"amount": 500, "currency": "USD"}, stock_on_hand=0
    )
    shop.create(
        STRANGER, sku="rake", category=["garden"], brand=None, price={"amount": 900, "currency": "USD"}
    )
    found = [(filters, sorted(names(shop.pages(sort=sort, **filters)))) for filters, _ in FOUND]
    assert found == FOUND


def test_stock_in_a_list_is_as_it_is_now(shop: Shop):
    product = shop.create(stock_on_hand=5)
    shop.adjust(product.product_id, -5)
    assert [item.stock_on_hand for item in shop.browse().items] == [0]
    assert shop.browse(in_stock=True).items == []


def test_pages_in_stock_are_full_while_there_are_enough(shop: Shop):
    for number in range(10):
        shop.create(sku=f"s-{number}", stock_on_hand=number % 2)
    pages = shop.pages(in_stock=True, limit=2)
    assert [len(page.items) for page in pages[:2]] == [2, 2]
    assert len(names(pages)) == len(set(names(pages))) == 5


@pytest.mark.parametrize("caller", [MERCHANT, ADMIN])
def test_an_owner_lists_drafts_and_archived_products(shop: Shop, caller):
    for status in ("draft", "active", "archived"):
        shop.create(sku=status, status=status)
        shop.clock.advance(seconds=1)
    shop.create(STRANGER, sku="other", status="draft")
    page = shop.browse(caller, merchant_id="merchant-1", status=["draft", "archived"])
    assert names([page]) == ["archived", "draft"]


def test_a_merchant_s_own_drafts_need_no_merchant_id(shop: Shop):
    shop.create(sku="mine", status="draft")
    assert names([shop.browse(MERCHANT, status=["draft"])]) == ["mine"]
    assert names([shop.browse(STRANGER, status=["draft"])]) == []


@pytest.mark.parametrize("caller", [NOBODY, STRANGER])
def test_another_s_drafts_are_refused(shop: Shop, caller):
    with pytest.raises(Forbidden):
        shop.browse(caller, merchant_id="merchant-1", status=["draft"])


def test_drafts_are_listed_by_newest_only(shop: Shop):
    with pytest.raises(Invalid):
        shop.browse(MERCHANT, status=["draft"], sort="price_asc")


@pytest.mark.parametrize(
    "other",
    [{"brand": ["Lumo"]}, {"sort": "price_asc"}, {"category": "home"}, {"merchant_id": "merchant-1"}],
    ids=str,
)
def test_a_cursor_is_of_no_use_for_another_query(shop: Shop, other):
    shop.fill(3)
    cursor = shop.browse(limit=1).next_cursor
    with pytest.raises(BadCursor):
        shop.browse(limit=1, cursor=cursor, **other)


def test_the_size_of_pages_may_change_on_the_way(shop: Shop):
    made = [product.sku for product in shop.fill(6)]
    first = shop.browse(limit=2)
    assert names([first, shop.browse(limit=4, cursor=first.next_cursor)]) == made[::-1]


@pytest.mark.parametrize(
    "filters",
    [
        {"limit": 0},
        {"limit": 101},
        {"min_price": -1},
        {"min_rating": 6},
        {"min_rating": "nan"},
        {"sort": "best"},
        {"brand": ["x"] * 21},
        {"category": ""},
        {"status": ["deleted"]},
        {"min_price": 2, "max_price": 1},
        {"merchant_id": "a b"},
    ],
    ids=str,
)
def test_a_filter_out_of_its_range_is_refused(filters):
    with pytest.raises(ValidationError):
        ProductFilters.model_validate(filters)


# -- the merge alone

PARTITIONS = ["a", "b", "c"]


class Partitions:
    """Sorted partitions in memory; odd values do not pass the filter."""

    def __init__(self, values: dict[str, list[int]], *, forward: bool) -> None:
        self.looked_at = 0
        self._forward = forward
        self._values = {name: sorted(held, reverse=not forward) for name, held in values.items()}

    def read(self, partition: str, after: str | None, limit: int) -> Chunk:
        held = [f"{value:06}" for value in self._values[partition]]
        left = [v for v in held if after is None or (v > after if self._forward else v < after)]
        self.looked_at += len(left[:limit])
        items = [{"sk": value} for value in left[:limit] if int(value) % 2 == 0]
        return Chunk(items, {"sk": left[limit - 1]} if len(left) > limit else None)


@given(
    st.dictionaries(st.integers(0, 200), st.sampled_from(PARTITIONS), max_size=60),
    st.booleans(),
    st.integers(1, 5),
    st.integers(1, 3),
    st.integers(0, 40),
)
def test_merged_pages_hold_every_item_once_in_order_under_any_budget(
    values, forward, count, first_read, budget
):
    spread = {name: [value for value in values if values[value] == name] for name in PARTITIONS}
    held = Partitions(spread, forward=forward)
    found: list[int] = []
    position = None
    for _ in range(len(values) + 2):
        read = MergedRead(
            held.read,
            PARTITIONS,
            sort_key="sk",
            forward=forward,
            position=position,
            first_read=first_read,
            budget=budget,
        )
        page = read.take(count)
        assert len(page) <= count
        found += [int(item["sk"]) for item in page]
        if read.ended:
            break
        assert read.position != position  # every page gets on
        position = read.position
    assert found == sorted((value for value in values if value % 2 == 0), reverse=not forward)


def test_a_page_stops_when_its_budget_is_used_up_and_says_where_to_go_on():
    held = Partitions({"a": list(range(1, 1001, 2)), "b": [], "c": []}, forward=True)
    read = MergedRead(
        held.read, PARTITIONS, sort_key="sk", forward=True, position=None, first_read=10, budget=50
    )
    assert read.take(5) == []
    assert not read.ended
    assert held.looked_at <= 100
    assert read.position == f"{2 * held.looked_at - 1:06}"
