"""The functions, from the event that invokes them to what they leave behind."""

import json
import os
from datetime import UTC, datetime

import pytest

from omnilife.core import aws as aws_clients
from omnilife.notifications.lists import key_of
from omnilife.notifications.store_notes import NoteStore
from tests.support.streams import stream_of
from tests.support.templates import ROOT

QUEUES = ("ROUTE", "TIMER", "PORTION", "EMAIL", "SMS", "PUSH")
MUCH_LATER = datetime(2100, 1, 1, tzinfo=UTC)
CREATE = "/api/notifications/create"


@pytest.fixture
def cloud(monkeypatch, notifications_table, secrets, trust_table):
    """Queues, the bucket and a state machine, as the template names them."""
    sqs = aws_clients.client("sqs")
    urls = {}
    for name in QUEUES:
        urls[name] = sqs.create_queue(QueueName=name.lower())["QueueUrl"]
        monkeypatch.setenv(f"{name}_QUEUE_URL", urls[name])
        letters = sqs.create_queue(QueueName=f"{name.lower()}-letters")["QueueUrl"]
        monkeypatch.setenv(f"{name}_LETTERS_URL", letters)
    aws_clients.client("s3").create_bucket(
        Bucket="imports", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
    )
    machine = aws_clients.client("stepfunctions").create_state_machine(
        name="timers",
        definition='{"StartAt": "End", "States": {"End": {"Type": "Succeed"}}}',
        roleArn="arn:aws:iam::123456789012:role/timers",
    )["stateMachineArn"]
    monkeypatch.setenv("TIMER_MACHINE_ARN", machine)
    return urls


@pytest.fixture
def send(invoke, http_event, token, cloud):
    """`send("create_notification", "POST", path, body, role="admin")`: status and body of the answer."""

    def call(function, method, path, body=None, *, role="admin", sub="admin-1", **ids):
        event = http_event(
            method,
            path,
            body=body,
            headers={"authorization": f"Bearer {token(role, sub=sub)}"},
            path_parameters=ids,
        )
        answer = invoke(f"notifications/{function}", event)
        return answer["statusCode"], json.loads(answer["body"])

    return call


def taken(url):
    """The queue's messages, as its consumer is handed them."""
    messages = (
        aws_clients.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    )
    return {"Records": [{"messageId": each["MessageId"], "body": each["Body"]} for each in messages]}


def wanted(**more):
    content = {"title": "News", "text": "There are some."}
    return {"user_id": "user-1", "category": "order", "channels": ["email"], "content": content, **more}


def make(send, **more):
    status, made = send("create_notification", "POST", CREATE, wanted(**more))
    assert status == 202, made
    return made["notification_id"]


def run(invoke, cloud, table):
    """The stream's reader, then whoever decides."""
    invoke("notifications/dispatch_notifications", stream_of(table))
    assert invoke("notifications/route_notifications", taken(cloud["ROUTE"])) == {"batchItemFailures": []}


def test_from_the_request_to_the_channels_queue(send, invoke, cloud, notifications_table):
    one = make(send)

    run(invoke, cloud, notifications_table)

    (record,) = taken(cloud["EMAIL"])["Records"]
    assert json.loads(record["body"])["detail"]["data"]["notification_id"] == one
    status, told = send("get_notification", "GET", f"/api/notifications/{one}", notification_id=one)
    assert (status, told["state"], told["decisions"][0]["reason"]) == (200, "queued", "wanted")


def test_an_inbox_is_its_users_own(send, invoke, cloud, notifications_table):
    one = make(send)
    run(invoke, cloud, notifications_table)
    path, mine = f"/api/notifications/{one}", {"role": "customer", "sub": "user-1"}

    status, page = send("list_inbox", "GET", "/api/notifications/user/me", user_id="me", **mine)
    assert (status, page["unread"], page["items"][0]["notification_id"]) == (200, 1, one)
    assert send("get_notification", "GET", path, notification_id=one, **mine)[0] == 200
    assert send("get_notification", "GET", path, notification_id=one, role="customer", sub="user-2")[0] == 404
    status, marked = send("mark_notification", "PATCH", path, {"read": True}, notification_id=one, **mine)
    assert (status, marked["read"]) == (200, True)
    everything = "/api/notifications/user/me/read-all"
    assert send("read_all_notifications", "POST", everything, user_id="me", **mine)[1] == {"unread": 0}


def test_a_user_does_not_see_what_is_still_scheduled(send):
    one = make(send, send_in=600)

    mine = {"role": "customer", "sub": "user-1", "notification_id": one}
    status, _ = send("get_notification", "GET", f"/api/notifications/{one}", **mine)

    assert status == 404


