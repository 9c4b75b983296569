"""Points whose time is over are let go of, the first in first, with an entry in the ledger."""

import time
from collections.abc import Callable

from omnilife.checkout.loyalty_events import event_of
from omnilife.checkout.loyalty_ledger import expire
from omnilife.checkout.store_loyalty import LoyaltyStore
from omnilife.core.clock import Clock, system_clock
from omnilife.core.errors import Unavailable
from omnilife.core.ids import IdMaker, new_id
from omnilife.core.logging import logger
from omnilife.core.table import ConditionFailed

ACTOR = "system:expire_points"
ATTEMPTS = 8


def expire_points(
    store: LoyaltyStore,
    *,
    work_s: float,
    clock: Clock = system_clock,
    make_id: IdMaker = new_id,
    monotonic: Callable[[], float] = time.monotonic,
) -> int:
    """Let go of what is over in all accounts that are due; returns how many points that were.

    It stops after `work_s` seconds, and the next run goes on: an account stays due until it was looked at.
    One account that cannot be written does not hold up the others.
    """
    stop = monotonic() + work_s
    today = clock.now().date().isoformat()
    gone = 0
    for user_id in store.accounts_due(today):
        try:
            gone += expire_account(store, user_id, clock=clock, make_id=make_id)
        except Unavailable:
            logger.exception("points not expired", extra={"user_id": user_id})
        if monotonic() > stop:
            break
    return gone


def expire_account(
    store: LoyaltyStore, user_id: str, *, clock: Clock = system_clock, make_id: IdMaker = new_id
) -> int:
    """Let go of what is over in one account; returns how many points that were.

    Raises:
        Unavailable: others kept changing it.
    """
    for _ in range(ATTEMPTS):
        program, account = store.standing(user_id)
        if account.version == 0:  # erased since the index was read
            return 0
        now = clock.now()
        step = expire(account, program, at=now)
        events = [event_of(entry, step.account, event_id=make_id(), actor=ACTOR) for entry in step.entries]
        try:
            store.commit(store.parts(account, step, events), now=now)
        except ConditionFailed:
            continue
        return account.balance - step.account.balance
    raise Unavailable("Others keep changing these points. Try again.")
