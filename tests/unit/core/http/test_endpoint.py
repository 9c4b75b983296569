"""One route: what it takes, what it answers, and in which order it refuses."""

import json
from typing import Annotated, Any

import pytest
from pydantic import BaseModel, ConfigDict, Field, field_validator

from omnilife.core.context import current_correlation_id
from omnilife.core.errors import Conflict
from omnilife.core.http import Endpoint, Query, Reply, endpoint
from tests.support.http import http_event
from tests.unit.core.http.conftest import Ask


class Price(BaseModel):
    amount: int = Field(ge=0)
    currency: str


class Thing(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str = Field(max_length=10)
    price: Price | None = None
    tags: list[str] = []
    attributes: dict[str, str | list[str]] = {}

    @field_validator("name")
    @classmethod
    def _no_shouting(cls, name: str) -> str:
        if name.isupper():
            raise ValueError("do not shout")
        return name


class Filters(BaseModel):
    brand: list[str] = []
    q: str = ""
    max_price: int | None = Field(None, ge=0)


class Full(Conflict):
    slug = "full"
    title = "Shelf full"


def open_endpoint(method: str, path: str, **options: Any) -> Endpoint:
    return endpoint(method, path, auth="public", shielded=False, **options)


def thing_route(**options: Any) -> Endpoint:
    api = open_endpoint("POST", "/shelves/{shelf_id}/things", status=201, **options)

    @api.route
    def add_thing(shelf_id: str, thing: Thing, copies: Annotated[int, Query(ge=1, le=9)] = 1) -> Reply[Thing]:
        if thing.name == "one more":
            raise Full("10 of 10", extensions={"shelf_id": shelf_id, "copies": copies})
        return Reply(thing, headers={"ETag": Reply.etag(copies), "Location": f"/shelves/{shelf_id}"})

    return api


def filter_route(**options: Any) -> Endpoint:
    api = open_endpoint("GET", "/things", **options)

    @api.route
    def list_things(
        filters: Annotated[Filters, Query()], limit: Annotated[int, Query(ge=1, le=100)] = 20
    ) -> dict[str, Any]:
        return {"filters": filters.model_dump(), "limit": limit, "query": dict(api.query)}

    return api


def pointers(problem: dict[str, Any]) -> list[str]:
    return [error["pointer"] for error in problem["errors"]]


# -- what it answers


def test_a_reply_has_its_model_its_status_and_its_headers(ask: Ask):
    answer = ask(thing_route(), "POST", "/shelves/a-1/things", body={"name": "lamp"}, query={"copies": 3})
    assert answer.status == 201
    assert answer.json == {"name": "lamp", "price": None, "tags": [], "attributes": {}}
    assert answer.headers["etag"] == '"3"'
    assert answer.headers["location"] == "/shelves/a-1"
    assert answer.headers["content-type"] == "application/json"


def test_text_in_any_script_is_answered_as_it_came(ask: Ask):
    answer = ask(thing_route(), "POST", "/shelves/a/things", body={"name": "灯 💡 مصباح"})
    assert answer.json["name"] == "灯 💡 مصباح"
    assert "灯" in answer.body


def test_every_answer_carries_the_security_headers_and_the_request_id(ask: Ask):
    for body in ({"name": "lamp"}, {"name": 1}):
        answer = ask(thing_route(), "POST", "/shelves/a/things", body=body, headers={"X-Request-Id": "r-1"})
        assert answer.headers["x-request-id"] == "r-1"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["strict-transport-security"].startswith("max-age=")
        assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_a_routes_own_headers_win(ask: Ask):
    api = open_endpoint("GET", "/page", produces="text/html; charset=utf-8")

    @api.route
    def page() -> Reply[str]:
        return Reply(
            "<p>hi</p>",
            headers={"cache-control": "max-age=60", "Content-Security-Policy": "default-src 'self'"},
        )

    answer = ask(api, "GET", "/page")
    assert (answer.status, answer.body) == (200, "<p>hi</p>")
    assert answer.headers["cache-control"] == "max-age=60"
    assert answer.headers["content-security-policy"] == "default-src 'self'"
    assert answer.headers["content-type"] == "text/html; charset=utf-8"


def test_bytes_are_answered_in_base64():
    api = open_endpoint("GET", "/logo", produces="image/png")

    @api.route
    def logo() -> Reply[bytes]:
        return Reply(b"\x89PNG\xff")

    answer = api.handler(http_event("GET", "/logo"), None)
    assert answer["isBase64Encoded"] is True
    assert answer["body"] == "iVBOR/8="


def test_nothing_is_answered_with_no_body_and_no_type(ask: Ask):
    api = open_endpoint("DELETE", "/things/{thing_id}", status=204)

    @api.route
    def remove(thing_id: str) -> None:
        assert thing_id

    answer = ask(api, "DELETE", "/things/a")
    assert (answer.status, answer.body) == (204, "")
    assert "content-type" not in answer.headers


def test_a_list_of_models_is_answered_as_such(ask: Ask):
    api = open_endpoint("GET", "/things")

    @api.route
    def things() -> list[Price]:
        return [Price(amount=1, currency="USD")]

    assert ask(api, "GET", "/things").json == [{"amount": 1, "currency": "USD"}]


def test_a_reply_may_say_another_status_than_the_route(ask: Ask):
    api = open_endpoint("PUT", "/thing")

    @api.route
    def put() -> Reply[dict[str, int]]:
        return Reply({"made": 1}, status=201)

    assert ask(api, "PUT", "/thing").status == 201


# -- what it refuses


def test_a_problem_is_answered_as_problem_json(ask: Ask):
    answer = ask(
        thing_route(), "POST", "/shelves/a/things", body={"name": "one more"}, headers={"X-Request-Id": "r"}
    )
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json == {
        "type": "/problems/full",
        "title": "Shelf full",
        "status": 409,
        "detail": "10 of 10",
        "instance": "r",
        "shelf_id": "a",
        "copies": 1,
    }


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, ["/name"]),
        ({"name": 5}, ["/name"]),
        ({"name": "LAMP"}, ["/name"]),
        ({"name": "a", "price": {"amount": -1}}, ["/price/amount", "/price/currency"]),
        ({"name": "a", "tags": ["x", 2]}, ["/tags/1"]),
        ({"name": "a", "attributes": {"a/b~": 1}}, ["/attributes/a~1b~0", "/attributes/a~1b~0"]),
        ({"name": "a", "attributes": {"x": ["ok", 1]}}, ["/attributes/x", "/attributes/x/1"]),
        ({"name": "a", "colour": "red"}, ["/colour"]),
        ([], [""]),
        ([{"name": "lamp"}], [""]),
        ("text", [""]),
    ],
)
def test_what_is_invalid_is_pointed_at_in_the_body(ask: Ask, body: Any, expected: list[str]):
    answer = ask(thing_route(), "POST", "/shelves/a/things", body=json.dumps(body))
    assert answer.status == 422
    assert answer.json["type"] == "/problems/invalid"
    assert pointers(answer.json) == expected


