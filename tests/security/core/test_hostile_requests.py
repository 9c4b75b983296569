"""Requests that nobody means well with: each is a problem of the client's, never a failure of ours."""

import json
from typing import Annotated, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, Field

from omnilife.core.http import Endpoint, Query, Reply, endpoint
from tests.support.http import Answer, http_event

pytestmark = pytest.mark.security

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=10,
)
HEADERS = st.dictionaries(
    st.sampled_from(
        [
            "content-type",
            "if-match",
            "idempotency-key",
            "x-request-id",
            "authorization",
            "x-api-key",
            "cookie",
        ]
    ),
    st.text(max_size=40),
    max_size=5,
)
quick = settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])


class Thing(BaseModel):
    name: str = Field(max_length=50)
    price: int | None = Field(None, ge=0)
    attributes: dict[str, str | list[str]] = {}


def thing_route(auth: str = "public") -> Endpoint:
    api = endpoint("POST", "/things/{thing_id}", auth=auth, shielded=False, query_prefixes=("attr.",))

    @api.route
    def change(thing_id: str, thing: Thing, limit: Annotated[int, Query(ge=1, le=100)] = 20) -> Reply[Thing]:
        key = api.idempotency
        return Reply(
            thing, headers={"ETag": Reply.etag(api.if_match or limit), "X-Key": key.key if key else ""}
        )

    return api


def answer(api: Endpoint, path: str = "/things/a", **request: Any) -> Answer:
    return Answer.of(api.handler(http_event("POST", path, **request), None))


def is_a_problem_of_the_client(got: Answer) -> bool:
    return 400 <= got.status < 500 and got.headers["content-type"] == "application/problem+json"


def assert_answered(got: Answer) -> None:
    assert got.status == 200 or is_a_problem_of_the_client(got)
    assert got.json is not None
    json.dumps(got.headers).encode("ascii")
    assert not any(character in value for value in got.headers.values() for character in "\r\n\0")


@quick
@given(body=st.one_of(JSON.map(json.dumps), st.text(max_size=200), st.binary(max_size=200)))
def test_no_body_is_a_failure_of_ours(body: str | bytes):
    assert_answered(answer(thing_route(), body=body))


@quick
@given(query=st.text(max_size=100))
def test_no_query_is_a_failure_of_ours(query: str):
    assert_answered(answer(thing_route(), body={"name": "lamp"}, query=query))


@quick
@given(headers=HEADERS)
def test_no_header_is_a_failure_of_ours_or_reaches_the_answer_unclean(headers: dict[str, str]):
    assert_answered(answer(thing_route(), body={"name": "lamp"}, headers=headers))


@quick
@given(path=st.text(max_size=60).map(lambda text: f"/things/{text}"))
def test_no_path_is_a_failure_of_ours(path: str):
    assert_answered(answer(thing_route(), path, body={"name": "lamp"}))


@pytest.mark.parametrize(
    "thing_id",
    ["../admin", "..%2fadmin", "a/b", "a\x00", "a\n", "a'--", "<script>", "%00", "{{7*7}}", "a" * 65],
)
def test_an_id_that_is_no_id_is_not_found(thing_id: str):
    assert answer(thing_route(), f"/things/{thing_id}", body={"name": "lamp"}).status == 404


def test_a_script_in_a_name_is_data_in_json_that_no_browser_may_guess_to_be_html():
    got = answer(thing_route(), body={"name": "<script>alert(1)</script>"})
    assert got.json["name"] == "<script>alert(1)</script>"
    assert got.headers["content-type"] == "application/json"
    assert got.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "body", ["[" * 500_000, '{"a":' * 200_000, "9" * 1_000_000, '"' + "\\u0000" * 170_000]
)
def test_a_bomb_of_a_megabyte_is_refused(body: str):
    got = answer(thing_route(), body=body)
    assert (got.status, got.json["type"]) == (400, "/problems/malformed-body")


def test_a_problem_never_repeats_a_credential(capsys: pytest.CaptureFixture[str], trust_table: Any):
    secret = "olk_" + "s" * 43
    got = answer(thing_route("user"), body={"name": "lamp"}, headers={"X-Api-Key": secret})
    assert got.status in {401, 403}
    assert secret not in got.body
    assert secret not in capsys.readouterr().out
