"""Who gets in: credentials, roles, limits, addresses; and what letting them in costs."""

import hashlib
import json
import threading
from collections.abc import Callable
from ipaddress import ip_network
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from omnilife.core import aws as aws_clients
from omnilife.core.errors import Unavailable
from omnilife.core.http import Endpoint, endpoint
from omnilife.core.limits import Decision, Limit
from omnilife.core.table import Table
from omnilife.core.trust import Blacklist, TrustStore
from tests.support.tokens import SigningKey
from tests.unit.core.http.conftest import Ask

API_KEY = "olk_" + "k" * 43
Token = Callable[..., str]


def route(auth: str, path: str = "/things", method: str = "GET", **options: Any) -> Endpoint:
    api = endpoint(method, path, auth=auth, **options)

    @api.route
    def whoami() -> dict[str, Any]:
        caller = api.caller
        return {
            "actor": caller.actor,
            "roles": sorted(caller.roles),
            "address": caller.address,
            "sid": caller.session_id,
        }

    return api


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture
def api_key(trust_table: Table) -> dict[str, str]:
    """The header that presents a service key with the scope `index`."""
    hashed = hashlib.sha256(API_KEY.encode()).hexdigest()
    row = {"key_id": "robot", "kind": "service", "scopes": ["index"]}
    trust_table.put({"pk": f"APIKEY#{hashed}", "sk": "APIKEY", **row})
    return {"X-Api-Key": API_KEY}


@pytest.fixture
def calls(trust_table: Table) -> list[str]:
    """The AWS operations that are really sent, in order."""
    sent: list[str] = []
    events = aws_clients.client("dynamodb").meta.events
    events.register(
        "before-send.dynamodb", lambda event_name, **_: sent.append(event_name.rpartition(".")[2])
    )
    return sent


# -- credentials


def test_a_user_is_known_by_their_token(ask: Ask, token: Token):
    answer = ask(route("user"), "GET", "/things", headers=bearer(token("merchant", "m1")))
    assert answer.json == {
        "actor": "user:m1",
        "roles": ["merchant"],
        "address": "203.0.113.9",
        "sid": "session-of-m1",
    }


def test_a_service_is_known_by_its_key(ask: Ask, api_key: dict[str, str]):
    answer = ask(route("service", scopes=["index"]), "GET", "/things", headers=api_key)
    assert answer.json["actor"] == "key:robot"


def test_the_use_of_a_key_is_told_and_only_that_of_a_key_that_was_let_in(
    ask: Ask, api_key: dict[str, str], search_table: Table, token: Token
):
    def told() -> int:
        return len(search_table.query("KEYUSE#robot", limit=9).items)

    options = {"outbox": "SEARCH_TABLE", "method": "GET"}
    assert ask(route("service", scopes=["more"], **options), "GET", "/things", headers=api_key).status == 403
    assert told() == 0

    api = route("admin/service", scopes=["index"], **options)
    assert ask(api, "GET", "/things", headers=bearer(token("admin"))).status == 200
    assert told() == 0
    assert ask(api, "GET", "/things", headers=api_key).status == 200
    assert ask(api, "GET", "/things", headers=api_key).status == 200
    assert told() == 1


def test_a_key_that_is_not_there_or_only_sends_is_refused(
    ask: Ask, trust_table: Table, api_key: dict[str, str]
):
    assert ask(route("service"), "GET", "/things", headers={"X-Api-Key": "olk_" + "x" * 43}).status == 401
    hashed = hashlib.sha256(API_KEY.encode()).hexdigest()
    row = {"key_id": "pixel", "kind": "write", "scopes": []}
    trust_table.put({"pk": f"APIKEY#{hashed}", "sk": "APIKEY", **row})
    refused = ask(route("service"), "GET", "/things", headers=api_key)
    assert (refused.status, refused.headers["www-authenticate"]) == (401, "ApiKey")


@pytest.mark.parametrize("auth", ["user", "merchant", "admin", "service", "admin/service"])
def test_without_a_credential_a_closed_route_is_a_401_that_says_how(ask: Ask, trust_table: Table, auth: str):
    answer = ask(route(auth), "GET", "/things")
    assert (answer.status, answer.json["type"]) == (401, "/problems/unauthorized")
    assert answer.headers["www-authenticate"]


