"""The desks that speak to the payment gateway, by the environment; and what is asked before money is."""

from omnilife.checkout.claims import Claims
from omnilife.checkout.order_models import Order
from omnilife.checkout.place_orders import OrderDesk
from omnilife.checkout.settle_payments import Settling
from omnilife.checkout.store_orders import OrderStore
from omnilife.checkout.store_quotes import QuoteStore
from omnilife.checkout.stripe_gateway import stripe_gateway
from omnilife.core.logging import logger
from omnilife.core.metrics import count
from omnilife.core.money import Money
from omnilife.security import PaymentFacts, score_payment


def order_desk() -> OrderDesk:
    """For routes that open a payment or try one."""
    return OrderDesk(
        orders=OrderStore.from_environment(),
        claims=Claims.from_environment(),
        quotes=QuoteStore.from_environment(),
        gateway=stripe_gateway(),
        risk=may_be_paid,
    )


def settling_desk() -> Settling:
    """For what settles payments in the background."""
    return Settling(
        orders=OrderStore.from_environment(), claims=Claims.from_environment(), gateway=stripe_gateway()
    )


def may_be_paid(order: Order, *, address: str) -> bool:
    """Whether security lets the payment of an order be opened. Why not is logged, and not told."""
    verdict = score_payment(
        PaymentFacts(
            amount=Money(amount=order.total, currency=order.currency),
            user_id=order.user_id,
            ip=address,
            units=sum(line.quantity for line in order.lines),
            shipping_country=order.address.country if order.address else None,
        )
    )
    if verdict.decision != "allow":
        count("PaymentsDoubted", decision=verdict.decision)
        logger.warning(
            "a payment is doubted",
            extra={
                "order": order.order_id,
                "decision": verdict.decision,
                "score": verdict.score,
                "reasons": [reason.code for reason in verdict.reasons],
            },
        )
    return verdict.decision != "block"
