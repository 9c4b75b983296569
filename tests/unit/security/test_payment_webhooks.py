"""The payment gateway's webhook, called as Lambda calls it, over moto."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from omnilife.core import aws
from omnilife.core.clock import FixedClock
from omnilife.core.errors import MalformedBody
from omnilife.core.table import Table
from omnilife.core.webhooks import BadSignature, SignedAtAnotherTime, sign
from omnilife.security.payment_webhooks import WebhookDesk, take_payment_webhook
from omnilife.security.store.webhooks import REMEMBERED, WebhookStore

SECRET = "whsec_1"


@pytest.fixture
def desk(security_table: Table, clock: FixedClock, ids) -> WebhookDesk:
    return WebhookDesk(WebhookStore(security_table), lambda: [SECRET], clock, ids)


def event(event_id: str = "evt_1", kind: str = "payment_intent.succeeded", **about) -> bytes:
    described = {"id": "pi_1", "object": "payment_intent", "metadata": {"order_id": "order-1"}, **about}
    return json.dumps({"id": event_id, "type": kind, "data": {"object": described}}).encode()


def take(desk: WebhookDesk, body: bytes, **signed):
    at = signed.get("at", desk.clock.now())
    return take_payment_webhook(desk, body, sign(body, [signed.get("secret", SECRET)], at=at))


def announced() -> list[dict]:
    items = aws.client("dynamodb").scan(TableName="security")["Items"]
    return [json.loads(item["event"]["S"]) for item in items if item["entity"]["S"] == "outbox"]


def test_it_is_announced_as_a_hint_to_look_at_the_order(desk):
    assert take(desk, event()).duplicate is False
    (told,) = announced()
    assert (told["type"], told["actor"]) == ("PaymentEventReceived", "system:payment_gateway")
    assert told["data"] == {
        "order_id": "order-1",
        "gateway_id": "pi_1",
        "kind": "payment_intent.succeeded",
    }


def test_what_belongs_to_a_payment_names_it(desk):
    take(desk, event(id="re_1", object="refund", payment_intent="pi_9"))
    assert announced()[0]["data"]["gateway_id"] == "pi_9"


def test_one_that_comes_again_is_answered_and_nothing_follows(desk):
    take(desk, event())
    desk.clock.advance(seconds=REMEMBERED.total_seconds() - 1)
    assert take(desk, event()).duplicate is True
    assert len(announced()) == 1


def test_two_of_one_payment_are_two(desk):
    take(desk, event("evt_1"))
    take(desk, event("evt_2"))
    assert len(announced()) == 2


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"secret": "whsec_2"}, BadSignature),
        ({"at": datetime(2026, 11, 24, 12, tzinfo=UTC) - timedelta(seconds=301)}, SignedAtAnotherTime),
        ({"at": datetime(2026, 11, 24, 12, tzinfo=UTC) + timedelta(seconds=301)}, SignedAtAnotherTime),
    ],
    ids=["another-secret", "old", "future"],
)
def test_a_forged_or_an_old_one_changes_nothing(desk, changed, refusal):
    with pytest.raises(refusal):
        take(desk, event(), **changed)
    assert announced() == []
    assert take(desk, event()).duplicate is False


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{}", b"nonsense", b"[" * 3000, event(event_id=""), event(metadata={"order_id": "a/b"})],
    ids=["empty", "list", "object", "text", "deep", "no-id", "bad-order"],
)
def test_what_is_signed_and_no_event_is_malformed(desk, body):
    with pytest.raises(MalformedBody):
        take(desk, body)
    assert announced() == []


def test_a_payment_of_no_order_is_taken_and_left(desk):
    assert take(desk, event(metadata={})).received is True
    assert announced() == []


def test_over_http_the_signature_is_of_the_raw_body(invoke, http_event, secrets, trust_table, security_table):
    body = event().decode()
    signature = sign(body.encode(), [secrets["omnilife/payment-webhook"]], at=datetime.now(UTC))

    def post(text: str) -> dict:
        return invoke(
            "security/take_payment_webhook",
            http_event(
                "POST",
                "/api/security/webhooks/payment",
                headers={"stripe-signature": signature, "content-type": "application/json"},
                body=text,
            ),
        )

    refused = post(body.replace("pi_1", "pi_2"))
    assert refused["statusCode"] == 401
    assert json.loads(refused["body"])["type"] == "/problems/bad-signature"
    assert json.loads(post(body)["body"]) == {"received": True, "duplicate": False}
    assert json.loads(post(body)["body"]) == {"received": True, "duplicate": True}


def test_payment_security_answers_services_with_reasons(
    invoke, http_event, secrets, trust_table, security_table
):
    import hashlib  # noqa: PLC0415

    key = "olk_" + "k" * 43
    trust_table.put(
        {
            "pk": f"APIKEY#{hashlib.sha256(key.encode()).hexdigest()}",
            "sk": "APIKEY",
            "key_id": "key-1",
            "kind": "service",
            "scopes": ["security:payments"],
        }
    )
    facts = {"amount": {"amount": 2000, "currency": "USD"}, "declines": 5}
    path = "/api/security/payment-security"
    answer = invoke(
        "security/score_payment", http_event("POST", path, headers={"x-api-key": key}, body=facts)
    )
    assert json.loads(answer["body"]) == {
        "decision": "review",
        "score": 0.7,
        "reasons": [
            {
                "code": "many_declines",
                "weight": 0.7,
                "detail": "many tries were declined within the hour",
            }
        ],
    }
    anonymous = invoke("security/score_payment", http_event("POST", path, body=facts))
    assert anonymous["statusCode"] == 401
