"""Points for what was delivered: each merchant's delivery earns once, by what is kept of it."""

from omnilife.checkout.loyalty_events import event_of
from omnilife.checkout.loyalty_ledger import earn
from omnilife.checkout.loyalty_rules import Earning, points_earned, spend_within_year, tier_of
from omnilife.checkout.order_book import ATTEMPTS
from omnilife.checkout.return_desk import ReturnDesk
from omnilife.checkout.returning import line_amounts
from omnilife.checkout.store_loyalty import ENTRY_PART
from omnilife.core.errors import Unavailable
from omnilife.core.events import ReceivedEvent
from omnilife.core.table import ConditionFailed

ACTOR = "system:earn_points"


def earn_points(desk: ReturnDesk, event: ReceivedEvent) -> int:
    """Credit the points of a `FulfilmentDelivered`; returns how many. A repeated event credits nothing.

    The order is read anew: units that were refunded before the event came earn nothing. Of an order in
    another currency than the programme's nothing is earned, nor of an erased buyer's: it would begin a new
    account of somebody who is gone.

    Raises:
        Unavailable: others kept changing the order or the account; the queue tries again.
    """
    order_id, merchant_id = event.data["order_id"], event.data["merchant_id"]
    for _ in range(ATTEMPTS):
        order = desk.orders.get(order_id)
        if (
            order is None
            or order.forgotten
            or not any(each.merchant_id == merchant_id and each.delivered_at for each in order.fulfilments)
        ):
            return 0
        program, account = desk.loyalty.standing(order.user_id)
        if program.currency != order.currency:
            return 0
        now = desk.clock.now()
        lines = [line for line in order.lines if line.merchant_id == merchant_id]
        tier = tier_of(program, spend_within_year(account.spend, now))
        whole = points_earned(
            program, tier, [Earning(line_amounts(line).goods, line.category) for line in lines]
        )
        kept = [
            line_amounts(line, points).units(
                line.quantity, after=line.refunded, units=line.quantity - line.refunded
            )
            for line, points in zip(lines, whole, strict=True)
        ]
        step = earn(
            account,
            program,
            sum(each.points_earned for each in kept),
            spend=sum(each.earned_on for each in kept),
            at=now,
            order_id=order_id,
            part=merchant_id,
            lines={line.line_id: points for line, points in zip(lines, whole, strict=True) if points},
        )
        told = event_of(step.entries[0], step.account, event_id=desk.make_id(), actor=ACTOR)
        try:
            desk.loyalty.commit(
                [*desk.loyalty.parts(account, step, [told]), desk.orders.unchanged(order)], now=now
            )
        except ConditionFailed as failed:
            if failed.part == ENTRY_PART:
                return 0
            continue
        return step.account.balance - account.balance
    raise Unavailable("Others keep changing this order or these points. Try again.")
