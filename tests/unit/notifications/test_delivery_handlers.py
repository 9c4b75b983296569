"""The routes of templates, links, devices and webhooks, over their sample events."""

import base64
import json

import pytest

from tests.support.templates import ROOT


@pytest.fixture
def call(invoke, notifications_table, trust_table, secrets, token, monkeypatch):  # noqa: PLR0917 (fixtures)
    monkeypatch.setattr("omnilife.core.http.limiting.Limiting.check", lambda *_: None)

    def do(name, role=None, **changed):
        event = json.loads((ROOT / "events/notifications" / f"{name}.json").read_text(encoding="utf-8"))
        if "authorization" in event["headers"]:
            event["headers"]["authorization"] = f"Bearer {token(role=role)}"
        event |= changed
        return invoke(f"notifications/{name}", event)

    return do


def body(answer):
    return json.loads(answer["body"])


def test_templates_are_listed_written_read_and_tried(call):
    written = call("put_template", "admin")
    assert (written["statusCode"], written["headers"]["ETag"]) == (200, '"1000"')
    names = {each["name"] for each in body(call("list_templates", "admin"))["items"]}
    assert {"summer_sale", "welcome"} <= names
    assert body(call("get_template", "admin"))["template"]["version"] == 1
    assert body(call("render_template", "admin"))["subject"] == "Zahnarzt"


def test_templates_are_for_administrators(call):
    for name in ("put_template", "list_templates", "get_template", "render_template"):
        assert call(name)["statusCode"] == 403


def test_a_bad_template_says_where(call):
    event = {"languages": {"en": {"email": {"subject": "{{", "text": "x", "html": "x"}}}}
    event["languages"]["en"] |= {"sms": {"text": "x"}, "push": {"title": "x", "text": "x"}}
    answer = call("put_template", "admin", body=json.dumps(event))
    assert answer["statusCode"] == 422
    assert body(answer)["type"].endswith("bad-template")
    assert body(answer)["errors"][0]["pointer"] == "/languages/en/email/subject"


def test_the_page_asks_and_the_click_unsubscribes(call, notifications_table):
    page = call("get_unsubscribe_page")
    assert page["statusCode"] == 200
    assert page["headers"]["Content-Type"].startswith("text/html")
    user = "USER#0199b2c4-2222-7000-8000-000000000001"
    assert notifications_table.get(user, "PREFERENCES") is None
    assert call("unsubscribe")["statusCode"] == 200
    assert '"email":false' in notifications_table.get(user, "PREFERENCES")["preferences"]


def test_a_forged_link_is_a_problem_of_its_own(call):
    for name in ("get_unsubscribe_page", "unsubscribe", "track_open", "track_click"):
        path = {"pathParameters": {"token": "forged.x"}}
        answer = call(name, rawPath=f"/api/notifications/{_place(name)}/forged.x", **path)
        assert answer["statusCode"] == 404, name
        assert body(answer)["type"].endswith("bad-link")


def _place(name):
    return {"track_open": "open", "track_click": "click"}.get(name, "unsubscribe")


def test_an_opened_mails_picture_is_a_gif(call):
    answer = call("track_open")
    assert answer["headers"]["Content-Type"] == "image/gif"
    assert base64.b64decode(answer["body"]).startswith(b"GIF89a")


def test_a_click_is_led_on(call):
    answer = call("track_click")
    assert answer["statusCode"] == 302
    assert answer["headers"]["Location"] == "https://shop.example/orders/OL-1042"


def test_a_device_is_registered_and_forgotten(call, notifications_table):
    made = call("register_device")
    assert made["statusCode"] == 201
    device_id = body(made)["device_id"]
    assert "token" not in made["body"].replace("device_token", "")
    path = f"/api/notifications/devices/{device_id}"
    forget = {"rawPath": path, "pathParameters": {"device_id": device_id}}
    assert call("forget_device", **forget)["statusCode"] == 204
    assert call("forget_device", **forget)["statusCode"] == 404


def test_a_forged_webhook_is_a_problem_of_its_own(call):
    answer = call("take_twilio_webhook")
    assert answer["statusCode"] == 401
    assert body(answer)["type"].endswith("bad-signature")


@pytest.mark.parametrize("channel", ["email", "sms", "push"])
def test_one_channel_is_sent_on_at_once_and_the_inbox_does_not_have_it(call, notifications_table, channel):
    answer = call(f"send_{channel}", "admin")
    assert answer["statusCode"] == 202
    made = notifications_table.get(f"NOTE#{body(answer)['notification_id']}", "NOTE")
    assert (made["state"], made["channels"], made["auto"]) == ("due", [channel], False)
    assert made["inbox"] is False


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ({"template": "nonsense"}, "unknown-template"),
        ({"template": "price_alert"}, "missing-variable"),
        ({"content": {"title": "a\r\nBcc: x@y.example", "text": "x"}}, "header-injection"),
        ({"content": {"title": "a", "text": "x", "link": "javascript:alert(1)"}}, "unsafe-link"),
        ({}, "invalid"),
        ({"template": "welcome", "data": {"x": ["4111 1111 1111 1111"]}}, "invalid"),
    ],
    ids=["unknown", "missing", "header", "link", "nothing", "card"],
)
def test_what_cannot_be_sent_is_a_problem_of_its_own_and_nothing_is_sent(
    call, notifications_table, said, problem
):
    answer = call("send_email", "admin", body=json.dumps({"user_id": "u1", "category": "order", **said}))
    assert answer["statusCode"] == 422
    assert body(answer)["type"].rpartition("/")[2].startswith(problem[:9])
    assert notifications_table.query("USER#u1", index="index1", limit=5).items == []