def test_a_scheduled_one_gets_a_timer_is_moved_and_cancelled(send, invoke, cloud, notifications_table):
    one = make(send, send_in=600)
    invoke("notifications/dispatch_notifications", stream_of(notifications_table))
    assert invoke("notifications/arm_timers", taken(cloud["TIMER"])) == {"batchItemFailures": []}
    assert "set" in invoke("notifications/arm_timers", {"source": "aws.events"})
    machine = os.environ["TIMER_MACHINE_ARN"]
    running = aws_clients.client("stepfunctions").list_executions(stateMachineArn=machine)["executions"]
    assert {each["name"] for each in running} == {f"{one}-1"}

    path = f"/api/notifications/{one}"
    moved = send("move_notification", "PUT", f"{path}/schedule", {"send_in": 60}, notification_id=one)
    assert (moved[0], moved[1]["version"]) == (200, 2)
    assert send("cancel_notification", "DELETE", path, notification_id=one)[1]["state"] == "cancelled"
    assert send("cancel_notification", "DELETE", path, notification_id=one)[0] == 409
    timer = {"notification_id": one, "version": 2, "due_at": "2026-11-25T12:00:00.000Z"}
    assert invoke("notifications/fire_timer", timer) == {"fired": False}
    assert invoke("notifications/sweep_timers", {}) == {"late": 0, "stuck": 0}


def test_a_list_is_opened_uploaded_and_told(send, invoke, cloud, notifications_table):
    status, opened = send("create_recipient_list", "POST", "/api/notifications/recipient-lists")
    assert (status, opened["upload"]["fields"]["key"]) == (201, key_of(opened["list_id"]))
    lines = b'{"user_id": "ada"}\n{"user_id": "ben"}\n'
    aws_clients.client("s3").put_object(Bucket="imports", Key=key_of(opened["list_id"]), Body=lines)

    body = {name: value for name, value in wanted().items() if name != "user_id"}
    status, made = send("create_notification", "POST", CREATE, body | {"list_id": opened["list_id"]})
    assert (status, made["recipients"]) == (202, 2)
    run(invoke, cloud, notifications_table)
    assert invoke("notifications/fan_out", taken(cloud["PORTION"])) == {"batchItemFailures": []}

    users = {row.user_id for row, _ in NoteStore(notifications_table).due(MUCH_LATER)}
    assert users == {"ada", "ben"}


def test_preferences_are_put_and_read(send):
    path, mine = "/api/notifications/preferences/me", {"role": "customer", "sub": "user-1", "user_id": "me"}
    wishes = {"quiet_hours": {"start": "22:00", "end": "07:00"}, "time_zone": "Europe/Berlin"}

    assert send("put_notification_preferences", "PUT", path, wishes, **mine)[1]["version"] == 1
    assert send("get_notification_preferences", "GET", path, **mine)[1]["time_zone"] == "Europe/Berlin"
    status, refused = send("put_notification_preferences", "PUT", path, {"time_zone": "Mars"}, **mine)
    assert (status, refused["type"]) == (422, "/problems/unknown-zone")


def test_dead_letters_are_listed_on_command(invoke, cloud):
    sample = json.loads((ROOT / "events/notifications/redrive_notifications.json").read_text())

    assert invoke("notifications/redrive_notifications", sample) == {"sent": 0, "letters": []}


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"user_id": None, "user_ids": [f"u{n}" for n in range(1_001)]}, (422, "too-many-recipients")),
        ({"content": {"title": "A\r\nBcc: x@example.com", "text": "x"}}, (422, "header-injection")),
        ({"content": {"title": "A", "text": "x", "link": "javascript:alert(1)"}}, (422, "unsafe-link")),
        ({"content": None, "template": "no_such_thing"}, (422, "unknown-template")),
        ({"send_at": "2020-01-01T00:00:00Z"}, (422, "bad-send-time")),
        ({"send_at": "2099-01-01T00:00", "time_zone": "Mars"}, (422, "unknown-zone")),
        ({"data": {"card": "4111 1111 1111 1111"}}, (422, "invalid")),
        ({"content": {"title": "A", "text": "x" * 2_000_000}}, (413, "content-too-large")),
        ({"list_id": "nobody-uploaded-it", "user_id": None}, (409, "list-not-uploaded")),
    ],
    ids=lambda value: value[1] if isinstance(value, tuple) else "",
)
def test_bad_input_is_answered_with_its_own_problem_and_nothing_is_kept(
    send, cloud, notifications_table, more, told
):
    body = {name: value for name, value in wanted(**more).items() if value is not None}

    answer = send("create_notification", "POST", CREATE, body)

    assert (answer[0], answer[1]["type"].removeprefix("/problems/")) == told
    assert list(NoteStore(notifications_table).due(MUCH_LATER)) == []
