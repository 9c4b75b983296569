"""The jobs that come back to orders by themselves: reservations end, and lost webhooks are made up for."""

from collections.abc import Callable, Iterable
from datetime import timedelta

from omnilife.checkout.order_problems import BusyOrder
from omnilife.checkout.payment_gateway import GatewayRefused, GatewayUnavailable
from omnilife.checkout.place_orders import RESERVED_FOR
from omnilife.checkout.settle_payments import Settling, expire, settle
from omnilife.core.errors import Unavailable
from omnilife.core.events import ReceivedEvent
from omnilife.core.logging import logger
from omnilife.core.metrics import count
from omnilife.core.table import ConditionFailed

OVERDUE = timedelta(minutes=2)
"""How long a webhook may take before somebody looks by himself."""


def release_expired_reservations(desk: Settling, *, may_go_on: Callable[[], bool]) -> dict[str, int]:
    """End the reservations that are over; says how many orders it looked at and could not finish.

    It asks before each order whether it `may_go_on`; what it does not reach, the next run finds.

    Raises:
        ConditionFailed, ValueError: an order cannot be finished as it is stored. All others were looked at.
    """
    due = desk.orders.due(desk.clock.now())
    return _each(due, lambda order_id: expire(desk, order_id), may_go_on)


def reconcile_payments(desk: Settling, *, may_go_on: Callable[[], bool]) -> dict[str, int]:
    """Settle what is open for longer than a webhook takes, unpaid orders in their fifteen minutes too.

    Stops and raises as `release_expired_reservations`.
    """
    due = desk.orders.due(desk.clock.now() + RESERVED_FOR - OVERDUE)
    return _each(due, lambda order_id: settle(desk, order_id), may_go_on)


def apply_payment_event(desk: Settling, event: ReceivedEvent) -> None:
    """Look at the payment that an event is about. Which event it is, and how old, makes no difference.

    Raises:
        GatewayUnavailable, GatewayRefused, BusyOrder, Unavailable: the queue brings it again.
    """
    settle(desk, event.data["order_id"])


def _each(
    order_ids: Iterable[str], look: Callable[[str], object], may_go_on: Callable[[], bool]
) -> dict[str, int]:
    """Look at each order; one that cannot be finished now holds up no other, and the next run finds it."""
    looked = left = 0
    broken: Exception | None = None
    for order_id in order_ids:
        if not may_go_on():
            logger.warning("the time is up before the orders are", extra={"looked": looked})
            break
        looked += 1
        try:
            look(order_id)
        except (GatewayUnavailable, GatewayRefused, BusyOrder, Unavailable) as error:
            left += 1
            logger.warning("an order is left for the next run", extra={"order": order_id, "why": repr(error)})
        except (ConditionFailed, ValueError) as error:  # no later run will do better: somebody has to look
            left += 1
            broken = error
            logger.exception("an order cannot be finished", extra={"order": order_id})
    if left:
        count("OrdersLeftOpen", left)
    if broken is not None:
        raise broken
    return {"looked": looked, "left": left}
