"""What a merchant does with a return: approve or refuse it, receive it, refund it.

Each step writes the return, its order and all that follows (stock, the refund's request, points) in one
transaction, over the versions that were read. A step that was taken already is no error, so that a repeat
after a lost answer does no harm, and does nothing.
"""

from dataclasses import dataclass

from omnilife.catalogue import restock_units
from omnilife.checkout.loyalty_events import event_of
from omnilife.checkout.loyalty_ledger import Step, earned_id, give_back, take_back
from omnilife.checkout.loyalty_models import PointsEntry
from omnilife.checkout.loyalty_rules import NEVER
from omnilife.checkout.order_book import ATTEMPTS
from omnilife.checkout.order_events import RefundRequested
from omnilife.checkout.order_models import Order
from omnilife.checkout.order_states import changed, request_refund
from omnilife.checkout.refunds import LineAmounts
from omnilife.checkout.return_desk import ReturnDesk
from omnilife.checkout.return_events import EVENT_OF_STATE
from omnilife.checkout.return_models import Return, ReturnChange, ReturnRefund
from omnilife.checkout.return_problems import BusyReturn, NoSuchReturn
from omnilife.checkout.returning import (
    Due,
    amounts_due,
    decide,
    receive,
    refund,
    refunded_lines,
    release,
    restocked,
    to_state,
)
from omnilife.core.auth import Caller
from omnilife.core.errors import FieldError, Invalid, Problem
from omnilife.core.events import DomainEvent, ReceivedEvent
from omnilife.core.money import Money
from omnilife.core.table import ConditionFailed, Part

REASON = "returned goods"
ACTOR = "system:complete_return"

_REACHED = {
    "approve": {"approved"},
    "refuse": {"refused"},
    "receive": {"received", "refunding", "refunded"},
    "refund": {"refunding", "refunded"},
}


@dataclass(frozen=True, slots=True)
class _Change:
    """The return after a step, the order if that changes too, its events, and what else is written."""

    given: Return
    order: Order | None = None
    events: tuple[DomainEvent, ...] = ()
    parts: tuple[Part, ...] = ()


def update_return(desk: ReturnDesk, return_id: str, change: ReturnChange, *, caller: Caller) -> Return:
    """Take a return a step further.

    Raises:
        NoSuchReturn: none that this merchant is to receive.
        ReturnStateConflict: the step does not follow from the return's state.
        UnknownOrderLine, LineNamedTwice, ReceivedTooMany, NothingReceived: what arrived makes no sense.
        RefundTooHigh: more money than was taken and is not promised back yet.
        BusyReturn: others kept changing the order, the stock or the points.
    """
    if change.lines is not None and change.action != "receive":
        raise Invalid(errors=[FieldError("/lines", "only what is received has lines")])
    for _ in range(ATTEMPTS):
        given = desk.returns.find(return_id)
        if given is None or not (caller.is_admin or given.merchant_id == caller.merchant_id):
            raise NoSuchReturn
        order = desk.orders.get(given.order_id)
        if order is None:
            raise NoSuchReturn
        if given.state in _REACHED[change.action] and not _failed(given, order, change):
            return given
        try:
            after = _changed(desk, given, order, change, caller.actor)
        except ValueError:  # the order was read after somebody else's step, the return before it: look again
            continue
        except Problem:
            if desk.returns.find(return_id) == given:
                raise
            continue  # as above
        event = EVENT_OF_STATE[after.given.state].of(after.given, **desk.stamp(caller.actor))
        try:
            _save(desk, after, order, event)
        except ConditionFailed:
            continue
        return after.given
    raise BusyReturn("Others keep changing this order. Try again.")


def complete_return(desk: ReturnDesk, event: ReceivedEvent) -> None:
    """The money of a return went back: `RefundCompleted` says so. A repeated event changes nothing."""
    return_id = event.data.get("return_id")
    for _ in range(ATTEMPTS):
        given = None if return_id is None else desk.returns.find(return_id)
        if given is None or given.refund is None or given.state != "refunding":
            return
        if given.refund.refund_id != event.data["refund_id"]:
            return
        now = desk.clock.now()
        done = to_state(
            given, "refunded", now, refund=given.refund.model_copy(update={"completed_at": event.time})
        )
        told = EVENT_OF_STATE["refunded"].of(done, **desk.stamp(ACTOR))
        try:
            desk.returns.table.transact(desk.returns.parts(done, [told]))
        except ConditionFailed:
            continue
        return
    raise BusyReturn("Others keep changing this return. Try again.")


