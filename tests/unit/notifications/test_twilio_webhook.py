"""Twilio's webhooks: believed only when signed, over the URL that we gave to Twilio."""

from urllib.parse import urlencode

import pytest
from twilio.request_validator import RequestValidator

from omnilife.core.webhooks import BadSignature
from omnilife.notifications.models import DeliveryOrder
from omnilife.notifications.store_deliveries import DeliveryStore
from omnilife.notifications.twilio_sms import TwilioAccount
from omnilife.notifications.twilio_webhook import PATH, TwilioWebhook

TOKEN = "twilio-secret"
TAGS = {"notification_id": "n1", "user_id": "u1", "channel": "sms"}
FIELDS = {"MessageSid": "SM1", "MessageStatus": "delivered", "To": "+491711234567", "Empty": ""}
URL = f"https://api.shop.example{PATH}?{urlencode(TAGS)}"


@pytest.fixture
def webhook(notifications_table, clock):
    deliveries = DeliveryStore(notifications_table, clock)
    order = DeliveryOrder(notification_id="n1", user_id="u1", channel="sms", category="order")
    deliveries.claim(order)
    deliveries.sent(order, provider="twilio", provider_id="SM1")
    return TwilioWebhook(TwilioAccount("AC1", TOKEN, "+1"), "https://api.shop.example", deliveries, clock)


def signature(url=URL, fields=FIELDS, token=TOKEN):
    """By Twilio's own code."""
    return RequestValidator(token).compute_signature(url, fields)


def hear(webhook, fields=FIELDS, said=None, tags=TAGS):
    return webhook.hear(urlencode(fields).encode(), signature(fields=fields) if said is None else said, tags)


def state(webhook):
    [found] = webhook.deliveries.of("u1", "n1")
    return found.state, [(event["what"], event["detail"]) for event in found.events]


def test_a_delivered_sms_is_noted(webhook):
    assert hear(webhook).noted
    assert state(webhook) == ("delivered", [("delivered", "")])


def test_an_sms_that_did_not_arrive_is_noted_with_twilios_code(webhook):
    hear(webhook, {**FIELDS, "MessageStatus": "undelivered", "ErrorCode": "30003"})
    assert state(webhook) == ("bounced", [("bounced", "30003")])


def test_reports_may_come_in_any_order_and_twice(webhook):
    for status in ("delivered", "sent", "queued", "delivered"):
        hear(webhook, {**FIELDS, "MessageStatus": status})
    assert state(webhook)[0] == "delivered"


@pytest.mark.parametrize("port", [":443", ""])
def test_a_signature_with_or_without_the_port_fits(webhook, port):
    url = URL.replace("api.shop.example", f"api.shop.example{port}")
    assert hear(webhook, said=signature(url)).noted


@pytest.mark.parametrize(
    "said",
    [
        "",
        "nonsense",
        "é",
        signature(token="another"),
        signature(URL.replace("https", "http")),
        signature(URL.replace("api.shop.example", "abc.execute-api.eu-central-1.amazonaws.com")),
        signature(URL.replace("n1", "n2")),
        signature(fields={**FIELDS, "MessageStatus": "failed"}),
        signature(fields={}),
    ],
    ids=["none", "nonsense", "odd", "key", "scheme", "host", "message", "field", "fields"],
)
def test_what_is_not_signed_over_exactly_this_changes_nothing(webhook, said):
    with pytest.raises(BadSignature):
        hear(webhook, said=said)
    assert state(webhook) == ("sent", [])


def test_without_an_account_nobody_is_believed(webhook, clock):
    nobody = TwilioWebhook(None, "https://api.shop.example", webhook.deliveries, clock)
    with pytest.raises(BadSignature):
        hear(nobody)


def test_a_local_address_is_signed_with_its_own_scheme_and_port(webhook, clock):
    local = TwilioWebhook(webhook.account, "http://127.0.0.1:8080", webhook.deliveries, clock)
    url = f"http://127.0.0.1:8080{PATH}?{urlencode(TAGS)}"
    assert hear(local, said=signature(url)).noted


def test_a_message_to_us_is_taken_and_nothing_noted(webhook):
    fields = {"From": "+491711234567", "Body": "STOP", "OptOutType": "STOP"}
    said = signature(f"https://api.shop.example{PATH}", fields)
    assert not hear(webhook, fields, said, {}).noted


def test_a_message_that_nobody_knows_is_not_noted(webhook):
    tags = {**TAGS, "notification_id": "n9"}
    said = signature(f"https://api.shop.example{PATH}?{urlencode(tags)}")
    assert not hear(webhook, said=said, tags=tags).noted
