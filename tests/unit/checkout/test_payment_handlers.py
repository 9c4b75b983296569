"""The functions that speak to the gateway, called as Lambda calls them, with the simulator behind them."""

import json
from typing import Any

import pytest

from local.payments import PaymentSimulator
from omnilife.checkout import payment_desks
from omnilife.checkout.payment_gateway import GatewayUnavailable
from omnilife.checkout.stripe_gateway import Answer, StripeGateway
from omnilife.core.clock import system_clock
from tests.unit.checkout.ordering import Ordering


@pytest.fixture
def simulator(monkeypatch) -> PaymentSimulator:
    simulator = PaymentSimulator(port=1)

    def send(method: str, path: str, headers: Any, body: bytes) -> Answer:
        found = simulator.answer(method, path, body, headers.get("idempotency-key", ""))
        if found is None:
            raise GatewayUnavailable("no answer")
        return Answer(*found)

    monkeypatch.setattr(payment_desks, "stripe_gateway", lambda: StripeGateway(send, lambda: "sk"))
    return simulator


@pytest.fixture
def call(  # noqa: PLR0917 (fixtures)
    invoke, http_event, token, secrets, trust_table, ordering, simulator
):
    """`call("checkout/create_order", path, body)`: the answer's status and body, as user-1, today."""
    ordering.wait(seconds=(system_clock.now() - ordering.shop.clock.now()).total_seconds())

    def post(function: str, path: str, body: Any, **headers: str) -> tuple[int, Any]:
        sent = {"authorization": f"Bearer {token(sub='user-1')}", **headers}
        answer = invoke(function, http_event("POST", path, headers=sent, body=body))
        return answer["statusCode"], json.loads(answer["body"])

    return post


CREATE = "/api/marketplace/orders/create"


def test_an_order_is_answered_with_what_the_shopper_s_device_goes_on_with(call, ordering: Ordering):
    quote_id = ordering.quote([(ordering.product("lamp", 5), 2)])
    status, order = call("checkout/create_order", CREATE, {"quote_id": quote_id})
    assert status == 201
    assert (order["state"], order["payment"]["state"]) == ("pending_payment", "open")
    assert order["payment"]["client_secret"].startswith("pi_")


def test_the_same_request_again_is_answered_with_the_same_order(call, ordering: Ordering, simulator):
    lamp = ordering.product("lamp", 5)
    body = {"quote_id": ordering.quote([(lamp, 2)])}
    answers = [call("checkout/create_order", CREATE, body, **{"idempotency-key": "k"}) for _ in range(2)]
    assert [status for status, _ in answers] == [201, 201]
    assert answers[0][1]["order_id"] == answers[1][1]["order_id"]
    assert answers[0][1]["payment"] == answers[1][1]["payment"]
    assert ordering.stock(lamp) == (5, 2)
    assert len(simulator.account.intents) == 1


def test_a_declined_order_is_paid_by_another_try(call, ordering: Ordering, simulator):
    quote_id = ordering.quote([(ordering.product("lamp", 5), 1)])
    body = {"quote_id": quote_id, "payment_method": "pm_card_visa_chargeDeclined"}
    _, declined = call("checkout/create_order", CREATE, body)
    assert (declined["state"], declined["payment"]["problem"]) == ("pending_payment", "generic_decline")
    path = f"/api/marketplace/orders/{declined['order_id']}/pay"
    status, paid = call("checkout/pay_order", path, {"payment_method": "pm_card_visa"})
    assert (status, paid["state"], paid["payment"]["captured"]) == (200, "paid", paid["total"])
    assert paid["payment"]["client_secret"] is None
    assert simulator.account.held == paid["total"]
    status, refused = call("checkout/pay_order", path, {"payment_method": "pm_card_visa"})
    assert (status, refused["type"]) == (409, "/problems/wrong-state")


def test_a_method_that_the_gateway_does_not_know_leaves_an_order_that_waits_for_another(
    call, ordering: Ordering, simulator
):
    quote_id = ordering.quote([(ordering.product("lamp", 5), 1)])
    body = {"quote_id": quote_id, "payment_method": "nonsense"}
    status, refused = call("checkout/create_order", CREATE, body, **{"idempotency-key": "k"})
    assert (status, refused["type"], refused["code"]) == (
        422,
        "/problems/payment-refused",
        "resource_missing",
    )
    ((gateway_id, intent),) = simulator.account.intents.items()
    order_id = intent["metadata"]["order_id"]
    assert ordering.desk.orders.get(order_id).payment.gateway_id == gateway_id
    path = f"/api/marketplace/orders/{order_id}/pay"
    status, refused = call("checkout/pay_order", path, {"payment_method": "nonsense"})
    assert (status, refused["type"]) == (422, "/problems/payment-refused")
    status, paid = call("checkout/pay_order", path, {"payment_method": "pm_card_visa"})
    assert (status, paid["state"]) == (200, "paid")


def test_a_silent_gateway_leaves_an_order_that_can_be_paid(call, ordering: Ordering, simulator):
    quote_id = ordering.quote([(ordering.product("lamp", 5), 1)])
    fault = json.dumps({"operation": "create", "fault": "no_answer"}).encode()
    simulator.answer("POST", "/simulator/faults", fault, "")
    key = {"idempotency-key": "k"}
    body = {"quote_id": quote_id, "payment_method": "pm_card_visa"}
    status, down = call("checkout/create_order", CREATE, body, **key)
    assert (status, down["type"]) == (503, "/problems/payment-unavailable")
    status, order = call("checkout/create_order", CREATE, body, **key)
    assert (status, order["state"]) == (201, "paid")


@pytest.mark.parametrize(
    ("body", "status", "problem"),
    [
        ({"quote_id": "no-such-quote"}, 404, "/problems/unknown-quote"),
        ({"quote_id": "a/b"}, 422, "/problems/invalid"),
        ({}, 422, "/problems/invalid"),
        ({"quote_id": "q", "total": 1}, 422, "/problems/invalid"),
    ],
    ids=["unknown", "no-id", "empty", "more"],
)
def test_what_is_no_quote_is_refused(call, body, status, problem):
    found, refused = call("checkout/create_order", CREATE, body)
    assert (found, refused["type"]) == (status, problem)


def test_webhooks_and_schedules_settle_what_the_gateway_has(call, invoke, ordering: Ordering, simulator):
    quote_id = ordering.quote([(ordering.product("lamp", 5), 1)])
    _, order = call("checkout/create_order", CREATE, {"quote_id": quote_id})
    payment_id = order["payment"]["client_secret"].partition("_secret_")[0]
    simulator.account.confirm(payment_id, {"payment_method": "pm_card_visa"})
    told = {
        "id": "event-1",
        "type": "PaymentEventReceived",
        "time": "2026-11-24T12:00:00.000Z",
        "aggregate": "payment",
        "aggregate_id": order["order_id"],
        "version": 0,
        "correlation_id": "c",
        "actor": "system:payment_gateway",
        "data": {"order_id": order["order_id"], "gateway_id": payment_id, "kind": "x"},
    }
    batch = {"Records": [{"messageId": "m-1", "body": json.dumps({"detail": told})}]}
    assert invoke("checkout/apply_payment_event", batch) == {"batchItemFailures": []}
    assert ordering.desk.orders.get(order["order_id"]).state == "paid"
    assert invoke("checkout/release_expired_reservations", {}) == {"looked": 0, "left": 0}
    assert invoke("checkout/reconcile_payments", {}) == {"looked": 0, "left": 0}
