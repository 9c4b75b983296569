"""`OrderBook`: what every change of an order needs; and calling one off, which everybody does alike."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from omnilife.checkout.claims import Claims
from omnilife.checkout.order_events import OrderCancelled, RefundRequested
from omnilife.checkout.order_models import CancelReason, Order
from omnilife.checkout.order_states import cancelled, request_refund
from omnilife.checkout.store_orders import OrderStore
from omnilife.core.clock import Clock, system_clock
from omnilife.core.events import DomainEvent
from omnilife.core.ids import IdMaker, new_id
from omnilife.core.table import Part

ATTEMPTS = 8
"""How often a change is tried when others were faster."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderBook:
    """Orders, what they hold of others, a clock and a maker of ids."""

    orders: OrderStore
    claims: Claims
    clock: Clock = system_clock
    make_id: IdMaker = new_id

    @classmethod
    def from_environment(cls) -> Self:
        return cls(orders=OrderStore.from_environment(), claims=Claims.from_environment())

    def stamp(self, actor: str) -> dict[str, Any]:
        """Who, when and which event, of what is announced now."""
        return {"event_id": self.make_id(), "actor": actor, "at": self.clock.now()}

    def save(
        self, order: Order, before: Order, events: Sequence[DomainEvent], parts: Sequence[Part] = ()
    ) -> Order:
        """Write the order over `before`, with what goes with it, and return it."""
        self.orders.save(order, before.version, events, parts)
        return order


def call_off(book: OrderBook, order: Order, reason: CancelReason, *, actor: str) -> Order:
    """Cancel an order, give back all that it held, and have its money sent back if it was taken.

    Raises:
        NotInState: something was shipped, or it is over already.
        ConditionFailed: of part "order": somebody else changed it.
    """
    at = book.clock.now()
    off = cancelled(order, reason, at)
    events: list[DomainEvent] = [OrderCancelled.of(off, **book.stamp(actor))]
    if off.refundable:
        back = request_refund(off, refund_id=book.make_id(), amount=off.refundable, reason=reason, at=at)
        off = back.model_copy(update={"version": off.version})
        events.append(RefundRequested.of(off, off.refunds[-1], **book.stamp(actor)))
    return book.save(off, order, events, book.claims.give_back(order, at=at, actor=actor))
