"""A studio for the tests of the domain."""

import pytest

from omnilife.core.clock import FixedClock
from omnilife.core.ids import IdMaker
from omnilife.core.table import Table
from tests.support.images import Studio


@pytest.fixture
def studio(images_table: Table, clock: FixedClock, ids: IdMaker) -> Studio:
    return Studio(images_table, clock, ids)