def _changed(desk: ReturnDesk, given: Return, order: Order, change: ReturnChange, actor: str) -> _Change:
    now = desk.clock.now()
    match change.action:
        case "approve":
            return _Change(decide(given, "approved", note=change.note, at=now))
        case "refuse":
            refused = decide(given, "refused", note=change.note, at=now)
            return _Change(refused, changed(release(order, given), now))
        case "receive":
            counted, received = receive(order, given, change.lines, at=now)
            shelf = [
                restock_units(
                    desk.claims.catalogue_table, each, units, order_id=order.order_id, actor=actor, at=now
                )
                for each, units in restocked(received).items()
            ]
            return _Change(received, changed(counted, now), parts=tuple(shelf))
        case "refund":
            if given.refund is not None:
                return _asked_again(desk, given, given.refund, order, actor)
            return _refunded(desk, given, order, actor)


def _save(desk: ReturnDesk, after: _Change, before: Order, event: DomainEvent) -> None:
    parts = [*desk.returns.parts(after.given, [event]), *after.parts]
    if after.order is None:
        desk.returns.table.transact(parts)
    else:
        desk.save(after.order, before, after.events, parts)


def _refunded(desk: ReturnDesk, given: Return, order: Order, actor: str) -> _Change:
    """Ask for the money and move the points: both in the transaction that counts the units as refunded."""
    now = desk.clock.now()
    entry = desk.loyalty.entry(order.user_id, earned_id(order.order_id, given.merchant_id))
    due = amounts_due(order, given, entry.lines if entry else {}, desk.policy)
    counted = refund(order, given)
    points, steps = _points(desk, given, due, entry, actor)
    told = ReturnRefund(
        refund_id=given.return_id,
        goods=_money(order, due.all.goods),
        tax=_money(order, due.all.tax),
        shipping=_money(order, due.shipping),
        total=_money(order, due.total),
        points_given_back=_sum(steps, "given_back"),
        points_taken_back=-_sum(steps, "taken_back"),
        completed_at=None if due.total else now,
    )
    lines = refunded_lines(given, due, order.currency)
    after = to_state(given, "refunding" if due.total else "refunded", now, refund=told, lines=lines)
    if not due.total:
        return _Change(after, changed(counted, now), parts=points)
    asked = request_refund(
        counted, refund_id=told.refund_id, amount=due.total, reason=REASON, at=now, return_id=given.return_id
    )
    event = RefundRequested.of(asked, asked.refunds[-1], **desk.stamp(actor))
    return _Change(after, asked, events=(event,), parts=points)


def _asked_again(desk: ReturnDesk, given: Return, told: ReturnRefund, order: Order, actor: str) -> _Change:
    """The gateway had refused the refund: ask for it once more, as a refund of its own. Points were moved."""
    now = desk.clock.now()
    again = told.model_copy(update={"refund_id": desk.make_id()})
    asked = request_refund(
        order,
        refund_id=again.refund_id,
        amount=told.total.amount,
        reason=REASON,
        at=now,
        return_id=given.return_id,
    )
    event = RefundRequested.of(asked, asked.refunds[-1], **desk.stamp(actor))
    return _Change(to_state(given, "refunding", now, refund=again), asked, events=(event,))


def _points(
    desk: ReturnDesk, given: Return, due: Due, entry: PointsEntry | None, actor: str
) -> tuple[tuple[Part, ...], list[Step]]:
    """What was spent comes back first, so that less of what was earned is owed."""
    program, before = desk.loyalty.standing(given.user_id)
    back: LineAmounts = due.all
    now = desk.clock.now()
    steps: list[Step] = []
    account = before
    names = {"order_id": given.order_id, "return_id": given.return_id}
    if back.points_spent and before.version:  # an account that was erased is not made again
        steps.append(give_back(account, program, back.points_spent, at=now, **names))
        account = steps[-1].account
    if entry is not None and (back.points_earned or back.earned_on):
        lot = entry.expires_on.isoformat() if entry.expires_on else NEVER
        steps.append(
            take_back(
                account,
                back.points_earned,
                spend=back.earned_on,
                earned_at=entry.at,
                lot=lot,
                at=now,
                **names,
            )
        )
        account = steps[-1].account
    parts: list[Part] = []
    if entry is None:  # the delivery earns what is left, if it earns after this
        parts.append(desk.loyalty.not_earned(given.user_id, earned_id(given.order_id, given.merchant_id)))
    if steps:
        entries = tuple(each for step in steps for each in step.entries)
        events = [
            event_of(each, step.account, event_id=desk.make_id(), actor=actor)
            for step in steps
            for each in step.entries
        ]
        parts += desk.loyalty.parts(before, Step(account, entries), events)
    return tuple(parts), steps


def _failed(given: Return, order: Order, change: ReturnChange) -> bool:
    """A refund that the gateway refused can be asked for again."""
    if change.action != "refund" or given.state != "refunding" or given.refund is None:
        return False
    wanted = given.refund.refund_id
    return any(each.refund_id == wanted and each.state == "failed" for each in order.refunds)


def _sum(steps: list[Step], kind: str) -> int:
    return sum(each.points for step in steps for each in step.entries if each.kind == kind)


def _money(order: Order, amount: int) -> Money:
    return Money(amount=amount, currency=order.currency)
