# ruff: noqa: ARG002 (the protocol's arguments)
"""A payment gateway in memory, as strict as a real one: keys are remembered, money is counted.

What it does about a payment method is in the method's name, as gateways' own test methods are:
`pm_ok` authorizes, `pm_declined` does not, `pm_3ds` asks for an action first, `pm_slow` stays in processing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import wraps
from threading import RLock
from types import MappingProxyType
from typing import Any

from omnilife.checkout.payment_gateway import GatewayRefused, GatewayUnavailable, Intent, RefundAnswer

METHODS: Mapping[str, str] = MappingProxyType(
    {
        "pm_ok": "authorized",
        "pm_declined": "needs_payment",
        "pm_3ds": "needs_action",
        "pm_slow": "processing",
    }
)


def _one_at_a_time[**P, R](call: Callable[P, R]) -> Callable[P, R]:
    """A gateway's own database keeps two calls about one payment apart."""

    @wraps(call)
    def locked(*arguments: P.args, **named: P.kwargs) -> R:
        gateway: Any = arguments[0]
        with gateway.lock:
            return call(*arguments, **named)

    return locked


@dataclass
class SimulatedGateway:
    """Payments by id. `before` is called with each call's name, and may raise or interrupt."""

    before: Callable[[str], None] = lambda _: None
    after: Callable[[str], None] = lambda _: None
    intents: dict[str, Intent] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    refunds: dict[str, int] = field(default_factory=dict)
    refuse_capture: bool = False
    refuse_refunds: bool = False
    pending_refunds: bool = False
    lock: Any = field(default_factory=RLock, repr=False)

    @_one_at_a_time
    def open(
        self, *, payment_id: str, order_id: str, amount: int, currency: str, method: str | None
    ) -> Intent:
        self.before("open")
        gateway_id = self.keys.setdefault(payment_id, f"pi_{len(self.intents) + 1}")
        if gateway_id not in self.intents:
            self.intents[gateway_id] = Intent(
                gateway_id=gateway_id,
                state="needs_payment",
                amount=amount,
                client_secret=f"{gateway_id}_secret",
            )
            if method is not None:
                self.try_method(gateway_id, method)
        self.after("open")
        return self.intents[gateway_id]

    @_one_at_a_time
    def authorize(self, gateway_id: str, *, method: str, attempt: str) -> Intent:
        self.before("authorize")
        if self.intents[gateway_id].state not in {"needs_payment", "needs_action"}:
            raise GatewayRefused("unexpected_state")
        if attempt not in self.keys:
            self.keys[attempt] = gateway_id
            self.try_method(gateway_id, method)
        self.after("authorize")
        return self.intents[gateway_id]

    @_one_at_a_time
    def read(self, gateway_id: str) -> Intent:
        self.before("read")
        return self.intents[gateway_id]

    @_one_at_a_time
    def capture(self, gateway_id: str, *, payment_id: str) -> Intent:
        self.before("capture")
        intent = self.intents[gateway_id]
        if intent.state == "authorized" and not self.refuse_capture:
            self.intents[gateway_id] = replace(intent, state="captured", captured=intent.amount)
        elif intent.state != "captured":
            raise GatewayRefused("not_capturable")
        self.after("capture")
        return self.intents[gateway_id]

    @_one_at_a_time
    def void(self, gateway_id: str, *, payment_id: str) -> Intent:
        self.before("void")
        intent = self.intents[gateway_id]
        if intent.state == "captured":
            raise GatewayRefused("already_captured")
        self.intents[gateway_id] = replace(intent, state="void")
        self.after("void")
        return self.intents[gateway_id]

    @_one_at_a_time
    def refund(self, gateway_id: str, *, refund_id: str, amount: int) -> RefundAnswer:
        self.before("refund")
        intent = self.intents[gateway_id]
        if refund_id not in self.refunds:
            if self.refuse_refunds or intent.refunded + amount > intent.captured:
                raise GatewayRefused("amount_too_large")
            if self.pending_refunds:
                return "pending"
            self.refunds[refund_id] = amount
            self.intents[gateway_id] = replace(intent, refunded=intent.refunded + amount)
        self.after("refund")
        return "completed"

    @_one_at_a_time
    def try_method(self, gateway_id: str, method: str) -> None:
        """What happens at the gateway when a shopper gives a payment method, here or on their own device."""
        state = METHODS[method]
        self.intents[gateway_id] = replace(
            self.intents[gateway_id],
            state=state,  # type: ignore[arg-type]
            problem="card_declined" if method == "pm_declined" else None,
            next_action={"type": "redirect_to_url"} if state == "needs_action" else None,
        )

    @_one_at_a_time
    def confirm(self, gateway_id: str) -> None:
        """The shopper passes 3-D Secure, or a slow method comes through."""
        self.intents[gateway_id] = replace(self.intents[gateway_id], state="authorized", next_action=None)

    @property
    def held(self) -> int:
        """Money that was taken and not given back."""
        return sum(each.captured - each.refunded for each in self.intents.values())


def down(*names: str) -> Callable[[str], None]:
    """A `before` by which these calls get no answer."""

    def unavailable(name: str) -> None:
        if name in names:
            raise GatewayUnavailable(name)

    return unavailable
