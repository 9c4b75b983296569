"""A guard over moto's table, with time as an argument."""

from collections.abc import Callable
from itertools import count

import pytest

from omnilife.core.clock import FixedClock
from omnilife.core.retries import Retrying
from omnilife.core.table import Table
from omnilife.security.devices import Devices
from omnilife.security.login_guard import LoginGuard
from omnilife.security.login_policy import Policy
from omnilife.security.store.attempts import AttemptStore
from tests.support.waiting import VirtualTime

SECRET = b"d" * 43


@pytest.fixture
def make_guard(security_table: Table, clock: FixedClock) -> Callable[..., LoginGuard]:
    """`make_guard(table=…, policy=…)`: a guard, as another process would have it."""
    numbers = count()
    time = VirtualTime()

    def make(table: Table = security_table, policy: Policy = Policy()) -> LoginGuard:  # noqa: B008
        return LoginGuard(
            AttemptStore(table),
            Devices(SECRET, make_nonce=lambda: f"{next(numbers):022}"),
            policy,
            clock=clock,
            make_id=lambda: f"attempt-{next(numbers)}",
            retrying=Retrying(monotonic=time.monotonic, sleep=time.sleep),
        )

    return make


@pytest.fixture
def guard(make_guard: Callable[..., LoginGuard]) -> LoginGuard:
    return make_guard()
