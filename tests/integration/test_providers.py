"""Providers by their own clients, against servers that speak as they do."""

import json
import socket
from urllib.parse import parse_qs, urlsplit

import pytest

from omnilife.notifications.fcm import FcmProvider
from omnilife.notifications.provider import (
    Message,
    ProviderDown,
    RecipientInvalid,
    Refused,
    Rendered,
    RetryLater,
)
from omnilife.notifications.smtp import SmtpProvider, SmtpServer
from omnilife.notifications.twilio_sms import TwilioAccount, TwilioProvider
from tests.support.providers import (
    SID,
    TOKEN,
    fcm_error,
    provider_desk,
    service_account,
    smtp_server,
    twilio_error,
)

PHONE = "+491711234567"
LEAVE = {"List-Unsubscribe": "<https://x.example/u>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def message(**more) -> Message:
    rendered = Rendered("Grüße", "Text – ganz einfach\n", "<p>Grüße</p>", link="https://shop.example/x")
    tags = {"notification_id": "n1", "user_id": "u1", "channel": "sms"}
    return Message(more.get("rendered", rendered), "n1.email", tags, more.get("headers", {}))


@pytest.fixture
def desk():
    with provider_desk() as desk:
        yield desk


@pytest.fixture
def twilio(desk):
    account = TwilioAccount(SID, TOKEN, "+15005550006", desk.url)
    return TwilioProvider(account, "https://api.shop.example/api/notifications/webhooks/twilio")


@pytest.fixture
def fcm(desk):
    return FcmProvider(service_account(desk.url))


@pytest.fixture
def closed_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


# -- Twilio ------------------------------------------------------------------------------------------------


def test_an_sms_says_its_text_to_its_number_and_where_to_report(desk, twilio):
    assert twilio.send(message(), to=PHONE) == "SM" + "1" * 32
    form = {name: values[0] for name, values in parse_qs(desk.asked[0][2]).items()}
    assert (form["To"], form["From"], form["Body"]) == (PHONE, "+15005550006", "Text – ganz einfach\n")
    told = urlsplit(form["StatusCallback"])
    assert parse_qs(told.query) == {"notification_id": ["n1"], "user_id": ["u1"], "channel": ["sms"]}


def test_a_messaging_service_may_send(desk):
    account = TwilioAccount(SID, TOKEN, "MG" + "2" * 32, desk.url)
    TwilioProvider(account, "https://x.example").send(message(), to=PHONE)
    assert "MessagingServiceSid" in parse_qs(desk.asked[0][2])


@pytest.mark.parametrize(
    ("answer", "failure", "code"),
    [
        (twilio_error(21211), RecipientInvalid, "21211"),
        (twilio_error(21610), RecipientInvalid, "21610"),
        (twilio_error(20429, 429), RetryLater, "20429"),
        (twilio_error(21617), Refused, "21617"),
        (twilio_error(20003, 401), ProviderDown, "20003"),
        ((503, {}, {}), ProviderDown, "503"),
    ],
    ids=["no_number", "stopped", "too_many", "too_long", "bad_account", "down"],
)
def test_twilios_refusals_say_what_to_do(desk, twilio, answer, failure, code):
    desk.answers = [answer]
    with pytest.raises(failure) as refused:
        twilio.send(message(), to=PHONE)
    assert refused.value.code == code
    assert PHONE not in str(refused.value)
    assert len(desk.asked) == 1


def test_an_error_of_twilios_own_leaves_it_open_whether_it_was_taken(desk, twilio):
    desk.answers = [(500, {}, {})]
    with pytest.raises(RuntimeError):
        twilio.send(message(), to=PHONE)
    assert len(desk.asked) == 1


def test_twilio_that_cannot_be_reached_has_taken_nothing(closed_port):
    account = TwilioAccount(SID, TOKEN, "+15005550006", f"http://127.0.0.1:{closed_port}")
    with pytest.raises(ProviderDown):
        TwilioProvider(account, "https://x.example").send(message(), to=PHONE)


def test_without_an_account_nothing_is_sent():
    with pytest.raises(ProviderDown):
        TwilioProvider(TwilioAccount.read("{}"), "https://x.example").send(message(), to=PHONE)
    with pytest.raises(ProviderDown):
        FcmProvider("{}").send(message(), to="token")


# -- FCM ---------------------------------------------------------------------------------------------------


def test_a_push_message_goes_to_its_token_and_replaces_itself(desk, fcm):
    assert fcm.send(message(), to="device-token") == "0:1"
    path, headers, body = desk.asked[0]
    assert path == "/v1/projects/shop/messages:send"
    assert {name.lower(): value for name, value in headers.items()}["authorization"] == "Bearer t"
    sent = json.loads(body)["message"]
    assert sent["token"] == "device-token"
    assert sent["notification"] == {"title": "Grüße", "body": "Text – ganz einfach\n"}
    assert sent["data"] == {"notification_id": "n1", "link": "https://shop.example/x"}
    assert sent["android"]["collapse_key"] == sent["apns"]["headers"]["apns-collapse-id"] == "n1.email"


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        (fcm_error(404, "NOT_FOUND", "UNREGISTERED"), RecipientInvalid),
        (fcm_error(403, "PERMISSION_DENIED", "SENDER_ID_MISMATCH"), RecipientInvalid),
        (fcm_error(400, "INVALID_ARGUMENT", "INVALID_ARGUMENT"), Refused),
        (fcm_error(503, "UNAVAILABLE", "UNAVAILABLE"), ProviderDown),
        (fcm_error(403, "PERMISSION_DENIED"), ProviderDown),
    ],
    ids=["unregistered", "other_sender", "invalid", "down", "not_allowed"],
)
def test_googles_refusals_say_what_to_do(desk, fcm, answer, failure):
    desk.answers = [answer]
    with pytest.raises(failure):
        fcm.send(message(), to="device-token")
    assert len(desk.asked) == 1