def test_a_validators_own_words_reach_the_client_bare(ask: Ask):
    answer = ask(thing_route(), "POST", "/shelves/a/things", body={"name": "LAMP"})
    assert answer.json["errors"] == [{"pointer": "/name", "detail": "do not shout"}]


def test_a_thousand_errors_are_not_all_told(ask: Ask):
    answer = ask(thing_route(), "POST", "/shelves/a/things", body={"name": "a", "tags": [1] * 1000})
    assert len(answer.json["errors"]) == 50


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("limit=0", ["/query/limit"]),
        ("limit=x&max_price=-1", ["/query/max_price", "/query/limit"]),
        ("limit=", ["/query/limit"]),
        ("max_price=1.5", ["/query/max_price"]),
    ],
)
def test_what_is_invalid_in_the_query_is_pointed_at_there(ask: Ask, query: str, expected: list[str]):
    answer = ask(filter_route(), "GET", "/things", query=query)
    assert answer.status == 422
    assert pointers(answer.json) == expected


@pytest.mark.parametrize(
    ("query", "slug"),
    [
        ("brnd=a", "unknown-parameter"),
        ("limit=1&limit=2", "repeated-parameter"),
        ("q=a&q=b", "repeated-parameter"),
        ("attr.color=red", "unknown-parameter"),
        ("q=%FF", "bad-request"),
        ("q=" + "a" * 5000, "query-too-long"),
    ],
)
def test_a_query_that_the_route_does_not_have_is_a_400(ask: Ask, query: str, slug: str):
    answer = ask(filter_route(), "GET", "/things", query=query)
    assert (answer.status, answer.json["type"]) == (400, f"/problems/{slug}")


