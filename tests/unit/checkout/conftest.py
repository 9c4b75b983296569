"""A shop with carts: on moto's DynamoDB, or in memory for tests that use the fixture `in_memory`.

In memory is what the twin's contract covers (test_memory_dynamodb.py). Handlers, which take the process's own
client, and queries with filters are not: they are tested on moto.
"""

from typing import Any

import pytest

from omnilife.core.clock import FixedClock
from omnilife.core.ids import IdMaker
from omnilife.core.table import Table
from tests.conftest import create_table
from tests.support.memory_dynamodb import MemoryDynamoDB
from tests.support.templates import table_properties
from tests.unit.catalogue.shop import Shop
from tests.unit.checkout.buying import Buying
from tests.unit.checkout.ordering import Ordering


@pytest.fixture
def in_memory() -> MemoryDynamoDB:
    """The tables of a test that needs no moto."""
    return MemoryDynamoDB()


def made(request: pytest.FixtureRequest, name: str, logical_id: str) -> Table:
    if "in_memory" in request.fixturenames:
        return Table(name, request.getfixturevalue("in_memory"))
    request.getfixturevalue("aws")
    return create_table(name, table_properties(logical_id))


@pytest.fixture
def catalogue_table(request: pytest.FixtureRequest) -> Table:
    return made(request, "catalogue", "CatalogueTable")


@pytest.fixture
def checkout_table(request: pytest.FixtureRequest) -> Table:
    return made(request, "checkout", "CheckoutTable")


@pytest.fixture
def shop(catalogue_table: Table, clock: FixedClock, ids: IdMaker) -> Shop:
    """What is sold."""
    return Shop(catalogue_table, clock, ids)


@pytest.fixture
def buying(shop: Shop, checkout_table: Table) -> Any:
    """Carts of that shop."""
    return Buying(shop, checkout_table)


@pytest.fixture
def ordering(shop: Shop, checkout_table: Table) -> Any:
    """Orders of that shop."""
    return Ordering(shop, checkout_table)
