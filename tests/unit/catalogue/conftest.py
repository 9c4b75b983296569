"""A shop of one merchant on moto's DynamoDB and S3."""

import pytest

from omnilife.core.clock import FixedClock
from omnilife.core.ids import IdMaker
from omnilife.core.table import Table
from tests.unit.catalogue.shop import Shop


@pytest.fixture
def shop(catalogue_table: Table, clock: FixedClock, ids: IdMaker) -> Shop:
    return Shop(catalogue_table, clock, ids)


@pytest.fixture(autouse=True)
def one_writer(monkeypatch: pytest.MonkeyPatch) -> None:
    """moto copies its tables within a transaction, and breaks when another thread writes meanwhile."""
    monkeypatch.setattr("omnilife.catalogue.load_imports.WRITERS", 1)
