"""What customers see of their points."""

from datetime import datetime

from omnilife.checkout.loyalty_ledger import open_lots
from omnilife.checkout.loyalty_models import (
    Account,
    Expiry,
    LoyaltyProgram,
    PointsPage,
    Standing,
    TierView,
)
from omnilife.checkout.loyalty_rules import NEVER, next_tier, points_worth, spend_within_year, tier_of
from omnilife.checkout.store_loyalty import LoyaltyStore
from omnilife.core.auth import Caller
from omnilife.core.clock import Clock, system_clock
from omnilife.core.cursors import CursorCodec
from omnilife.core.money import Money


def tell_standing(store: LoyaltyStore, *, caller: Caller, clock: Clock = system_clock) -> Standing:
    """Points, what they are worth, the tier, and what expires when."""
    program, account = store.standing(caller.subject)
    return standing(program, account, at=clock.now())


def standing(program: LoyaltyProgram, account: Account, *, at: datetime) -> Standing:
    """An account as its owner sees it, under a programme."""
    spend = spend_within_year(account.spend, at)
    tier, above = tier_of(program, spend), next_tier(program, spend)
    return Standing(
        balance=account.balance,
        worth=Money(amount=points_worth(program, account.balance), currency=program.currency),
        owed=account.owed,
        tier=TierView(
            name=tier.name,
            percent=tier.percent,
            spend=Money(amount=spend, currency=program.currency),
            next_name=above.name if above else None,
            next_spend=Money(amount=above.spend, currency=program.currency) if above else None,
        ),
        expiring=[
            Expiry.model_validate({"points": points, "on": lot})
            for lot, points in open_lots(account)
            if lot != NEVER
        ],
        program=program,
    )


def list_points(
    store: LoyaltyStore, *, caller: Caller, cursors: CursorCodec, limit: int = 20, cursor: str | None = None
) -> PointsPage:
    """A customer's ledger, newest first.

    Raises:
        BadCursor: not one of ours, or of another customer's ledger.
    """
    query = f"points:{caller.subject}"
    before = cursors.read(cursor, bound_to=query) if cursor else None
    entries, last = store.entries(caller.subject, limit=limit, before=before)
    return PointsPage(items=entries, next_cursor=cursors.issue(last, bound_to=query) if last else None)
