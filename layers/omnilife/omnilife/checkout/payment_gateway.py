"""The payment gateway, as checkout sees it: one protocol, typed answers, typed failures.

Amounts are whole minor units. Every call that moves money carries an idempotency key, so that repeating it
after a lost answer does nothing a second time.
"""

from dataclasses import dataclass
from typing import Any, Literal, Protocol

type IntentState = Literal["needs_payment", "needs_action", "processing", "authorized", "captured", "void"]
"""`needs_payment`: nothing was tried yet, or it was declined. `needs_action`: 3-D Secure or the like."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """A payment at the gateway.

    Attributes:
        gateway_id: the gateway's id.
        state: where it stands.
        amount: what is to be paid.
        captured: what was taken.
        refunded: what of it went back.
        client_secret: with which the shopper's device goes on. Never stored, never logged.
        next_action: what the device is to do for 3-D Secure, in the gateway's form.
        problem: why the last attempt was declined, in the gateway's word.
    """

    gateway_id: str
    state: IntentState
    amount: int
    captured: int = 0
    refunded: int = 0
    client_secret: str | None = None
    next_action: dict[str, Any] | None = None
    problem: str | None = None


type RefundAnswer = Literal["completed", "pending", "failed"]


class GatewayUnavailable(Exception):  # noqa: N818 (says what is the case)
    """No answer, or one that says "later". Whether it was carried out is not known.

    Repeat with the same key.
    """


class GatewayRefused(Exception):  # noqa: N818 (says what is the case)
    """The gateway says no, and will say it again. `code` is its own word."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class PaymentGateway(Protocol):
    """Opens, reads, takes and gives back payments.

    All raise `GatewayUnavailable` and `GatewayRefused`.
    """

    def open(
        self, *, payment_id: str, order_id: str, amount: int, currency: str, method: str | None
    ) -> Intent:
        """Open a payment of an order, once for each `payment_id`; with a method, also try to authorize it."""
        ...

    def authorize(self, gateway_id: str, *, method: str, attempt: str) -> Intent:
        """Try a payment method on an open payment, once for each `attempt`. A decline is no failure: see
        `Intent.problem`."""
        ...

    def read(self, gateway_id: str) -> Intent:
        """The payment as it stands."""
        ...

    def capture(self, gateway_id: str, *, payment_id: str) -> Intent:
        """Take what was authorized, once."""
        ...

    def void(self, gateway_id: str, *, payment_id: str) -> Intent:
        """Let go of an authorization, or close a payment that nobody made."""
        ...

    def refund(self, gateway_id: str, *, refund_id: str, amount: int) -> RefundAnswer:
        """Give back a part of what was taken, once for each `refund_id`."""
        ...
