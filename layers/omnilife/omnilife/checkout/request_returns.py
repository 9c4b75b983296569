"""Asking for a return, and reading returns."""

from typing import Literal

from omnilife.checkout.order_book import ATTEMPTS
from omnilife.checkout.order_problems import NoSuchOrder
from omnilife.checkout.order_states import changed
from omnilife.checkout.return_desk import ReturnDesk
from omnilife.checkout.return_events import ReturnRequested
from omnilife.checkout.return_models import NewReturn, Return, ReturnPage
from omnilife.checkout.return_problems import BusyReturn, NoSuchReturn
from omnilife.checkout.returning import claim
from omnilife.checkout.store_returns import ReturnStore
from omnilife.core.auth import Caller
from omnilife.core.cursors import CursorCodec
from omnilife.core.idempotency import Idempotency, recall, record
from omnilife.core.table import ConditionFailed, Part

ReturnSide = Literal["buyer", "merchant"]


def request_return(
    desk: ReturnDesk,
    order_id: str,
    wanted: NewReturn,
    *,
    caller: Caller,
    idempotency: Idempotency | None = None,
) -> Return:
    """Ask to send units of one merchant's delivery back. They are set aside: no other return can have them.

    The same idempotency key again answers with the return that it made.

    Raises:
        NoSuchOrder: none of the caller's.
        BadReturnQuantity, UnknownOrderLine, LineNamedTwice, SeveralMerchants, NotDelivered,
        ReturnWindowClosed, ReturningTooMany: see `returning.claim`.
        IdempotencyConflict: the key was used with another body.
        BusyReturn: others kept changing the order.
    """
    for _ in range(ATTEMPTS):
        now = desk.clock.now()
        if idempotency and (first := recall(desk.returns.table, idempotency, now)):
            return _known(desk.returns, first["return_id"])
        order = desk.orders.get(order_id)
        if order is None or order.user_id != caller.subject:
            raise NoSuchOrder("There is no such order of yours.")
        counted, asked = claim(order, wanted, policy=desk.policy, return_id=desk.make_id(), at=now)
        event = ReturnRequested.of(asked, **desk.stamp(caller.actor))
        parts: list[Part] = [*desk.returns.parts(asked, [event])]
        if idempotency:
            parts.append(record(idempotency, {"return_id": asked.return_id}, now))
        try:
            desk.save(changed(counted, now), order, [], parts)
        except ConditionFailed:
            continue  # the order changed, or the same request was faster: look again
        return asked
    raise BusyReturn("Others keep changing this order. Try again.")


def list_returns(
    store: ReturnStore,
    *,
    caller: Caller,
    cursors: CursorCodec,
    side: ReturnSide | None = None,
    limit: int = 20,
    cursor: str | None = None,
) -> ReturnPage:
    """Some of the caller's returns, newest first: those one asked for, or those that one is to receive.

    Without `side`, merchants see what they are to receive, everybody else what they asked for.

    Raises:
        BadCursor: not one of ours, or of another list.
    """
    chosen = side or ("merchant" if caller.is_merchant else "buyer")
    query = f"returns:{chosen}:{caller.subject}"
    before = cursors.read(cursor, bound_to=query) if cursor else None
    read = store.of_merchant if chosen == "merchant" else store.of_user
    items, last = read(caller.subject, limit=limit, before=before)
    return ReturnPage(items=items, next_cursor=cursors.issue(last, bound_to=query) if last else None)


def _known(store: ReturnStore, return_id: str) -> Return:
    given = store.find(return_id)
    if given is None:
        raise NoSuchReturn
    return given
