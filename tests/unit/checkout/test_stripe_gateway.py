"""Stripe's API as the adapter speaks it, against an account as strict as Stripe's, and without a network."""

import json
from collections.abc import Mapping

import pytest

from local.payments import PaymentSimulator
from omnilife.checkout.payment_gateway import GatewayRefused, GatewayUnavailable
from omnilife.checkout.stripe_gateway import Answer, StripeGateway

OK, DECLINED, ASKS = "pm_card_visa", "pm_card_visa_chargeDeclined", "pm_card_threeDSecure2Required"


class Wire:
    """What stands for the network: it notes requests, and carries them to the simulator."""

    def __init__(self) -> None:
        self.simulator = PaymentSimulator(port=1)
        self.requests: list[tuple[str, str, Mapping[str, str], bytes]] = []

    def __call__(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        self.requests.append((method, path, headers, body))
        found = self.simulator.answer(method, path, body, headers.get("idempotency-key", ""))
        if found is None:
            raise GatewayUnavailable("no answer")
        return Answer(*found)

    def fault(self, operation: str, fault: str, times: int = 1) -> None:
        asked = {"operation": operation, "fault": fault, "times": times}
        self.simulator.answer("POST", "/simulator/faults", json.dumps(asked).encode(), "")

    @property
    def account(self):
        return self.simulator.account


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def gateway(wire: Wire) -> StripeGateway:
    return StripeGateway(wire, lambda: "sk_test")


def open_(gateway: StripeGateway, method: str | None = OK, amount: int = 4900, currency: str = "USD"):
    return gateway.open(
        payment_id="payment-1", order_id="order-1", amount=amount, currency=currency, method=method
    )


def test_a_payment_is_opened_held_taken_and_given_back(gateway, wire):
    opened = open_(gateway, None)
    assert (opened.state, opened.amount, opened.captured) == ("needs_payment", 4900, 0)
    assert opened.client_secret
    held = gateway.authorize(opened.gateway_id, method=OK, attempt="attempt-1")
    assert held.state == "authorized"
    taken = gateway.capture(opened.gateway_id, payment_id="payment-1")
    assert (taken.state, taken.captured) == ("captured", 4900)
    assert gateway.refund(opened.gateway_id, refund_id="r-1", amount=900) == "completed"
    assert gateway.read(opened.gateway_id).refunded == 900
    assert wire.account.held == 4000


def test_requests_carry_the_key_the_version_and_what_they_are_for(gateway, wire):
    open_(gateway, None)
    method, path, headers, body = wire.requests[0]
    assert (method, path) == ("POST", "/v1/payment_intents")
    assert headers["authorization"] == "Bearer sk_test"
    assert headers["idempotency-key"] == "open-payment-1"
    assert headers["stripe-version"]
    assert b"capture_method=manual" in body
    assert b"metadata%5Border_id%5D=order-1" in body


def test_opening_again_finds_the_same_payment_as_it_is_now(gateway, wire):
    first = open_(gateway, None)
    gateway.authorize(first.gateway_id, method=OK, attempt="a")
    again = open_(gateway, None)
    assert (again.gateway_id, again.state) == (first.gateway_id, "authorized")
    assert len(wire.account.intents) == 1


def test_opening_again_with_a_method_does_not_pay_twice(gateway, wire):
    assert open_(gateway, OK).state == "authorized"
    assert open_(gateway, OK).state == "authorized"
    assert open_(gateway, DECLINED).state == "authorized"
    assert len(wire.account.intents) == 1


def test_a_declined_method_is_an_answer_and_another_one_may_follow(gateway):
    declined = open_(gateway, DECLINED)
    assert (declined.state, declined.problem) == ("needs_payment", "generic_decline")
    assert gateway.authorize(declined.gateway_id, method=OK, attempt="b").state == "authorized"


def test_a_declined_attempt_that_is_repeated_is_declined_again(gateway):
    opened = open_(gateway, None)
    for _ in range(2):
        again = gateway.authorize(opened.gateway_id, method=DECLINED, attempt="a")
        assert (again.state, again.problem) == ("needs_payment", "generic_decline")


def test_three_d_secure_is_asked_for_and_passed(gateway, wire):
    asked = open_(gateway, ASKS)
    assert (asked.state, asked.next_action) == ("needs_action", {"type": "use_stripe_sdk"})
    wire.simulator.answer("POST", f"/simulator/payment_intents/{asked.gateway_id}/complete", b"", "")
    assert gateway.read(asked.gateway_id).state == "authorized"


@pytest.mark.parametrize("operation", ["create", "confirm", "capture", "cancel", "refund"])
@pytest.mark.parametrize("fault", ["no_answer", "lost_answer", "twice", "error"])
def test_a_call_that_fails_and_is_repeated_has_its_effect_once(gateway, wire, operation, fault):
    def once(call):
        try:
            return call()
        except GatewayUnavailable:
            return call()

    wire.fault(operation, fault)
    opened = once(lambda: open_(gateway, OK))
    if operation == "cancel":
        assert once(lambda: gateway.void(opened.gateway_id, payment_id="payment-1")).state == "void"
        assert wire.account.held == 0
        return
    taken = once(lambda: gateway.capture(opened.gateway_id, payment_id="payment-1"))
    assert taken.captured == 4900
    assert once(lambda: gateway.refund(opened.gateway_id, refund_id="r", amount=1000)) == "completed"
    assert len(wire.account.intents) == 1
    assert wire.account.held == 3900


def test_taking_what_is_not_held_and_letting_go_what_was_taken_are_refused(gateway):
    opened = open_(gateway, None)
    with pytest.raises(GatewayRefused, match="unexpected_state"):
        gateway.capture(opened.gateway_id, payment_id="p")
    gateway.authorize(opened.gateway_id, method=OK, attempt="a")
    gateway.capture(opened.gateway_id, payment_id="payment-1")
    with pytest.raises(GatewayRefused, match="unexpected_state"):
        gateway.void(opened.gateway_id, payment_id="payment-1")


def test_no_more_goes_back_than_was_taken(gateway, wire):
    opened = open_(gateway, OK)
    gateway.capture(opened.gateway_id, payment_id="payment-1")
    gateway.refund(opened.gateway_id, refund_id="r-1", amount=4000)
    with pytest.raises(GatewayRefused, match="amount_too_large"):
        gateway.refund(opened.gateway_id, refund_id="r-2", amount=1000)
    assert wire.account.held == 900


@pytest.mark.parametrize(("currency", "sent"), [("JPY", 500), ("ISK", 50_000), ("KWD", 500)])
def test_minor_units_are_the_currency_s_own_but_for_stripe_s_exceptions(gateway, wire, currency, sent):
    opened = open_(gateway, OK, amount=500, currency=currency)
    gateway.capture(opened.gateway_id, payment_id="payment-1")
    gateway.refund(opened.gateway_id, refund_id="r", amount=200)
    assert wire.account.intents[opened.gateway_id]["amount"] == sent
    found = gateway.read(opened.gateway_id)
    assert (found.amount, found.captured, found.refunded) == (500, 500, 200)


@pytest.mark.parametrize("status", [401, 403, 408, 409, 429, 500, 503])
def test_what_may_pass_or_must_be_mended_is_no_refusal(status):
    gateway = StripeGateway(lambda *_: Answer(status, b"{}"), lambda: "sk")
    with pytest.raises(GatewayUnavailable):
        gateway.read("pi_1")


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[]", b"{}", b'{"id": "pi", "currency": "usd", "amount": 1, "status": "new"}']
)
def test_an_answer_that_is_no_payment_is_no_answer(body):
    gateway = StripeGateway(lambda *_: Answer(200, body), lambda: "sk")
    with pytest.raises(GatewayUnavailable):
        gateway.read("pi_1")


