"""Deleting what is over: the TTL does it too, but takes days, and backups keep what it has left."""

import time
from collections.abc import Callable
from datetime import timedelta

from omnilife.core.clock import Clock, epoch_seconds, system_clock
from omnilife.core.logging import logger
from omnilife.core.metrics import count
from omnilife.identity.store_expired import ExpiredTokens

DAYS = 3
"""How far back a run looks: the TTL has long done what is older."""

MOST = 5_000
"""Rows that one run deletes at most; the next goes on."""


def purge_expired_tokens(
    store: ExpiredTokens,
    *,
    work_s: float,
    clock: Clock = system_clock,
    monotonic: Callable[[], float] = time.monotonic,
) -> int:
    """Delete tokens and tickets that are over, until `work_s` seconds or 5,000 rows; returns how many."""
    stop, now = monotonic() + work_s, clock.now()
    purged = 0
    for back in range(DAYS, -1, -1):
        for item in store.of_day((now - timedelta(days=back)).date()):
            if item["expires_at"] <= epoch_seconds(now):
                purged += store.remove(item, epoch_seconds(now))
            if purged >= MOST or monotonic() >= stop:
                return _told(purged)
    return _told(purged)


def _told(purged: int) -> int:
    if purged:
        logger.info("expired rows were purged", extra={"purged": purged})
        count("ExpiredRowsPurged", purged)
    return purged
