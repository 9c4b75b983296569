"""What the ledger's entries do to an account: pure steps from one account to the next, with their entry.

    balance == sum(lots) - used == sum of the entries' points, and never below zero

Points are used first-in-first-out without anybody walking the lots: `used` is compared with the lots' running
sum. So a purchase takes points by one conditional update, unread (`store_loyalty.spend_points`), and which
lots they came from is a matter of arithmetic.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType

from omnilife.checkout.loyalty_models import Account, LoyaltyProgram, PointsEntry
from omnilife.checkout.loyalty_rules import MONTHS, NEVER, lot_of, month_of

NOTHING: Mapping[str, int] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Step:
    """An account after a change, and the entries that tell of it."""

    account: Account
    entries: tuple[PointsEntry, ...]


def open_lots(account: Account) -> Iterator[tuple[str, int]]:
    """What is left of each lot, the first to expire first; lots that are used up are left out."""
    used = account.used
    for lot, points in sorted(account.lots.items()):  # "never" sorts behind every date
        left = max(0, points - max(0, used))
        used -= points - left
        if left:
            yield lot, left


def earn(
    account: Account,
    program: LoyaltyProgram,
    points: int,
    *,
    spend: int,
    at: datetime,
    order_id: str,
    part: str,
    lines: Mapping[str, int] = NOTHING,
) -> Step:
    """Points for a delivery that was worth `spend` minor units. What is owed is settled first.

    `part` tells deliveries of one order apart; `lines` is what each line earns, whole.
    """
    month = month_of(at.date())
    kept = dict(sorted(account.spend.items())[-MONTHS:])  # older months no longer count for any tier
    account = account.model_copy(update={"spend": {**kept, month: kept.get(month, 0) + spend}})
    told = PointsEntry(
        entry_id=earned_id(order_id, part),
        kind="earned",
        points=points,
        at=at,
        order_id=order_id,
        lines=lines,
    )
    return _coming_in(account, program, told)


def give_back(
    account: Account, program: LoyaltyProgram, points: int, *, at: datetime, order_id: str, return_id: str
) -> Step:
    """Points that paid for goods which came back: they live as long as points earned that day."""
    told = PointsEntry(
        entry_id=f"given_back#{return_id}",
        kind="given_back",
        points=points,
        at=at,
        order_id=order_id,
        return_id=return_id,
    )
    return _coming_in(account, program, told)


def take_back(
    account: Account,
    points: int,
    *,
    spend: int,
    earned_at: datetime,
    lot: str,
    at: datetime,
    order_id: str,
    return_id: str,
) -> Step:
    """Points that goods earned which came back; what was spent already is owed, so that none is below zero.

    Args:
        spend: what the goods had added to the spend, in the month of `earned_at`.
        lot: the lot that the points went to then.
    """
    taken = min(points, account.balance)
    lots = dict(account.lots)
    used = account.used
    if lots.get(lot, 0) >= taken:
        lots[lot] = lots.get(lot, 0) - taken
    else:
        used += taken
    month = month_of(earned_at.date())
    entry = PointsEntry(
        entry_id=f"taken_back#{return_id}",
        kind="taken_back",
        points=-taken,
        owed=points - taken,
        at=at,
        order_id=order_id,
        return_id=return_id,
    )
    changed = {
        "balance": account.balance - taken,
        "owed": account.owed + points - taken,
        "lots": _without_empty(lots),
        "used": used,
        "spend": {**account.spend, month: account.spend.get(month, 0) - spend},
    }
    return _step(account, changed, entry)


def redeem(account: Account, points: int, *, at: datetime, code: str) -> Step:
    """Points for a voucher. The caller has looked that the balance is enough."""
    entry = PointsEntry(entry_id=f"redeemed#{code}", kind="redeemed", points=-points, at=at, code=code)
    return _step(account, {"balance": account.balance - points, "used": account.used + points}, entry)


def expire(account: Account, program: LoyaltyProgram, *, at: datetime) -> Step:
    """Let go of the lots whose day is over, and of what is left in them.

    Also gives a lot to points that an order gave back after the lot that they came from was gone.
    """
    account = _all_in_lots(account, program, at)
    today = at.date().isoformat()
    over = {lot: points for lot, points in account.lots.items() if lot < today}
    gone = max(0, sum(over.values()) - account.used)
    changed = {
        "balance": account.balance - gone,
        "lots": {lot: points for lot, points in account.lots.items() if lot not in over},
        "used": account.used + gone - sum(over.values()),
    }
    if not gone:
        return _step(account, changed)
    last = max(over)
    entry = PointsEntry(
        entry_id=f"expired#{last}",
        kind="expired",
        points=-gone,
        at=at,
        expires_on=date.fromisoformat(last),
    )
    return _step(account, changed, entry)


def earned_id(order_id: str, part: str) -> str:
    """The id of the entry by which a delivery earns its points."""
    return f"earned#{order_id}#{part}"


def due(account: Account) -> str | None:
    """The day at whose end some points expire next; None when none do."""
    lots = [lot for lot in account.lots if lot != NEVER]
    return min(lots, default=None)


def _coming_in(account: Account, program: LoyaltyProgram, entry: PointsEntry) -> Step:
    settled = min(entry.points, account.owed)
    added = entry.points - settled
    lot = lot_of(program, entry.at)
    lots = {**account.lots, lot: account.lots.get(lot, 0) + added} if added else account.lots
    expires_on = None if lot == NEVER or not added else date.fromisoformat(lot)
    told = entry.model_copy(update={"points": added, "owed": -settled, "expires_on": expires_on})
    changed = {"balance": account.balance + added, "owed": account.owed - settled, "lots": lots}
    return _step(account, changed, told)


def _all_in_lots(account: Account, program: LoyaltyProgram, at: datetime) -> Account:
    if account.used >= 0:
        return account
    lot = lot_of(program, at)
    lots = {**account.lots, lot: account.lots.get(lot, 0) - account.used}
    return account.model_copy(update={"lots": lots, "used": 0})


def _without_empty(lots: Mapping[str, int]) -> dict[str, int]:
    return {lot: points for lot, points in lots.items() if points}


def _step(account: Account, changed: Mapping[str, object], *entries: PointsEntry) -> Step:
    after = account.model_copy(update={**changed, "version": account.version + 1})
    return Step(after, entries)