def test_googles_no_to_our_credentials_is_no_fault_of_the_message(desk, fcm):
    desk.answers = [fcm_error(401, "UNAUTHENTICATED", "THIRD_PARTY_AUTH_ERROR")] * 3  # with fresh tokens
    with pytest.raises(ProviderDown):
        fcm.send(message(), to="device-token")


def test_a_quota_says_when_to_come_again(desk, fcm):
    desk.answers = [fcm_error(429, "RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED", **{"Retry-After": "90"})]
    with pytest.raises(RetryLater) as refused:
        fcm.send(message(), to="device-token")
    assert refused.value.after_s == 90


def test_an_error_of_googles_own_leaves_it_open_and_is_not_repeated(desk, fcm):
    desk.answers = [fcm_error(500, "INTERNAL", "INTERNAL")]
    with pytest.raises(Exception, match="no"):
        fcm.send(message(), to="device-token")
    assert len(desk.asked) == 1


# -- SMTP --------------------------------------------------------------------------------------------------


@pytest.fixture
def smtp():
    with smtp_server() as (box, port):
        yield box, SmtpProvider(SmtpServer("127.0.0.1", port, security="none"), "no-reply@shop.example")


def test_a_mail_arrives_with_both_parts_and_its_headers(smtp):
    box, provider = smtp
    provider_id = provider.send(message(headers=LEAVE), to="ada@example.com")
    envelope, mail = box.mails[0]
    assert envelope.rcpt_tos == ["ada@example.com"]
    assert mail["Subject"] == "Grüße"
    assert mail["From"] == "OmniLife <no-reply@shop.example>"
    assert mail["Message-ID"] == provider_id == "<n1.email@shop.example>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail.get_content_type() == "multipart/alternative"
    plain, html = mail.iter_parts()
    assert plain.get_content().strip() == "Text – ganz einfach"
    assert html.get_content().strip() == "<p>Grüße</p>"


def test_a_line_break_in_a_header_sends_nothing(smtp):
    box, provider = smtp
    with pytest.raises(Refused, match="malformed"):
        provider.send(message(rendered=Rendered("a\r\nBcc: x@y.example", "t")), to="ada@example.com")
    with pytest.raises(Refused, match="malformed"):
        provider.send(message(), to="ada@example.com\r\nBcc: x@y.example")
    assert not box.mails


@pytest.mark.parametrize(
    ("recipient", "data", "failure"),
    [
        ("550 no such mailbox", "", RecipientInvalid),
        ("450 greylisted", "", RetryLater),
        ("", "554 spam", Refused),
        ("", "451 later", RetryLater),
    ],
)
def test_an_smtp_servers_refusals_say_what_to_do(smtp, recipient, data, failure):
    box, provider = smtp
    box.refuse_recipient, box.refuse_data = recipient, data
    with pytest.raises(failure):
        provider.send(message(), to="ada@example.com")


def test_an_smtp_server_that_cannot_be_reached_has_taken_nothing(closed_port):
    provider = SmtpProvider(SmtpServer("127.0.0.1", closed_port, security="none"), "a@shop.example")
    with pytest.raises(ProviderDown):
        provider.send(message(), to="ada@example.com")
