"""What the catalogue's requests cost, in calls to DynamoDB and items in them. Counts, never times."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from omnilife.catalogue import (
    NewReview,
    PurchaseStore,
    RecommendationQuery,
    RecommendationStore,
    ReviewStore,
    WishStore,
    add_wish,
    recommend_products,
    review_product,
    train_recommendations,
)
from omnilife.core import aws
from omnilife.core.clock import FixedClock
from omnilife.core.ids import IdMaker
from omnilife.core.table import Table
from tests.support.templates import ROOT
from tests.unit.catalogue.shop import ImportRun, Shop, lamp, lines

SHARDS = 16


@pytest.fixture
def shop(catalogue_table: Table, clock: FixedClock, ids: IdMaker) -> Shop:
    return Shop(catalogue_table, clock, ids)


@pytest.fixture(autouse=True)
def one_writer(monkeypatch: pytest.MonkeyPatch) -> None:
    """moto copies its tables within a transaction, and breaks when another thread writes meanwhile."""
    monkeypatch.setattr("omnilife.catalogue.load_imports.WRITERS", 1)


class Calls:
    """The calls that were made: operation → how often; and the parts of each transaction."""

    def __init__(self) -> None:
        self.made: Counter[str] = Counter()
        self.parts: list[int] = []
        self.looked_at = 0
        events = aws.client("dynamodb").meta.events
        events.register("before-parameter-build.dynamodb", self._count)

    def _count(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        self.made[model.name] += 1
        if model.name == "TransactWriteItems":
            self.parts.append(len(params["TransactItems"]))
        if model.name == "Query":
            self.looked_at += params["Limit"]


@pytest.fixture
def calls_of(shop: Shop) -> Callable[[Callable[[], Any]], Calls]:
    """The calls to DynamoDB that something makes."""

    def count(act: Callable[[], Any]) -> Calls:
        calls = Calls()
        act()
        return calls

    return count


def test_a_product_is_read_with_its_stock_in_one_call(shop: Shop, calls_of):
    product = shop.create()
    assert calls_of(lambda: shop.find(product.product_id)).made == {"BatchGetItem": 1}


def test_a_product_is_created_in_one_call_of_five_items(shop: Shop, calls_of):
    calls = calls_of(shop.create)
    assert calls.made == {"TransactWriteItems": 1}
    assert calls.parts == [5]  # product, SKU, stock, event, counter: 2 WCU each


def test_an_edit_is_one_read_and_one_write_of_product_and_event(shop: Shop, calls_of):
    product = shop.create()
    calls = calls_of(lambda: shop.edit(product.product_id, {"name": "New"}))
    assert calls.made == {"BatchGetItem": 1, "TransactWriteItems": 1}
    assert calls.parts == [2]


def test_an_edit_that_changes_nothing_only_reads(shop: Shop, calls_of):
    product = shop.create()
    assert calls_of(lambda: shop.edit(product.product_id, {})).made == {"BatchGetItem": 1}


def test_stock_is_adjusted_by_one_read_and_one_write_of_stock_and_event(shop: Shop, calls_of):
    product = shop.create()
    calls = calls_of(lambda: shop.adjust(product.product_id, 1))
    assert calls.made == {"BatchGetItem": 1, "TransactWriteItems": 1}
    assert calls.parts == [2]


@pytest.mark.parametrize("sort", ["newest", "price_asc", "price_desc"])
def test_a_page_is_one_query_a_shard_and_one_read_of_all_its_stock(shop: Shop, calls_of, sort):
    shop.fill(6)
    calls = calls_of(lambda: shop.browse(sort=sort))
    assert calls.made == {"Query": SHARDS, "BatchGetItem": 1}
    assert calls.looked_at <= SHARDS * 8


def test_a_merchant_s_own_page_is_one_query(shop: Shop, calls_of):
    shop.fill(3)
    calls = calls_of(lambda: shop.browse(merchant_id="merchant-1"))
    assert calls.made == {"Query": 1, "BatchGetItem": 1}


def test_a_filter_that_lets_nothing_through_stops_at_its_budget(shop: Shop, calls_of, monkeypatch):
    monkeypatch.setattr("omnilife.catalogue.store.products.READ_BUDGET", 800)
    calls = calls_of(lambda: shop.browse(brand=["nothing"]))
    assert calls.made["Query"] == SHARDS
    assert calls.looked_at == SHARDS * 50


def test_categories_are_one_query_a_shard(shop: Shop, calls_of):
    shop.create()
    assert calls_of(shop.counts).made == {"Query": SHARDS}


def test_a_chunk_of_an_import_reads_and_writes_in_batches(shop: Shop, calls_of):
    aws.client("s3").create_bucket(
        Bucket="imports", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
    )
    run = ImportRun(shop)
    rows = lines([lamp(sku=f"s-{n}") for n in range(60)])

    ticket = run.open("jsonl")
    run.plan(run.upload(ticket, rows))
    first = calls_of(lambda: run.load(ticket.job_id))
    # Import and chunk; 60 SKUs; then 24 products a transaction, and the chunk's report.
    assert first.made == {"GetItem": 2, "BatchGetItem": 1, "TransactWriteItems": 4}

    ticket = run.open("jsonl")
    run.plan(run.upload(ticket, rows))
    again = calls_of(lambda: run.load(ticket.job_id))
    # 60 SKUs, 120 products and stocks; nothing changed, so only the report is written.
    assert again.made == {"GetItem": 2, "BatchGetItem": 3, "TransactWriteItems": 1}


LOADED = """
import importlib.util, json, sys
spec = importlib.util.spec_from_file_location("app", sys.argv[1])
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
print(json.dumps(sorted(sys.modules)))
"""


def loaded_by(name: str) -> set[str]:
    """Modules that a fresh interpreter has loaded after importing a function."""
    run = subprocess.run(  # noqa: S603 (our own interpreter)
        [sys.executable, "-c", LOADED, str(ROOT / "functions/catalogue" / name / "app.py")],
        env={"PYTHONPATH": str(ROOT / "layers/omnilife")},
        capture_output=True,
        text=True,
        check=True,
    )
    return set(json.loads(run.stdout.splitlines()[-1]))


@pytest.mark.parametrize("name", ["get_product", "list_products", "create_product", "list_categories"])
def test_a_request_s_function_loads_nothing_of_imports_and_no_client_before_it_is_needed(name):
    loaded = loaded_by(name)
    assert not [module for module in loaded if module.startswith("omnilife.catalogue.import")]
    assert {"csv", "boto3", "botocore.client", "valkey", "jwt"}.isdisjoint(loaded)


@pytest.mark.parametrize("name", ["publish_catalogue_changes", "project_inventory_logs", "plan_import"])
def test_a_background_function_loads_no_http(name):
    assert not [module for module in loaded_by(name) if module.startswith("omnilife.core.http")]


def test_a_wish_is_a_read_and_a_transaction(shop: Shop, calls_of: Any) -> None:
    product_id = shop.create().product_id
    calls = calls_of(
        lambda: add_wish(
            WishStore(shop.table), shop.store, user_id="u", product_id=product_id, clock=shop.clock
        )
    )
    assert calls.made == {"BatchGetItem": 1, "TransactWriteItems": 1}
    assert calls.parts == [2]


def test_a_review_is_two_reads_and_a_transaction_of_review_rating_and_event(
    shop: Shop, calls_of: Any
) -> None:
    product_id = shop.create().product_id
    purchases = PurchaseStore(shop.table)
    purchases.note("u", product_id, "received_at", shop.clock.now())
    calls = calls_of(
        lambda: review_product(
            ReviewStore(shop.table),
            product_id,
            NewReview(rating=5),
            user_id="u",
            has_received=purchases.received,
            clock=shop.clock,
            make_id=shop.ids,
        )
    )
    assert calls.made == {"GetItem": 2, "TransactWriteItems": 1}
    assert calls.parts == [3]


def test_recommendations_take_four_round_trips_however_much_was_bought(shop: Shop, calls_of: Any) -> None:
    products = [each.product_id for each in shop.fill(12)]
    purchases = PurchaseStore(shop.table)
    for user in ("one", "two", "three"):
        for product_id in products[:6]:
            purchases.note(user, product_id, "bought_at", shop.clock.now())
    purchases.note("u", products[0], "bought_at", shop.clock.now())
    store = RecommendationStore(shop.table)
    train_recommendations(purchases, shop.store, store, clock=shop.clock)
    calls = calls_of(
        lambda: recommend_products(
            RecommendationQuery(limit=5),
            user_id="u",
            products=shop.store,
            purchases=purchases,
            store=store,
        )
    )
    # What was bought; its neighbours, the products, and what is popular, should they not be enough.
    assert calls.made == {"Query": 1, "BatchGetItem": 3}