@pytest.mark.parametrize("auth", ["user", "public/user", "admin/service"])
@pytest.mark.parametrize(
    "headers", [bearer("junk"), {"Authorization": "Basic eA=="}, {"X-Api-Key": "olk_short"}]
)
def test_a_bad_credential_is_a_401_even_where_none_is_needed(
    ask: Ask, trust_table: Table, auth: str, headers: dict[str, str]
):
    assert ask(route(auth), "GET", "/things", headers=headers).status == 401


def test_a_plain_public_route_does_not_look_at_credentials(ask: Ask, trust_table: Table):
    assert ask(route("public"), "GET", "/things", headers=bearer("stale")).json["actor"] == "anonymous"


def test_where_a_credential_is_optional_it_is_used_if_given(ask: Ask, token: Token):
    api = route("public/user")
    assert ask(api, "GET", "/things").json["actor"] == "anonymous"
    assert ask(api, "GET", "/things", headers=bearer(token())).json["actor"] == "user:user-1"


def test_the_wrong_role_or_scope_is_a_403(ask: Ask, token: Token, api_key: dict[str, str]):
    assert ask(route("admin"), "GET", "/things", headers=bearer(token("merchant"))).status == 403
    assert ask(route("service", scopes=["other"]), "GET", "/things", headers=api_key).status == 403
    assert ask(route("user"), "GET", "/things", headers=api_key).status == 403


def test_a_token_taken_back_is_refused_from_the_next_request_on(ask: Ask, token: Token, trust_table: Table):
    api, headers = route("user"), bearer(token())
    assert ask(api, "GET", "/things", headers=headers).status == 200
    trust_table.put({"pk": "DENY#sid#session-of-user-1", "sk": "DENY"})
    answer = ask(api, "GET", "/things", headers=headers)
    assert (answer.status, answer.json["detail"]) == (401, "The access token was revoked.")


def test_nothing_about_the_request_is_told_to_who_may_not_call(ask: Ask, trust_table: Table):
    assert ask(route("user"), "GET", "/things", query="unknown=1").status == 401


# -- a user's own paths


def own_route() -> Endpoint:
    api = endpoint("GET", "/users/{user_id}/inbox", auth="user")

    @api.route
    def inbox(user_id: str) -> dict[str, str]:
        return {"user_id": user_id}

    return api


def test_me_is_ones_own_id(ask: Ask, token: Token):
    headers = bearer(token(sub="u1"))
    assert ask(own_route(), "GET", "/users/me/inbox", headers=headers).json == {"user_id": "u1"}
    assert ask(own_route(), "GET", "/users/u1/inbox", headers=headers).json == {"user_id": "u1"}


def test_anothers_path_is_not_there(ask: Ask, token: Token):
    assert ask(own_route(), "GET", "/users/u2/inbox", headers=bearer(token(sub="u1"))).status == 404


def test_an_admin_may_see_anothers(ask: Ask, token: Token):
    headers = bearer(token("admin", "root"))
    assert ask(own_route(), "GET", "/users/u2/inbox", headers=headers).json == {"user_id": "u2"}
    assert ask(own_route(), "GET", "/users/me/inbox", headers=headers).json == {"user_id": "root"}


# -- what it costs


def test_a_signed_in_request_costs_one_consistent_batch_once_keys_are_known(
    ask: Ask, token: Token, calls: list[str]
):
    api, headers = route("user"), bearer(token())
    ask(api, "GET", "/things", headers=headers)
    assert sorted(calls) == ["BatchGetItem", "GetItem", "Query"]
    calls.clear()
    ask(api, "GET", "/things", headers=headers)
    assert calls == ["BatchGetItem"]


def test_a_public_request_costs_nothing_once_the_blacklist_is_known(ask: Ask, calls: list[str]):
    api = route("public")
    ask(api, "GET", "/things")
    assert calls == ["GetItem"]
    ask(api, "GET", "/things")
    assert calls == ["GetItem"]


def test_a_forged_token_costs_no_read_of_denials(ask: Ask, token: Token, calls: list[str]):
    forged = SigningKey.generate().sign({"sub": "u1"})
    assert ask(route("user"), "GET", "/things", headers=bearer(forged)).status == 401
    assert "BatchGetItem" not in calls


