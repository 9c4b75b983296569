"""What carts and quotes cost, in calls to DynamoDB. Counts, never times."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from omnilife.core import aws
from omnilife.core.clock import FixedClock
from omnilife.core.ids import IdMaker
from omnilife.core.table import Table
from tests.unit.catalogue.shop import Shop, once
from tests.unit.checkout.buying import SOMEBODY, Buying
from tests.unit.checkout.pricing import coupon, rate, zone


@pytest.fixture
def buying(
    catalogue_table: Table,
    checkout_table: Table,
    secrets: dict[str, str],
    clock: FixedClock,
    ids: IdMaker,
) -> Buying:
    return Buying(Shop(catalogue_table, clock, ids), checkout_table)


@contextmanager
def calls() -> Iterator[Counter[str]]:
    """The operations that are called within."""
    made: Counter[str] = Counter()

    def count(model: Any, **_: Any) -> None:
        made[model.name] += 1

    events = aws.client("dynamodb").meta.events
    events.register("before-parameter-build.dynamodb", count)
    yield made
    events.unregister("before-parameter-build.dynamodb", count)


@pytest.mark.parametrize("lines", [1, 5, 40])
def test_a_change_of_a_cart_takes_three_round_trips_however_many_lines_it_has(buying: Buying, lines: int):
    products = buying.shop.fill(lines)
    for product in products:
        buying.add(product.product_id)

    with calls() as made:
        buying.add(products[0].product_id)

    assert made == {"GetItem": 1, "BatchGetItem": 1, "PutItem": 1}


def test_a_look_takes_two_round_trips_and_writes_nothing(buying: Buying):
    buying.add(buying.shop.create().product_id)

    with calls() as made:
        buying.look()

    assert made == {"GetItem": 1, "BatchGetItem": 1}


def test_an_empty_cart_is_looked_at_in_one_round_trip(buying: Buying):
    with calls() as made:
        buying.look()

    assert made == {"GetItem": 1}


def test_a_change_with_a_key_is_one_transaction(buying: Buying):
    lamp = buying.shop.create()

    with calls() as made:
        buying.add(lamp.product_id, idem=once("add"))

    assert made == {"GetItem": 1, "BatchGetItem": 1, "TransactWriteItems": 1}


def test_a_merge_takes_four_round_trips(buying: Buying):
    buying.add(buying.shop.create().product_id, owner=SOMEBODY)

    with calls() as made:
        buying.merge()

    assert made == {"GetItem": 2, "BatchGetItem": 1, "TransactWriteItems": 1}


def test_a_quote_takes_five_round_trips_with_coupons_and_an_address(buying: Buying):
    for product in buying.shop.fill(5):
        buying.add(product.product_id)
    for rule in (zone(), rate(), coupon()):
        buying.rule(rule)

    with calls() as made:
        buying.quote(coupons=["TEN"], idem=once("quote"))

    assert made == {"GetItem": 1, "BatchGetItem": 2, "Query": 1, "TransactWriteItems": 1}