@pytest.mark.parametrize(
    ("body", "slug", "status"),
    [
        ("{", "malformed-body", 400),
        ('{"name":"a","name":"b"}', "malformed-body", 400),
        ('{"name":NaN}', "malformed-body", 400),
        (b"\xff\xfe", "malformed-body", 400),
        ("[" * 40 + "]" * 40, "malformed-body", 400),
        (None, "malformed-body", 400),
        ('"' + "a" * 2_000_000 + '"', "content-too-large", 413),
    ],
)
def test_a_body_that_is_not_clean_json_is_refused(ask: Ask, body: Any, slug: str, status: int):
    answer = ask(thing_route(), "POST", "/shelves/a/things", body=body)
    assert (answer.status, answer.json["type"]) == (status, f"/problems/{slug}")


def test_a_body_of_another_type_is_refused(ask: Ask):
    answer = ask(
        thing_route(), "POST", "/shelves/a/things", body="name=lamp", headers={"content-type": "text/plain"}
    )
    assert answer.status == 415


@pytest.mark.parametrize(
    "path",
    [
        "/shelves/a b/things",
        "/shelves/a\n/things",
        "/shelves//things",
        "/shelves/a/things/",
        "/shelves/a/things\n",
        "/shelves/" + "a" * 65 + "/things",
        "/shelves/a\x00/things",
        "/shelves/é/things",
        "/other",
    ],
)
def test_a_path_that_is_not_the_routes_is_not_found(ask: Ask, path: str):
    answer = ask(thing_route(), "POST", path, body={"name": "lamp"})
    assert (answer.status, answer.json["type"]) == (404, "/problems/not-found")


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "DELETE"])
def test_another_method_is_told_which_one_there_is(ask: Ask, method: str):
    answer = ask(thing_route(), method, "/shelves/a/things")
    assert answer.status == 405
    assert answer.headers["allow"] == "POST"


def test_a_failure_of_ours_tells_the_client_nothing_and_the_log_everything(
    ask: Ask, capsys: pytest.CaptureFixture[str]
):
    api = open_endpoint("GET", "/broken")

    @api.route
    def broken() -> dict[str, str]:
        raise RuntimeError("table orders is on fire")

    answer = ask(api, "GET", "/broken", headers={"X-Request-Id": "r-1"})
    assert (answer.status, answer.json["type"], answer.json["instance"]) == (
        500,
        "/problems/internal-error",
        "r-1",
    )
    assert "fire" not in answer.body
    logged = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    line = next(line for line in logged if line.get("level") == "ERROR")
    assert line["correlation_id"] == "r-1"
    assert line["route"] == "GET /broken"
    assert "table orders is on fire" in line["exception"]


def test_a_model_of_ours_that_is_wrong_is_not_blamed_on_the_client(ask: Ask):
    api = open_endpoint("GET", "/wrong")

    @api.route
    def wrong() -> Price:
        return {"amount": "many"}

    assert ask(api, "GET", "/wrong").status == 500


