"""Security's functions over moto, called as Lambda calls them."""

import hashlib
import json

import pytest

from omnilife.core.table import Table

KEY = "olk_" + "k" * 43


@pytest.fixture
def key(trust_table: Table) -> dict[str, str]:
    """The header of an API key that may report attempts."""
    hashed = hashlib.sha256(KEY.encode()).hexdigest()
    trust_table.put(
        {
            "pk": f"APIKEY#{hashed}",
            "sk": "APIKEY",
            "key_id": "key-1",
            "kind": "service",
            "scopes": ["security:attempts"],
        }
    )
    return {"x-api-key": KEY}


@pytest.fixture
def report(invoke, http_event, key, secrets, security_table):
    """`report(successful=…)`: what the API answers to a reported sign-in."""

    def send(**changed):
        body = {"email": "ada@example.com", "ip": "203.0.113.7", "successful": False, **changed}
        answer = invoke(
            "security/record_login_attempt",
            http_event("POST", "/api/security/login-attempt", headers=key, body=body),
        )
        return answer["statusCode"], json.loads(answer["body"])

    return send


@pytest.fixture
def ask(invoke, http_event, key, secrets, security_table):
    """`ask(query)`: what the API answers to whether an account is locked."""

    def send(query):
        answer = invoke(
            "security/get_account_locked",
            http_event("GET", "/api/security/account-locked", headers=key, query=query),
        )
        return answer["statusCode"], json.loads(answer["body"])

    return send


def test_five_reported_failures_lock_and_a_sixth_is_not_counted(report, security_table):
    answers = [report()[1] for _ in range(6)]

    assert [each["attempts_left"] for each in answers] == [4, 3, 2, 1, 0, 0]
    assert [each["locked"] for each in answers] == [False] * 4 + [True] * 2
    assert answers[5]["reason"] == "account"
    assert answers[5]["until"] == answers[4]["until"]
    assert answers[4]["suspicious"]


def test_each_counted_failure_is_announced_with_owasp_s_name(report, security_table):
    for _ in range(6):
        report(user_agent="Mozilla/5.0")

    rows = [
        json.loads(item["event"]["S"])
        for item in scan("security")
        if item.get("entity", {}).get("S") == "outbox" and item["type"]["S"] == "LoginFailed"
    ]
    names = sorted(row["data"]["vocabulary"] for row in rows)
    assert names == ["authn_login_fail"] * 4 + ["authn_login_lock"]
    assert {row["actor"] for row in rows} == {"key:key-1"}
    assert {row["data"]["user_agent"] for row in rows} == {"Mozilla/5.0"}
    assert "ada@" not in json.dumps(rows)


def test_a_reported_success_forgets_the_failures_and_makes_its_device_known(report):
    report()
    report()
    status, answer = report(successful=True, user_id="user-1")

    assert (status, answer["attempts_left"], answer["locked"]) == (200, 5, False)
    for _ in range(5):
        report(ip="198.51.100.1")
    assert report(device_token=answer["device_token"])[1]["attempts_left"] == 4


def test_a_reported_success_of_a_known_device_gets_no_second_cookie(report):
    device = report(successful=True, user_id="user-1")[1]["device_token"]

    assert report(successful=True, user_id="user-1", device_token=device)[1]["device_token"] is None
    assert report(successful=True)[1]["device_token"] is None


def test_a_success_while_it_is_locked_is_told_to_be_refused(report):
    for _ in range(5):
        report()

    answer = report(successful=True, user_id="user-1")[1]
    assert (answer["locked"], answer["device_token"]) == (True, None)
    assert report()[1]["locked"]


def test_whether_an_account_is_locked_is_told_by_address_and_by_user(report, ask):
    report(successful=True, user_id="user-1")
    for _ in range(5):
        report()

    by_mail = ask("email=ada%40example.com&ip=203.0.113.7")
    by_user = ask("user=user-1&ip=203.0.113.7")

    assert by_mail == by_user
    assert by_mail[0] == 200
    assert (by_mail[1]["locked"], by_mail[1]["reason"]) == (True, "account")
    assert {each["name"] for each in by_mail[1]["factors"]} >= {"attempts_on_the_account", "unknown_device"}


def test_an_account_that_nobody_tried_is_open(ask):
    status, answer = ask("email=nobody%40example.com&ip=2001:db8::1")

    assert (status, answer["locked"], answer["until"], answer["attempts_left"]) == (200, False, None, 5)


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("ip=203.0.113.7", 422),
        ("email=ada%40example.com&user=user-1&ip=203.0.113.7", 422),
        ("email=ada%40example.com", 422),
        ("email=ada%40example.com&ip=nowhere", 422),
        ("email=nonsense&ip=203.0.113.7", 422),
        ("user=user-9&ip=203.0.113.7", 200),
    ],
)
def test_what_cannot_be_answered_is_a_problem(ask, query, status):
    assert ask(query)[0] == status


@pytest.mark.parametrize(
    "wrong",
    [{"email": "ada"}, {"ip": "1.2.3"}, {"successful": "maybe"}, {"extra": 1}, {"user_agent": "x" * 513}],
)
def test_a_report_that_makes_no_sense_is_refused_and_counts_nothing(report, wrong):
    assert report(**wrong)[0] == 422
    assert report()[1]["attempts_left"] == 4


def test_a_key_without_the_scope_may_not_report(report, trust_table, invoke, http_event):
    hashed = hashlib.sha256(KEY.encode()).hexdigest()
    trust_table.update({"pk": f"APIKEY#{hashed}", "sk": "APIKEY"}, set={"scopes": ["search:index"]})

    assert report()[0] == 403


def scan(name):
    from omnilife.core import aws as aws_clients  # noqa: PLC0415

    return aws_clients.client("dynamodb").scan(TableName=name)["Items"]
