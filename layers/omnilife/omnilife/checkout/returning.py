"""Returns as arithmetic over an order: who may return how much, and exactly what is given back. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from omnilife.checkout.models import MAX_UNITS
from omnilife.checkout.order_models import Order, OrderLine
from omnilife.checkout.refunds import LineAmounts, share
from omnilife.checkout.return_models import (
    NewReturn,
    ReceivedLine,
    Return,
    ReturnedLine,
    ReturnLine,
    ReturnState,
)
from omnilife.checkout.return_problems import (
    BadReturnQuantity,
    LineNamedTwice,
    NotDelivered,
    NothingReceived,
    ReceivedTooMany,
    ReturningTooMany,
    ReturnWindowClosed,
    SeveralMerchants,
    UnknownOrderLine,
)
from omnilife.checkout.return_states import check_transition
from omnilife.core.config import Settings
from omnilife.core.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnPolicy(Settings):
    """The shop's rules for returns.

    Attributes:
        return_window_days: how long after its delivery something can be returned.
        return_shipping: `never` gives no shipping back; `whole` gives it back with the units that make all of
            a merchant's delivery returned; `share` gives back its share with each unit, by value.
    """

    return_window_days: int = 30
    return_shipping: str = "whole"


@dataclass(frozen=True, slots=True)
class Due:
    """What a return gives back: the lines' amounts by line id, and shipping with its tax."""

    lines: Mapping[str, LineAmounts]
    shipping: int

    @property
    def all(self) -> LineAmounts:
        return sum(self.lines.values(), LineAmounts())

    @property
    def total(self) -> int:
        """Money, in minor units."""
        return self.all.total + self.shipping


def claim(
    order: Order, wanted: NewReturn, *, policy: ReturnPolicy, return_id: str, at: datetime
) -> tuple[Order, Return]:
    """Set units of one merchant's delivery aside for a return; nobody can return them again.

    Raises:
        BadReturnQuantity, UnknownOrderLine, LineNamedTwice, SeveralMerchants: the request makes no sense.
        NotDelivered, ReturnWindowClosed: too early, too late.
        ReturningTooMany: more units than were bought and are not in another return.
    """
    lines = {line.line_id: line for line in order.lines}
    _check_request(wanted.lines, lines)
    merchants = {lines[each.line_id].merchant_id for each in wanted.lines}
    if len(merchants) > 1:
        raise SeveralMerchants
    merchant_id = merchants.pop()
    _check_window(order, merchant_id, policy, at)
    for index, each in enumerate(wanted.lines):
        line = lines[each.line_id]
        left = line.quantity - line.returned
        if each.quantity > left:
            raise ReturningTooMany(index, line_id=each.line_id, wanted=each.quantity, returnable=left)
    units = {each.line_id: each.quantity for each in wanted.lines}
    asked = Return(
        return_id=return_id,
        order_id=order.order_id,
        user_id=order.user_id,
        merchant_id=merchant_id,
        state="requested",
        lines=[
            ReturnLine(
                line_id=each.line_id,
                product_id=lines[each.line_id].product_id,
                name=lines[each.line_id].name,
                quantity=each.quantity,
                reason=each.reason,
            )
            for each in wanted.lines
        ],
        note=wanted.note,
        requested_at=at,
        updated_at=at,
    )
    return _counted(order, returned=units), asked


def decide(given: Return, state: ReturnState, *, note: str, at: datetime) -> Return:
    """Approve or refuse a request.

    Raises:
        ReturnStateConflict: it was decided already.
    """
    return to_state(given, state, at, decision_note=note)


def release(order: Order, given: Return) -> Order:
    """A refused return's units can be returned again, if somebody asks for it in time."""
    return _counted(order, returned={line.line_id: -line.quantity for line in given.lines})


def receive(
    order: Order, given: Return, arrived: Sequence[ReceivedLine] | None, *, at: datetime
) -> tuple[Order, Return]:
    """Note what arrived; without `arrived` everything did, and goes back to the shelf.

    Units that did not arrive can be returned again.

    Raises:
        ReturnStateConflict: it was not approved, or it was received before.
        UnknownOrderLine, LineNamedTwice, ReceivedTooMany, NothingReceived: what arrived makes no sense.
    """
    check_transition(given.state, "received")
    if arrived is None:
        arrived = [ReceivedLine(line_id=line.line_id, restocked=line.quantity) for line in given.lines]
    by_line = _checked_arrivals(given, arrived)
    lines, missing = [], {}
    for line in given.lines:
        came = by_line.get(line.line_id, ReceivedLine(line_id=line.line_id))
        lines.append(line.model_copy(update={"restocked": came.restocked, "written_off": came.written_off}))
        missing[line.line_id] = lines[-1].arrived - line.quantity
    return _counted(order, returned=missing), to_state(given, "received", at, lines=lines)


def restocked(given: Return) -> dict[str, int]:
    """Units for the shelf, by product: one part a product, whatever lines they came from."""
    units: dict[str, int] = {}
    for line in given.lines:
        if line.restocked:
            units[line.product_id] = units.get(line.product_id, 0) + line.restocked
    return units