def test_an_unshielded_route_touches_nothing(ask: Ask, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("TRUST_TABLE")
    assert ask(route("public", shielded=False), "GET", "/things").status == 200


# -- failures


def test_when_the_trust_table_does_not_answer_nobody_is_let_in(
    ask: Ask, token: Token, monkeypatch: pytest.MonkeyPatch
):
    api, headers = route("user"), bearer(token())
    assert ask(api, "GET", "/things", headers=headers).status == 200
    down = EndpointConnectionError(endpoint_url="https://dynamodb.invalid")

    def fail(**_: Any) -> None:
        raise down

    aws_clients.client("dynamodb").meta.events.register("before-send.dynamodb", fail)
    answer = ask(api, "GET", "/things", headers=headers)
    assert (answer.status, answer.json["type"]) == (503, "/problems/unavailable")
    assert answer.headers["retry-after"] == "1"


# -- addresses


def block(table: Table, network: str) -> None:
    packed = Blacklist.pack([ip_network(network)])
    for copy in range(16):
        table.put({"pk": f"BLACKLIST#{copy}", "sk": "BLACKLIST", "compressed": packed})


def test_a_blocked_address_gets_nothing(ask: Ask, trust_table: Table, token: Token):
    block(trust_table, "203.0.113.0/24")
    for auth in ("public", "user"):
        assert ask(route(auth), "GET", "/things", headers=bearer(token())).status == 403
    assert ask(route("public"), "GET", "/things", source_ip="198.51.100.1").status == 200


def through_edge(secret: str, viewer: str) -> dict[str, str]:
    return {"X-Origin-Secret": secret, "X-Viewer-Address": viewer}


@pytest.mark.parametrize("viewer", ["198.51.100.7", "2001:db8::7"])
def test_behind_the_edge_the_address_is_the_viewers(
    ask: Ask, trust_table: Table, secrets: dict[str, str], viewer: str
):
    headers = through_edge(secrets["omnilife/edge"], viewer)
    assert ask(route("public"), "GET", "/things", headers=headers).json["address"] == viewer


@pytest.mark.parametrize("viewer", ["", "not an address", "198.51.100.7, 10.0.0.1", "198.51.100.7:443"])
def test_what_the_edge_never_writes_is_not_believed(
    ask: Ask, trust_table: Table, secrets: dict[str, str], viewer: str
):
    headers = through_edge(secrets["omnilife/edge"], viewer)
    assert ask(route("public"), "GET", "/things", headers=headers).json["address"] == "203.0.113.9"


@pytest.mark.parametrize("secret", ["", "wrong", "é"])
def test_without_the_edges_secret_a_claimed_address_is_not_believed(
    ask: Ask, trust_table: Table, secrets: dict[str, str], secret: str
):
    headers = through_edge(secret, "198.51.100.7")
    assert ask(route("public"), "GET", "/things", headers=headers).json["address"] == "203.0.113.9"


def test_without_an_edge_no_secret_opens_anything(
    ask: Ask, trust_table: Table, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("EDGE_SECRET_ARN", "")
    headers = through_edge("", "198.51.100.7")
    assert ask(route("public"), "GET", "/things", headers=headers).json["address"] == "203.0.113.9"


def test_when_the_edges_secret_cannot_be_read_the_answer_is_503(ask: Ask, trust_table: Table):
    answer = ask(route("public"), "GET", "/things", headers=through_edge("x", "198.51.100.7"))
    assert answer.status == 503


# -- limits


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch, trust_table: Table) -> str:
    """The variable that names a table to count in, with a limit of two requests."""
    monkeypatch.setenv("COUNTERS_TABLE", "trust")
    monkeypatch.setenv("RATE_LIMITS", "read=2/60")
    return "COUNTERS_TABLE"


def test_a_limited_route_says_what_is_left_and_then_when_to_come_back(ask: Ask, counted: str):
    api = route("public", limit="read", limit_table=counted)
    first, second, third = (ask(api, "GET", "/things") for _ in range(3))
    assert (first.status, second.status, third.status) == (200, 200, 429)
    assert first.headers["ratelimit"].startswith('"read";r=1;t=')
    assert first.headers["ratelimit-policy"] == '"read";q=2;w=60'
    assert second.headers["ratelimit"].startswith('"read";r=0;t=')
    assert third.json["type"] == "/problems/too-many-requests"
    assert int(third.headers["retry-after"]) in range(1, 31)
    assert third.headers["ratelimit"].startswith('"read";r=0;t=')


def test_each_address_each_user_and_each_key_has_its_own_count(
    ask: Ask, counted: str, token: Token, api_key: dict[str, str]
):
    api = route("public/user/service", limit="read", limit_table=counted)
    callers: list[dict[str, Any]] = [
        {"source_ip": "198.51.100.1"},
        {"source_ip": "198.51.100.2"},
        {"headers": bearer(token(sub="u1"))},
        {"headers": bearer(token(sub="u2"))},
        {"headers": api_key},
    ]
    for caller in callers:
        assert [ask(api, "GET", "/things", **caller).status for _ in range(3)] == [200, 200, 429]


def test_a_user_takes_their_count_along_to_another_address(ask: Ask, counted: str, token: Token):
    api, headers = route("user", limit="read", limit_table=counted), bearer(token())
    asked = [ask(api, "GET", "/things", headers=headers, source_ip=f"198.51.100.{n}") for n in range(3)]
    assert [answer.status for answer in asked] == [200, 200, 429]


def test_a_refused_request_still_says_what_is_left(ask: Ask, counted: str, token: Token):
    api = route("admin", limit="read", limit_table=counted)
    answer = ask(api, "GET", "/things", headers=bearer(token("customer")))
    assert answer.status == 403
    assert answer.headers["ratelimit"].startswith('"read";r=1')


def test_without_a_cache_nobody_is_counted(ask: Ask, trust_table: Table):
    answer = ask(route("public", limit="read"), "GET", "/things")
    assert answer.status == 200
    assert "ratelimit" not in answer.headers


def test_with_the_cache_dead_everybody_is_let_in_and_it_is_counted(
    ask: Ask, trust_table: Table, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    def dead(_: Any) -> Any:
        raise ConnectionRefusedError

    monkeypatch.setenv("VALKEY_URL", "redis://127.0.0.1:1")
    monkeypatch.setattr("omnilife.core.cache.connect", dead)
    assert ask(route("public", limit="read"), "GET", "/things").status == 200
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert any(line.get("CacheUnavailable") == [1.0] for line in lines)


def test_a_route_whose_limit_is_not_configured_fails_loudly(ask: Ask, trust_table: Table, counted: str):
    assert ask(route("public", limit="search", limit_table=counted), "GET", "/things").status == 500


def test_the_limit_and_the_denial_are_asked_at_the_same_time(
    ask: Ask, token: Token, monkeypatch: pytest.MonkeyPatch
):
    both = threading.Barrier(2, timeout=5)  # either alone would wait here in vain
    limit = Limit("read", 10, 60)

    def check(self: Any, key: str) -> Decision:
        both.wait()
        return Decision(limit, allowed=True, remaining=9, reset_s=6, retry_after_s=0)

    really_denied = TrustStore.denied

    def denied(self: TrustStore, **names: Any) -> bool:
        both.wait()
        return really_denied(self, **names)

    monkeypatch.setattr("omnilife.core.http.limiting.Limiting.check", check)
    monkeypatch.setattr(TrustStore, "denied", denied)
    answer = ask(route("user", limit="read"), "GET", "/things", headers=bearer(token()))
    assert answer.headers["ratelimit"] == '"read";r=9;t=6'


def test_a_token_taken_back_is_refused_whatever_the_limit_says(
    ask: Ask, counted: str, token: Token, trust_table: Table
):
    api, headers = route("user", limit="read", limit_table=counted), bearer(token())
    trust_table.put({"pk": "DENY#sub#user-1", "sk": "DENY"})
    answers = [ask(api, "GET", "/things", headers=headers) for _ in range(3)]
    assert [answer.status for answer in answers] == [401] * 3
    assert [answer.headers["ratelimit"][:10] for answer in answers] == [
        '"read";r=1',
        '"read";r=0',
        '"read";r=0',
    ]


def test_a_limiter_that_cannot_count_is_a_503_where_it_must(
    ask: Ask, trust_table: Table, monkeypatch: pytest.MonkeyPatch
):
    def check(self: Any, key: str) -> Decision:
        raise Unavailable("busy")

    monkeypatch.setattr("omnilife.core.http.limiting.Limiting.check", check)
    assert ask(route("public", limit="read"), "GET", "/things").status == 503
