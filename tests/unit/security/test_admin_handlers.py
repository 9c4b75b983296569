"""What administrators ask security, called as Lambda calls it; and its consumers."""

import json

import pytest

from omnilife.core.table import Table
from tests.support.functions import load_function


@pytest.fixture
def call(invoke, http_event, token, secrets, security_table):
    """`call("GET", "/ip-blacklist", …)`: status and body of what an administrator gets."""

    def send(function, method, path, *, role="admin", body=None, query="", parameters=None):
        sent = http_event(
            method,
            f"/api/security{path}",
            headers={"authorization": f"Bearer {token(role, 'admin-1')}"},
            body=body,
            query=query,
            path_parameters=parameters,
        )
        answer = invoke(f"security/{function}", sent)
        return answer["statusCode"], json.loads(answer["body"]) if answer.get("body") else None

    return send


ENTRY = {"cidr": "198.51.100.0/24", "reason": "credential stuffing"}


def batch(data, type="RolesChanged", aggregate="user", aggregate_id="user-1"):
    event = {
        "id": "event-1",
        "type": type,
        "time": "2026-11-24T12:00:00.000Z",
        "aggregate": aggregate,
        "aggregate_id": aggregate_id,
        "version": 1,
        "correlation_id": "request-1",
        "actor": "user:admin-1",
        "data": data,
    }
    return {"Records": [{"messageId": "record-1", "body": json.dumps({"detail": event})}]}


def test_an_entry_is_added_listed_and_deleted(call):
    status, entry = call("add_ip_blacklist", "POST", "/ip-blacklist", body=ENTRY)
    assert (status, entry["cidr"], entry["kind"], entry["created_by"]) == (
        201,
        "198.51.100.0/24",
        "block",
        "user:admin-1",
    )
    status, page = call("list_ip_blacklist", "GET", "/ip-blacklist")
    assert (status, page) == (200, {"items": [entry], "next_cursor": None})

    path = f"/ip-blacklist/{entry['entry_id']}"
    status, _ = call("delete_ip_blacklist", "DELETE", path, parameters={"entry_id": entry["entry_id"]})
    assert status == 204
    assert call("list_ip_blacklist", "GET", "/ip-blacklist")[1]["items"] == []


def test_a_blocked_address_is_refused_everywhere(call, invoke, http_event, catalogue_table):
    call("add_ip_blacklist", "POST", "/ip-blacklist", body={**ENTRY, "cidr": "203.0.113.200"})
    request = http_event("GET", "/api/marketplace/categories")
    request["requestContext"]["http"]["sourceIp"] = "203.0.113.200"

    assert invoke("catalogue/list_categories", request)["statusCode"] == 403


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"cidr": "0.0.0.0/0"}, 422),
        ({"cidr": "::/0"}, 422),
        ({"cidr": "nowhere"}, 422),
        ({"reason": " "}, 422),
        ({"kind": "maybe"}, 422),
        ({"expires_at": "2020-01-01T00:00:00Z"}, 422),
        ({"extra": 1}, 422),
    ],
)
def test_an_entry_that_makes_no_sense_is_refused(call, changed, status):
    assert call("add_ip_blacklist", "POST", "/ip-blacklist", body={**ENTRY, **changed})[0] == status
    assert call("list_ip_blacklist", "GET", "/ip-blacklist")[1]["items"] == []


def test_the_schedule_compiles_what_is_in_force(call, invoke, trust_table: Table):
    call("add_ip_blacklist", "POST", "/ip-blacklist", body=ENTRY)
    trust_table.delete({"pk": "BLACKLIST#3", "sk": "BLACKLIST"})

    assert invoke("security/compile_ip_blacklist", {})["bytes"] > 8
    assert trust_table.get("BLACKLIST#3", "BLACKLIST") is not None


def test_a_security_event_goes_from_the_queue_to_its_list(call, invoke):
    data = {"vocabulary": "authn_token_reuse", "user_id": "user-1", "address": "203.0.113.7"}
    assert invoke("security/store_security_events", batch(data)) == {"batchItemFailures": []}

    status, page = call("list_security_events", "GET", "/events", query="severity=critical&ip=203.0.113.7")
    assert status == 200
    assert [event["type"] for event in page["items"]] == ["authn_token_reuse"]
    assert call("list_security_events", "GET", "/events", query="severity=info")[1]["items"] == []


@pytest.mark.parametrize(
    "query", ["severity=grave", "ip=nowhere", "limit=101", "from=yesterday", "type=DROP%20TABLE", "what=else"]
)
def test_a_filter_that_makes_no_sense_is_refused(call, query):
    assert call("list_security_events", "GET", "/events", query=query)[0] in {400, 422}


def test_a_change_goes_from_the_queue_into_the_trail_and_holds(call, invoke):
    assert invoke("security/append_audit", batch({"roles": ["admin"]})) == {"batchItemFailures": []}

    status, page = call(
        "list_audit_records", "GET", "/audit", query="action=RolesChanged&actor=user%3Aadmin-1"
    )
    assert status == 200
    assert [record["subject"] for record in page["items"]] == ["user:user-1"]
    assert invoke("security/verify_audit_chain", {})["records"] == 1


def test_a_signal_goes_from_the_queue_into_the_profile(call, invoke):
    invoke("security/update_risk_profiles", batch({"vocabulary": "authn_token_reuse", "user_id": "user-1"}))

    status, profile = call(
        "get_risk_profile", "GET", "/risk-profile/user-1", parameters={"user_id": "user-1"}
    )
    assert (status, profile["score"], profile["suspicious"]) == (200, 0.8, True)


def test_an_event_that_fails_comes_again_and_the_others_do_not(monkeypatch, security_table):
    module = load_function("security/store_security_events")
    records = batch({"vocabulary": "authz_fail"})["Records"] * 2
    records[1] = {**records[1], "messageId": "record-2"}
    failures = iter([RuntimeError("no"), None])

    def keep(_, event):
        if failure := next(failures):
            raise failure

    monkeypatch.setattr(module, "keep_security_event", keep)

    assert module.handler({"Records": records}, None) == {
        "batchItemFailures": [{"itemIdentifier": "record-1"}]
    }


@pytest.mark.parametrize(
    "route",
    [
        ("list_ip_blacklist", "GET", "/ip-blacklist", None),
        ("add_ip_blacklist", "POST", "/ip-blacklist", None),
        ("delete_ip_blacklist", "DELETE", "/ip-blacklist/x", {"entry_id": "x"}),
        ("list_security_events", "GET", "/events", None),
        ("list_audit_records", "GET", "/audit", None),
        ("get_risk_profile", "GET", "/risk-profile/admin-1", {"user_id": "admin-1"}),
    ],
)
@pytest.mark.parametrize("role", ["customer", "merchant"])
def test_none_of_it_is_for_others(call, route, role):
    function, method, path, parameters = route
    body = ENTRY if method == "POST" else None

    assert call(function, method, path, role=role, parameters=parameters, body=body)[0] in {403, 404}
