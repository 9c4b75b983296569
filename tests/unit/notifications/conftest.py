"""What tests of notifications share."""

import pytest

from tests.support.notifications import House


@pytest.fixture
def house(notifications_table, clock, ids):
    return House(notifications_table, clock, ids)