def amounts_due(order: Order, given: Return, earned: Mapping[str, int], policy: ReturnPolicy) -> Due:
    """Exactly what the units that arrived give back, after all that came back before them.

    Args:
        earned: points that the delivery's lines earned, by line id; empty if it has not earned yet.
    """
    lines = {line.line_id: line for line in order.lines}
    due = {
        each.line_id: line_amounts(line, earned.get(each.line_id, 0)).units(
            line.quantity, after=line.refunded, units=each.arrived
        )
        for each in given.lines
        for line in (lines[each.line_id],)
        if each.arrived
    }
    arrived = {each.line_id: each.arrived for each in given.lines}
    return Due(due, _shipping_due(order, given.merchant_id, arrived, policy))


def refund(order: Order, given: Return) -> Order:
    """The order with the units that arrived counted as refunded."""
    return _counted(order, refunded={line.line_id: line.arrived for line in given.lines})


def refunded_lines(given: Return, due: Due, currency: str) -> list[ReturnLine]:
    """The return's lines, each with the money that it gives back."""
    return [
        line.model_copy(
            update={"refunded": Money(amount=due.lines[line.line_id].total, currency=currency)}
            if line.line_id in due.lines
            else {}
        )
        for line in given.lines
    ]


def to_state(given: Return, state: ReturnState, at: datetime, **changed: object) -> Return:
    """The return in another state, at its next version.

    Raises:
        ReturnStateConflict: there is no way from its state to that one.
    """
    check_transition(given.state, state)
    return given.model_copy(
        update={**changed, "state": state, "updated_at": at, "version": given.version + 1}
    )


def line_amounts(line: OrderLine, points_earned: int = 0) -> LineAmounts:
    """What one line of an order cost and brought, whole."""
    goods = line.total - line.tax
    return LineAmounts(
        goods=goods,
        tax=line.tax,
        points_spent=line.points_spent,
        points_earned=points_earned,
        earned_on=goods,
    )


def _shipping_due(order: Order, merchant_id: str, arrived: Mapping[str, int], policy: ReturnPolicy) -> int:
    paid = sum(each.total for each in order.shipping if each.merchant_id == merchant_id)
    if not paid or policy.return_shipping == "never":
        return 0
    lines = [line for line in order.lines if line.merchant_id == merchant_id]
    if policy.return_shipping == "whole":
        complete = all(line.refunded + arrived.get(line.line_id, 0) == line.quantity for line in lines)
        return paid if complete else 0
    # By value, or by units when nothing had a price; each line's own running share keeps the sum exact.
    free = not any(line.total for line in lines)
    weights = [(line.quantity if free else line.total, line) for line in lines]
    before = sum(share(weight, line.quantity, 0, line.refunded) for weight, line in weights)
    now = sum(
        share(weight, line.quantity, line.refunded, arrived.get(line.line_id, 0)) for weight, line in weights
    )
    return share(paid, sum(weight for weight, _ in weights), before, now)


def _check_request(wanted: Sequence[ReturnedLine], lines: Mapping[str, OrderLine]) -> None:
    seen = set()
    for index, each in enumerate(wanted):
        if type(each.quantity) is not int or not 1 <= each.quantity <= MAX_UNITS:
            raise BadReturnQuantity(index)
        if each.line_id not in lines:
            raise UnknownOrderLine(index)
        if each.line_id in seen:
            raise LineNamedTwice(index)
        seen.add(each.line_id)


def _check_window(order: Order, merchant_id: str, policy: ReturnPolicy, at: datetime) -> None:
    delivered = [each.delivered_at for each in order.fulfilments if each.merchant_id == merchant_id]
    if not delivered or delivered[0] is None:
        raise NotDelivered("This has not been delivered. Before it is shipped, cancel the order.")
    until = delivered[0] + timedelta(days=policy.return_window_days)
    if at > until:
        raise ReturnWindowClosed(until)


def _checked_arrivals(given: Return, arrived: Sequence[ReceivedLine]) -> dict[str, ReceivedLine]:
    quantities = {line.line_id: line.quantity for line in given.lines}
    by_line: dict[str, ReceivedLine] = {}
    for index, each in enumerate(arrived):
        if each.line_id not in quantities:
            raise UnknownOrderLine(index)
        if each.line_id in by_line:
            raise LineNamedTwice(index)
        if each.restocked + each.written_off > quantities[each.line_id]:
            raise ReceivedTooMany(index, quantity=quantities[each.line_id])
        by_line[each.line_id] = each
    if not any(each.restocked + each.written_off for each in by_line.values()):
        raise NothingReceived("Not a unit arrived. Refuse the return, or wait for it.")
    return by_line


def _counted(
    order: Order, *, returned: Mapping[str, int] | None = None, refunded: Mapping[str, int] | None = None
) -> Order:
    lines = [
        line.model_copy(
            update={
                "returned": line.returned + (returned or {}).get(line.line_id, 0),
                "refunded": line.refunded + (refunded or {}).get(line.line_id, 0),
            }
        )
        for line in order.lines
    ]
    return order.model_copy(update={"lines": lines})
