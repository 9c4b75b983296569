"""The demo catalogue: made from its seed alone, accepted by the API, worth searching."""

import json
import subprocess
import sys
from collections import Counter, defaultdict
from decimal import Decimal
from pathlib import Path

import pytest

from local.demo.catalogue import DemoProduct, merchants, products, ratings
from local.demo.leaves import leaves
from omnilife.catalogue.models import NewProduct

pytestmark = pytest.mark.unit

ROOT = Path(__file__).parents[4]
SELL = [product for product in products() if product.row["status"] == "active"]


def as_bytes(catalogue: list[DemoProduct]) -> bytes:
    return json.dumps([[product.merchant_id, product.row] for product in catalogue]).encode()


def facet(name: str) -> Counter[str]:
    """How many products on sale have each value of an attribute."""
    counts: Counter[str] = Counter()
    for product in SELL:
        values = product.row["attributes"].get(name, [])
        counts.update([values] if isinstance(values, str) else values)
    return counts


def test_one_seed_gives_one_catalogue_in_every_process():
    program = (
        "import json, sys; from local.demo.catalogue import products;"
        "sys.stdout.write(json.dumps([[p.merchant_id, p.row] for p in products()]))"
    )
    elsewhere = subprocess.run(  # noqa: S603 - this interpreter, this program
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={"PYTHONHASHSEED": "1", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=True,
    )
    assert elsewhere.stdout == as_bytes(products())


def test_another_seed_gives_another_catalogue_of_the_same_size():
    assert len(products(seed=7)) == len(products())
    assert as_bytes(products(seed=7)) != as_bytes(products())


def test_there_are_about_three_hundred_products_and_every_merchant_sells_some():
    assert 280 <= len(products()) <= 330
    assert {product.merchant_id for product in products()} == {
        merchant.merchant_id for merchant in merchants()
    }


def test_every_leaf_category_lies_two_or_three_levels_deep_and_is_filled():
    filled = Counter(tuple(product.row["category"]) for product in SELL)
    assert set(filled) == {tuple(leaf.category) for leaf in leaves()}
    assert {len(path) for path in filled} == {2, 3}
    assert min(filled.values()) >= 5


def test_the_api_accepts_every_row_as_it_is():
    for product in products():
        accepted = NewProduct.model_validate(product.row, strict=True)
        assert accepted.model_dump(mode="json", exclude_unset=True) == product.row


def test_a_merchant_has_no_sku_twice():
    assert set(Counter((product.merchant_id, product.row["sku"]) for product in products()).values()) == {1}


def test_no_two_products_of_a_category_have_one_name():
    named = Counter((tuple(product.row["category"]), product.row["name"]) for product in products())
    assert set(named.values()) == {1}


def test_a_former_price_is_higher_than_the_price():
    on_sale = [product.row for product in products() if "compare_at_price" in product.row]
    assert 0.1 < len(on_sale) / len(products()) < 0.4
    assert all(row["compare_at_price"]["amount"] > row["price"]["amount"] for row in on_sale)


def test_a_larger_size_of_a_kind_costs_more_on_average():
    by_capacity = defaultdict(list)
    for seed in range(20):
        for product in products(seed):
            if product.row["name"].endswith("SSD, SATA III"):
                by_capacity[product.row["attributes"]["capacity"]].append(product.row["price"]["amount"])
    means = [sum(by_capacity[size]) / len(by_capacity[size]) for size in ("500 GB", "1 TB", "2 TB", "4 TB")]
    assert means == sorted(means)


def test_prices_spread_over_two_orders_of_magnitude():
    prices = sorted(product.row["price"]["amount"] for product in SELL)
    assert prices[0] < 500
    assert prices[-1] > 40_000
    assert 2_500 < prices[len(prices) // 2] < 10_000


def test_some_products_are_sold_out_and_some_nearly():
    stock = [product.row["stock_on_hand"] for product in SELL]
    assert 0.04 < stock.count(0) / len(stock) < 0.15
    assert any(1 <= units <= 5 for units in stock)
    assert max(stock) > 100


def test_some_products_are_not_for_sale_yet_or_no_longer():
    assert {product.row["status"] for product in products()} == {"draft", "active", "archived"}


@pytest.mark.parametrize("name", ["colour", "material", "size", "voltage", "capacity", "thread", "labels"])
def test_a_facet_has_several_values_and_none_takes_all(name):
    counts = facet(name)
    assert len(counts) >= 3
    assert max(counts.values()) < 0.8 * counts.total()


def test_brands_are_many_and_share_categories():
    brands = defaultdict(set)
    for product in SELL:
        brands[product.row["brand"]].add(tuple(product.row["category"]))
    assert len(brands) >= 30
    assert sum(len(categories) > 1 for categories in brands.values()) >= 10


@pytest.mark.parametrize("text", ["3/4 in", "12 V", "500 ml", "T-shirt", "USB-C", "é", "ø", "&", "'s ", "Ω"])
def test_names_hold_what_makes_search_hard(text):
    assert any(text in product.row["name"] for product in SELL)


def test_a_description_says_no_placeholder():
    assert not [
        product.row for product in products() if "{" in product.row["name"] + product.row["description"]
    ]


def test_a_rating_is_the_mean_of_whole_stars():
    for rating, count in ratings().values():
        assert count >= 1
        assert 1 <= rating <= 5
        assert abs(rating * count - round(rating * count)) <= count * Decimal("0.005")


def test_most_products_on_sale_are_rated_and_drafts_never():
    rated = ratings()
    on_sale = {(product.merchant_id, product.row["sku"]) for product in SELL}
    drafts = {(p.merchant_id, p.row["sku"]) for p in products() if p.row["status"] == "draft"}
    assert 0.7 < len(on_sale & rated.keys()) / len(on_sale) < 0.95
    assert not drafts & rated.keys()


def test_ratings_differ_enough_to_filter_by():
    stars = [rating for rating, _ in ratings().values()]
    assert sum(rating >= 4 for rating in stars) > len(stars) * 0.4
    assert sum(rating < 3.5 for rating in stars) > len(stars) * 0.05
