"""The request's own parts: bodies, headers, versions, keys."""

import hashlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnilife.core.errors import BadRequest, ContentTooLarge, MalformedBody, UnsupportedMediaType
from omnilife.core.http import Reply
from omnilife.core.http.request import MAX_BODY_BYTES, NO_VERSION, HttpRequest
from tests.support.http import http_event

JSON = ("application/json",)
PATCH = ("application/json", "application/merge-patch+json")


def request(**parts: Any) -> HttpRequest:
    return HttpRequest(http_event("POST", "/things", **parts))


def with_header(name: str, value: str) -> HttpRequest:
    return request(headers={name: value})


@given(version=st.integers(min_value=0, max_value=10**18 - 1))
def test_the_version_of_an_etag_comes_back_in_if_match(version: int):
    assert with_header("If-Match", Reply.etag(version)).if_match == version


@pytest.mark.parametrize("value", ["*", " * "])
def test_any_version_will_do_when_the_client_says_so(value: str):
    assert with_header("If-Match", value).if_match is None


def test_without_the_header_no_version_is_asked_for():
    assert request().if_match is None


@pytest.mark.parametrize("tag", ['W/"3"', '"03"', '"abc"', '""', '"-1"', '"3.0"', '"9999999999999999999"'])
def test_a_tag_that_is_weak_or_not_ours_matches_no_version(tag: str):
    assert with_header("If-Match", tag).if_match == NO_VERSION


@pytest.mark.parametrize("value", ["3", "", '"3', '"1", "2"', '"1","2"', 'w/"3"', '"a"b"', "'3'"])
def test_what_is_not_one_entity_tag_is_a_bad_request(value: str):
    with pytest.raises(BadRequest, match="If-Match"):
        _ = with_header("If-Match", value).if_match


@given(key=st.from_regex(r"[A-Za-z0-9._-]{1,64}", fullmatch=True), quoted=st.booleans())
def test_an_idempotency_key_is_read_bare_or_as_a_quoted_string(key: str, quoted: bool):
    assert with_header("Idempotency-Key", f'"{key}"' if quoted else key).idempotency_key == key


@pytest.mark.parametrize("key", ["", '""', "a" * 65, "a b", "é", '"a', 'a"', "a/b", "a,b", "a\n"])
def test_a_malformed_idempotency_key_is_a_bad_request(key: str):
    if key == "a\n":
        assert (
            with_header("Idempotency-Key", key).idempotency_key == "a"
        )  # whitespace around a value is no part
        return
    with pytest.raises(BadRequest, match="Idempotency-Key"):
        _ = with_header("Idempotency-Key", key).idempotency_key


def test_a_clients_request_id_is_echoed():
    assert with_header("X-Request-Id", "abc-1.2_3").request_id == "abc-1.2_3"


@pytest.mark.parametrize("given_id", ["", "a b", "a\nb", "x" * 65, "{$jndi}"])
def test_a_request_id_unfit_for_logs_is_replaced(given_id: str):
    made = with_header("X-Request-Id", given_id)
    assert made.request_id != given_id
    assert made.request_id == made.request_id


@given(raw=st.binary(max_size=200))
def test_a_body_of_any_bytes_comes_through_with_its_hash(raw: bytes):
    asked = request(body=raw)
    assert asked.raw == raw
    assert asked.body_hash == hashlib.sha256(raw).hexdigest()


def test_a_body_of_text_is_its_utf_8():
    assert request(body='"é"').raw == b'"\xc3\xa9"'


def test_no_body_is_no_bytes_and_no_document():
    assert request().raw == b""
    assert request().json_body is None


@pytest.mark.parametrize(
    "body", ["a" * (MAX_BODY_BYTES + 1), b"a" * (MAX_BODY_BYTES + 1), "é" * (MAX_BODY_BYTES // 2 + 1)]
)
def test_a_body_over_its_limit_is_too_large(body: str | bytes):
    with pytest.raises(ContentTooLarge):
        _ = request(body=body).raw


@pytest.mark.parametrize("body", ["a" * MAX_BODY_BYTES, b"a" * MAX_BODY_BYTES])
def test_a_body_of_its_limit_is_not(body: str | bytes):
    assert len(request(body=body).raw) == MAX_BODY_BYTES


def test_a_body_that_is_not_the_base64_that_it_is_marked_as_is_malformed():
    event = http_event("POST", "/things", body="not base64!")
    with pytest.raises(MalformedBody):
        _ = HttpRequest({**event, "isBase64Encoded": True}).raw


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "Application/JSON",
        "application/json; charset=utf-8",
        'application/json;charset="UTF-8"',
        "application/json; v=1",
    ],
)
def test_json_may_be_spelled_as_http_allows(content_type: str):
    request(headers={"content-type": content_type}, body="{}").check_media_type(JSON)


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/json; charset=utf-16",
        "application/jsonp",
        "application/xml",
        "application/merge-patch+json",
    ],
)
def test_another_media_type_is_refused_and_told_what_will_do(content_type: str):
    with pytest.raises(UnsupportedMediaType) as refused:
        request(headers={"content-type": content_type}, body="{}").check_media_type(JSON)
    assert refused.value.headers["Accept"] == "application/json"


def test_a_route_may_accept_several_media_types():
    request(headers={"content-type": "application/merge-patch+json"}, body="{}").check_media_type(PATCH)


def test_an_event_with_the_least_that_a_gateway_may_send_is_read():
    event = {
        "rawPath": "/",
        "requestContext": {"stage": "$default", "http": {"method": "GET"}},
        "headers": None,
    }
    bare = HttpRequest(event)
    assert (bare.raw, bare.query, bare.headers, bare.source_address) == (b"", {}, {}, "")


@pytest.mark.parametrize(
    "sent",
    [{"cookies": ["a=1", "b=x=y"]}, {"headers": {"Cookie": "a=1; b=x=y; nonsense"}}],
    ids=["as API Gateway passes them", "as a header"],
)
def test_cookies_are_read_by_name(sent):
    assert HttpRequest(sent).cookie_values == {"a": "1", "b": "x=y"}


def test_a_request_without_cookies_has_none():
    assert HttpRequest({}).cookie_values == {}
