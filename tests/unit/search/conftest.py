"""Fixtures of search's unit tests."""

import pytest

from omnilife.core.clock import FixedClock
from omnilife.core.table import Table
from tests.unit.search.shoppers import Shoppers


@pytest.fixture
def shoppers(search_table: Table, clock: FixedClock) -> Shoppers:
    return Shoppers(search_table, clock)