def test_powertools_debug_mode_cannot_be_switched_on_from_outside(
    ask: Ask, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv("POWERTOOLS_DEV", "true")
    api = open_endpoint("GET", "/broken")

    @api.route
    def broken() -> None:
        raise RuntimeError

    assert "Traceback" not in ask(api, "GET", "/broken", headers={"x-note": "never logged"}).body
    assert "never logged" not in capsys.readouterr().out


# -- what it takes


def test_commas_do_not_split_and_repeats_do_not_join(ask: Ask):
    answer = ask(filter_route(), "GET", "/things", query="brand=a,b&brand=c&q=x,y&limit=5")
    assert answer.json["filters"] == {"brand": ["a,b", "c"], "q": "x,y", "max_price": None}
    assert answer.json["limit"] == 5


def test_one_value_of_a_repeatable_parameter_is_a_list_of_one(ask: Ask):
    assert ask(filter_route(), "GET", "/things", query="brand=a,b").json["filters"]["brand"] == ["a,b"]


def test_open_ended_parameters_are_read_from_the_query(ask: Ask):
    answer = ask(
        filter_route(query_prefixes=("attr.",)), "GET", "/things", query="attr.color=red&attr.color=blue&q=a"
    )
    assert answer.json["query"] == {"attr.color": ["red", "blue"], "q": ["a"]}


def test_a_declared_list_argument_repeats_too(ask: Ask):
    api = open_endpoint("GET", "/things")

    @api.route
    def things(
        tag: Annotated[list[str] | None, Query()] = None, size: Annotated[list[int], Query()] = ()
    ) -> list[Any]:
        return [tag, size]

    assert ask(api, "GET", "/things", query="tag=a,b&tag=c&size=1&size=2").json == [["a,b", "c"], [1, 2]]
    assert ask(api, "GET", "/things").json == [None, []]


def test_a_route_with_a_raw_body_gets_its_bytes_whatever_they_are(ask: Ask):
    api = open_endpoint("POST", "/hook", accepts=("text/plain",), raw_body=True)

    @api.route
    def hook() -> dict[str, int]:
        return {"bytes": len(api.raw)}

    assert ask(api, "POST", "/hook", body=b"\xff{", headers={"content-type": "text/plain"}).json == {
        "bytes": 2
    }
    assert ask(api, "POST", "/hook", body="{}", headers={"content-type": "application/json"}).status == 415


def test_a_body_that_no_route_asked_for_is_not_looked_at(ask: Ask):
    api = open_endpoint("POST", "/ping")

    @api.route
    def ping() -> dict[str, str]:
        return {"caller": api.caller.actor}

    assert ask(api, "POST", "/ping", body="{", headers={"content-type": "text/x"}).json == {
        "caller": "anonymous"
    }


def test_a_body_may_be_a_list(ask: Ask):
    api = open_endpoint("POST", "/prices")

    @api.route
    def prices(many: list[Price]) -> dict[str, int]:
        return {"sum": sum(price.amount for price in many)}

    one = {"amount": 1, "currency": "USD"}
    assert ask(api, "POST", "/prices", body=[one, one]).json == {"sum": 2}
    assert ask(api, "POST", "/prices", body=[one]).json == {"sum": 1}
    assert ask(api, "POST", "/prices", body=[]).json == {"sum": 0}
    assert pointers(ask(api, "POST", "/prices", body=[one, {"amount": -1, "currency": "X"}]).json) == [
        "/1/amount"
    ]


def test_an_optional_body_may_be_left_out(ask: Ask):
    api = open_endpoint("POST", "/maybe")

    @api.route
    def maybe(price: Price | None = None) -> dict[str, bool]:
        return {"given": price is not None}

    assert ask(api, "POST", "/maybe").json == {"given": False}
    assert ask(api, "POST", "/maybe", body={"amount": 1, "currency": "USD"}).json == {"given": True}


def test_the_route_sees_its_request(ask: Ask):
    api = open_endpoint("POST", "/echo")

    @api.route
    def echo() -> dict[str, Any]:
        return {
            "if_match": api.if_match,
            "request_id": api.request_id,
            "correlation": current_correlation_id(),
            "header": api.headers["x-note"],
            "address": api.caller.address,
        }

    headers = {"If-Match": '"7"', "X-Request-Id": "r-1", "X-Note": "hi"}
    assert ask(api, "POST", "/echo", headers=headers).json == {
        "if_match": 7,
        "request_id": "r-1",
        "correlation": "r-1",
        "header": "hi",
        "address": "203.0.113.9",
    }


def test_the_path_of_a_named_stage_is_the_same_path():
    event = http_event("POST", "/shelves/a/things", body={"name": "lamp"})
    event["rawPath"] = "/dev/shelves/a/things"
    event["requestContext"]["stage"] = "dev"
    assert thing_route().handler(event, None)["statusCode"] == 201


# -- idempotency keys


def idempotent_route(method: str = "POST") -> Endpoint:
    api = open_endpoint(method, "/things/{thing_id}")

    @api.route
    def act(thing_id: str) -> dict[str, Any]:
        key = api.idempotency
        return {"key": key and [key.key, key.caller, key.route, key.body_hash]}

    return api


def test_an_idempotency_key_is_bound_to_caller_path_and_body(ask: Ask):
    headers = {"Idempotency-Key": "k-1"}
    one = ask(idempotent_route(), "POST", "/things/a", headers=headers, body="{}").json["key"]
    other = ask(idempotent_route(), "POST", "/things/b", headers=headers, body="{ }").json["key"]
    assert one[:3] == ["k-1", "address:203.0.113.9", "POST /things/a"]
    assert other[2] == "POST /things/b"
    assert one[3] != other[3]


def test_without_a_key_there_is_none(ask: Ask):
    assert ask(idempotent_route(), "POST", "/things/a").json == {"key": None}


def test_a_malformed_key_is_refused_before_anything_happens(ask: Ask):
    assert ask(idempotent_route(), "POST", "/things/a", headers={"Idempotency-Key": "a b"}).status == 400


def test_a_key_means_nothing_on_other_methods(ask: Ask):
    assert ask(idempotent_route("PUT"), "PUT", "/things/a", headers={"Idempotency-Key": "a b"}).json == {
        "key": None
    }


# -- its definition


def test_a_route_needs_a_return_annotation():
    api = open_endpoint("GET", "/x")
    with pytest.raises(TypeError, match="return annotation"):

        @api.route
        def unannotated():
            return None


def test_an_endpoint_has_one_function():
    api = thing_route()
    with pytest.raises(TypeError, match="already"):

        @api.route
        def second() -> None:
            return None


def test_a_route_has_one_body():
    api = open_endpoint("POST", "/x")

    @api.route
    def two(first: Price, second: Price) -> list[Price]:
        return [first, second]

    with pytest.raises(TypeError, match="one argument"):
        api.get_openapi_schema()


def test_an_endpoint_without_a_function_says_so():
    with pytest.raises(TypeError, match="has no function"):
        _ = open_endpoint("GET", "/x").function


def test_the_request_is_only_there_while_it_is_answered(ask: Ask):
    api = thing_route()
    ask(api, "POST", "/shelves/a/things", body={"name": "lamp"})
    with pytest.raises(RuntimeError, match="not answering"):
        _ = api.caller


def test_the_decorated_function_stays_an_ordinary_function():
    api = open_endpoint("GET", "/x")

    @api.route
    def twice(number: int) -> int:
        return number * 2

    assert twice(4) == 8


def test_one_line_of_metrics_is_written_a_request(ask: Ask, capsys: pytest.CaptureFixture[str]):
    ask(thing_route(), "POST", "/shelves/a/things", body={"name": 1}, headers={"X-Request-Id": "r-1"})
    (line,) = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert line["route"] == "POST /shelves/{shelf_id}/things"
    assert (line["Requests"], line["ClientErrors"], line["ServerErrors"]) == ([1.0], [1.0], [0.0])
    assert (line["status"], line["correlation_id"], line["caller"]) == (422, "r-1", "anonymous")
    assert line["_aws"]["CloudWatchMetrics"][0]["Dimensions"] == [["route", "service"]]
