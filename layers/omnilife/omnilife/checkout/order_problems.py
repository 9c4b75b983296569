"""What orders, payments and refunds refuse."""

from collections.abc import Sequence

from omnilife.core.errors import Conflict, FieldError, Invalid, NotFound, Problem


class NoSuchOrder(NotFound):
    """No order of that id, or none of this caller's."""

    slug = "unknown-order"
    title = "No such order"


class NoAddress(Invalid):
    """The quote has no address, so nothing can be sent anywhere."""

    slug = "no-address"
    title = "No address to send to"


class OutOfStock(Conflict):
    """Fewer units can be had than a line wants. `lines` says which: product_id, wanted, available."""

    slug = "out-of-stock"
    title = "Out of stock"

    def __init__(self, lines: Sequence[tuple[str, int, int]]) -> None:
        self.lines = list(lines)
        super().__init__(
            "Fewer units can be had than were wanted.",
            extensions={
                "lines": [
                    {"product_id": product_id, "wanted": wanted, "available": available}
                    for product_id, wanted, available in lines
                ]
            },
        )


class PaymentBlocked(Problem):
    """The payment was judged too risky to be opened."""

    slug = "payment-blocked"
    title = "Payment not accepted"
    status = 403


class PaymentRefused(Invalid):
    """The gateway will not try this payment method. `code` is its own word."""

    slug = "payment-refused"
    title = "Payment method refused"

    def __init__(self, code: str) -> None:
        super().__init__(
            "The payment service does not take this method. The order waits for another one.",
            errors=[FieldError("/payment_method", "not taken")],
            extensions={"code": code},
        )


class GatewayDown(Problem):
    """The payment gateway does not answer. The order is kept; try `pay` again."""

    slug = "payment-unavailable"
    title = "Payment temporarily unavailable"
    status = 503


class NotInState(Conflict):
    """There is no way from the state that it is in to the one that was asked for."""

    slug = "wrong-state"
    title = "Not possible in this state"

    def __init__(self, state: str, wanted: str) -> None:
        super().__init__(
            f"It is {state}: it cannot become {wanted}.", extensions={"state": state, "wanted": wanted}
        )


class RefundTooHigh(Conflict):
    """More money would go back than was taken and has not gone back yet."""

    slug = "refund-too-high"
    title = "More than can be refunded"

    def __init__(self, wanted: int, refundable: int) -> None:
        super().__init__(
            "More money would go back than was taken.",
            extensions={"wanted": wanted, "refundable": refundable},
        )


class BusyOrder(Conflict):
    """The order was changed by others each time that this change was tried."""

    slug = "changed-meanwhile"
    title = "Changed by others meanwhile"