@pytest.mark.parametrize("body", [b"", b'{"error": "x"}', b'{"error": {"code": "resource_missing"}}'])
def test_a_refusal_has_a_code_whatever_came_with_it(body):
    gateway = StripeGateway(lambda *_: Answer(404, body), lambda: "sk")
    with pytest.raises(GatewayRefused) as refused:
        gateway.read("pi_1")
    assert refused.value.code in {"404", "resource_missing"}


def test_an_id_is_a_segment_of_a_path_and_nothing_else(wire, gateway):
    with pytest.raises(GatewayRefused):
        gateway.read("../refunds?x")
    assert wire.requests[0][1].startswith("/v1/payment_intents/..%2Frefunds%3Fx?")


def test_a_refund_that_is_no_refund_is_no_answer():
    answers = iter([b'{"data": []}', b'{"currency": "usd"}', b"{}"])
    gateway = StripeGateway(lambda *_: Answer(200, next(answers)), lambda: "sk")
    with pytest.raises(GatewayUnavailable):
        gateway.refund("pi_1", refund_id="r", amount=1)


@pytest.mark.parametrize(
    "listed", [b"{}", b'{"data": 1}', b'{"data": [1]}', b'{"data": [{"metadata": null}]}']
)
def test_without_a_list_of_refunds_none_is_made(listed: bytes):
    asked = []

    def send(method: str, *_: object) -> Answer:
        asked.append(method)
        return Answer(200, listed)

    with pytest.raises(GatewayUnavailable):
        StripeGateway(send, lambda: "sk").refund("pi_1", refund_id="r", amount=1)
    assert asked == ["GET"]


def test_a_refund_that_takes_longer_than_the_gateway_remembers_keys_is_not_paid_out_twice(gateway, wire):
    opened = open_(gateway)
    gateway.capture(opened.gateway_id, payment_id="payment-1")
    gateway.refund(opened.gateway_id, refund_id="r-0", amount=100)
    assert gateway.refund(opened.gateway_id, refund_id="r-1", amount=900) == "completed"
    (made,) = [each for each in wire.account.refunds.values() if each["amount"] == 900]
    made["status"] = "pending"
    wire.simulator._keys.clear()

    assert gateway.refund(opened.gateway_id, refund_id="r-1", amount=900) == "pending"

    assert wire.account.held == 3900
