"""What may become of an order: every state, and the ways between them. Pure; nothing is stored here.

Orders:       pending_payment → paid → packed → shipped → delivered
              pending_payment, paid → cancelled;  cancelled → paid (a late payment that stock allows)
              paid … delivered → partly_refunded → refunded;  paid … delivered, cancelled → refunded
Fulfilments:  open → packed → shipped → delivered;  open, packed → cancelled
Payments:     unopened → open → capturing → captured;  unopened, open, capturing → void;
              unopened, open → captured (nothing to pay, or taken by the gateway itself)

An order's state is the least that all its living fulfilments have reached. Money that went back takes
precedence: of a partly refunded order the fulfilments alone tell how far the goods are.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from omnilife.checkout.order_models import (
    CancelReason,
    Fulfilment,
    FulfilmentState,
    Order,
    OrderState,
    Payment,
    PaymentState,
    Refund,
    RefundState,
    Tracking,
)
from omnilife.checkout.order_problems import NoSuchOrder, NotInState, RefundTooHigh

ORDER: Mapping[OrderState, frozenset[OrderState]] = MappingProxyType(
    {
        "pending_payment": frozenset({"paid", "cancelled"}),
        "paid": frozenset({"packed", "cancelled", "partly_refunded", "refunded"}),
        "packed": frozenset({"shipped", "cancelled", "partly_refunded", "refunded"}),
        "shipped": frozenset({"delivered", "partly_refunded", "refunded"}),
        "delivered": frozenset({"partly_refunded", "refunded"}),
        "cancelled": frozenset({"paid", "refunded"}),
        "partly_refunded": frozenset({"refunded"}),
        "refunded": frozenset(),
    }
)
FULFILMENT: Mapping[FulfilmentState, frozenset[FulfilmentState]] = MappingProxyType(
    {
        "open": frozenset({"packed", "cancelled"}),
        "packed": frozenset({"shipped", "cancelled"}),
        "shipped": frozenset({"delivered"}),
        "delivered": frozenset(),
        "cancelled": frozenset(),
    }
)
PAYMENT: Mapping[PaymentState, frozenset[PaymentState]] = MappingProxyType(
    {
        "unopened": frozenset({"open", "captured", "void"}),
        "open": frozenset({"capturing", "captured", "void"}),
        "capturing": frozenset({"captured", "void"}),
        "captured": frozenset(),
        "void": frozenset(),
    }
)
PROGRESS: tuple[FulfilmentState, ...] = ("open", "packed", "shipped", "delivered")
REACHED: Mapping[FulfilmentState, OrderState] = MappingProxyType(
    {"open": "paid", "packed": "packed", "shipped": "shipped", "delivered": "delivered"}
)
TO_SEND: frozenset[FulfilmentState] = frozenset({"open", "packed", "shipped"})
BEFORE_SHIPPING: frozenset[FulfilmentState] = frozenset({"open", "packed"})


def to_state(order: Order, state: OrderState, at: datetime, **more: Any) -> Order:
    """The order in another state, at its next version.

    Raises:
        NotInState: there is no way from its state to that one.
    """
    if state not in ORDER[order.state]:
        raise NotInState(order.state, state)
    return changed(order, at, state=state, **more)


def changed(order: Order, at: datetime, **more: Any) -> Order:
    """The order with other members, at its next version.

    One whose buyer was erased loses its address with the step after which it needs none.
    """
    after = order.model_copy(update={**more, "version": order.version + 1, "updated_at": at})
    if after.forgotten and not to_be_sent(after.state, (each.state for each in after.fulfilments)):
        return after.model_copy(update={"address": None})
    return after


def to_be_sent(state: OrderState, fulfilments: Iterable[FulfilmentState]) -> bool:
    """Whether something of an order in this state, with parts in these, is still on its way to its buyer."""
    return state not in {"cancelled", "refunded"} and any(each in TO_SEND for each in fulfilments)


def payment_to(payment: Payment, state: PaymentState, **more: Any) -> Payment:
    """The payment in another state.

    Raises:
        NotInState: there is no way from its state to that one.
    """
    if state not in PAYMENT[payment.state]:
        raise NotInState(payment.state, state)
    return payment.model_copy(update={**more, "state": state})


def opened(order: Order, gateway_id: str, at: datetime) -> Order:
    """The order, whose payment the gateway knows under that id now."""
    return changed(order, at, payment=payment_to(order.payment, "open", gateway_id=gateway_id))


def declined(order: Order, problem: str, at: datetime) -> Order:
    """The order after an attempt to pay that failed; another one may follow."""
    return changed(order, at, payment=order.payment.model_copy(update={"problem": problem}))


def capturing(order: Order, at: datetime, *, reserved_until: datetime | None = None) -> Order:
    """The order while its money is being taken: from here on its reservation does not expire.

    With `reserved_until` it is one whose reservation had expired, and was made anew.
    """
    payment = payment_to(order.payment, "capturing", problem=None)
    if reserved_until is None:
        if order.state != "pending_payment":
            raise NotInState(order.state, "paid")
        return changed(order, at, payment=payment)
    if order.state != "cancelled" or order.cancel_reason != "expired":
        raise NotInState(order.state, "paid")
    fulfilments = [each.model_copy(update={"state": "open"}) for each in order.fulfilments]
    return changed(
        order,
        at,
        state="pending_payment",
        cancel_reason=None,
        fulfilments=fulfilments,
        payment=payment,
        reserved_until=reserved_until,
    )


def paid(order: Order, amount: int, at: datetime) -> Order:
    """The order with its money taken."""
    payment = payment_to(order.payment, "captured", captured=amount, problem=None)
    return to_state(order, "paid", at, payment=payment)


def cancelled(order: Order, reason: CancelReason, at: datetime) -> Order:
    """The order, called off before anything was shipped.

    Raises:
        NotInState: something was shipped, or it is cancelled already.
    """
    if any(each.state not in BEFORE_SHIPPING for each in order.fulfilments):
        raise NotInState(order.state, "cancelled")
    fulfilments = [each.model_copy(update={"state": "cancelled"}) for each in order.fulfilments]
    return to_state(order, "cancelled", at, cancel_reason=reason, fulfilments=fulfilments)


def fulfilment_to(
    order: Order, merchant_id: str, state: FulfilmentState, at: datetime, tracking: Tracking | None = None
) -> Order:
    """The order with one merchant's part a step further.

    Raises:
        NoSuchOrder: the merchant has no part in it.
        NotInState: it is not paid, or there is no such step from where the part is.
    """
    part = next((each for each in order.fulfilments if each.merchant_id == merchant_id), None)
    if part is None:
        raise NoSuchOrder("There is no such order.")
    if order.payment.state != "captured" or order.state in {"cancelled", "pending_payment", "refunded"}:
        raise NotInState(order.state, state)
    if state not in FULFILMENT[part.state]:
        raise NotInState(part.state, state)
    update: dict[str, Any] = {"state": state, f"{state}_at": at}
    if tracking is not None:
        update["tracking"] = tracking
    moved = part.model_copy(update=update)
    fulfilments = [moved if each is part else each for each in order.fulfilments]
    return changed(order, at, fulfilments=fulfilments, state=_overall(order, fulfilments))


def request_refund(
    order: Order, *, refund_id: str, amount: int, reason: str, at: datetime, return_id: str | None = None
) -> Order:
    """The order with money promised back. One that has this `refund_id` already is unchanged.

    Raises:
        RefundTooHigh: more than was captured and is not promised yet.
    """
    if any(each.refund_id == refund_id for each in order.refunds):
        return order
    if not 0 < amount <= order.refundable:
        raise RefundTooHigh(amount, order.refundable)
    refund = Refund(refund_id=refund_id, amount=amount, reason=reason, return_id=return_id, requested_at=at)
    return changed(order, at, refunds=[*order.refunds, refund])


def refund_ended(order: Order, refund_id: str, state: RefundState, at: datetime) -> Order:
    """The order after the gateway's word on a refund. A repeated word changes nothing.

    Raises:
        KeyError: there is no such refund.
    """
    refund = next((each for each in order.refunds if each.refund_id == refund_id), None)
    if refund is None:
        raise KeyError(refund_id)
    if refund.state == state:
        return order
    ended = refund.model_copy(update={"state": state})
    refunds = [ended if each is refund else each for each in order.refunds]
    if state != "completed":
        return changed(order, at, refunds=refunds)
    back = sum(each.amount for each in refunds if each.state == "completed")
    payment = order.payment.model_copy(update={"refunded": back})
    whole = back == payment.captured
    following: OrderState = "refunded" if whole else "partly_refunded"
    if following == order.state or (order.state == "cancelled" and not whole):
        return changed(order, at, refunds=refunds, payment=payment)
    return to_state(order, following, at, refunds=refunds, payment=payment)


def _overall(order: Order, fulfilments: list[Fulfilment]) -> OrderState:
    if order.state == "partly_refunded":
        return order.state
    least = min(PROGRESS.index(each.state) for each in fulfilments if each.state != "cancelled")
    return REACHED[PROGRESS[least]]
