"""A shop with carts, on moto's DynamoDB."""

from typing import Any

import pytest

from omnilife.core.clock import FixedClock
from omnilife.core.ids import IdMaker
from omnilife.core.table import Table
from tests.unit.catalogue.shop import Shop
from tests.unit.checkout.buying import Buying
from tests.unit.checkout.ordering import Ordering


@pytest.fixture
def shop(catalogue_table: Table, clock: FixedClock, ids: IdMaker) -> Shop:
    """What is sold."""
    return Shop(catalogue_table, clock, ids)


@pytest.fixture
def buying(shop: Shop, checkout_table: Table, secrets: dict[str, str]) -> Any:
    """Carts of that shop."""
    return Buying(shop, checkout_table)


@pytest.fixture
def ordering(shop: Shop, checkout_table: Table) -> Any:
    """Orders of that shop."""
    return Ordering(shop, checkout_table)
