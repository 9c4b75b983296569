"""HTTP to the engine, over a pool of connections that fail as told: no real engine fails on demand."""

from collections.abc import Iterator, Mapping
from types import SimpleNamespace
from typing import Any

import pytest
from urllib3.exceptions import (
    ConnectTimeoutError,
    NewConnectionError,
    ProtocolError,
    ReadTimeoutError,
    SSLError,
)

from omnilife.core import aws as aws_clients
from omnilife.search.transport import NoAnswer, Refused, Transport, read_answer

FOUND = SimpleNamespace(status=200, data=b'{"took": 1}')
BROKEN = ProtocolError("Connection aborted.")


class Pool:
    """Answers each call with what it is given, in order; exceptions are raised."""

    def __init__(self, *answers: Any) -> None:
        self._answers: Iterator[Any] = iter(answers)
        self.calls: list[tuple[str, str, Mapping[str, Any]]] = []

    def urlopen(self, method: str, target: str, **how: Any) -> Any:
        self.calls.append((method, target, how))
        answer = next(self._answers)
        if isinstance(answer, Exception):
            raise answer
        return answer


def through(*answers: Any, url: str = "http://search.example") -> tuple[Transport, Pool]:
    transport, pool = Transport(url), Pool(*answers)
    transport._pool = pool
    return transport, pool


def ask(transport: Transport, **more: Any) -> dict[str, Any]:
    given: dict[str, Any] = {"body": b"{}", "media_type": "application/json", "patience_s": 1.5, **more}
    return transport.perform_request("POST", "/products/_search", **given)


def test_a_request_is_one_call_with_its_body_parameters_and_patience() -> None:
    transport, pool = through(FOUND)
    assert ask(transport, params={"ignore_unavailable": "true"}) == {"took": 1}
    [(method, target, how)] = pool.calls
    assert (method, target) == ("POST", "/products/_search?ignore_unavailable=true")
    assert (how["body"], how["headers"]) == (b"{}", {"content-type": "application/json"})
    assert (how["timeout"].connect_timeout, how["timeout"].total) == (0.5, 1.5)


def test_a_kept_connection_that_has_been_closed_is_replaced() -> None:
    transport, pool = through(BROKEN, FOUND)
    assert ask(transport) == {"took": 1}
    assert len(pool.calls) == 2


@pytest.mark.parametrize(
    ("failures", "calls"),
    [
        ([BROKEN, BROKEN], 2),
        ([ReadTimeoutError(None, "/", "read timed out")], 1),  # type: ignore[arg-type]
        ([ConnectTimeoutError("connect timed out")], 1),
        ([NewConnectionError(None, "refused")], 1),  # type: ignore[arg-type]
        ([SSLError("certificate")], 1),
    ],
    ids=lambda each: type(each[0]).__name__ if isinstance(each, list) else "",
)
def test_without_an_answer_only_a_broken_connection_is_tried_again(
    failures: list[Exception], calls: int
) -> None:
    transport, pool = through(*failures)
    with pytest.raises(NoAnswer):
        ask(transport)
    assert len(pool.calls) == calls


@pytest.mark.parametrize("status", [401, 403, 408, 429, 500, 502, 503, 504])
def test_a_busy_or_broken_engine_gives_no_answer(status: int) -> None:
    with pytest.raises(NoAnswer, match=f"{status} rejected"):
        read_answer(status, b'{"error": {"type": "rejected"}}')


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b'{"error": {"type": "parsing_exception"}}', "parsing_exception"),
        (b'{"error": "alias [x] missing"}', "alias [x] missing"),
        (b"<html>", ""),
    ],
)
def test_a_refusal_names_what_the_engine_calls_it(data: bytes, kind: str) -> None:
    with pytest.raises(Refused) as refused:
        read_answer(400, data)
    assert (refused.value.status, refused.value.kind) == (400, kind)


@pytest.mark.parametrize("data", [b"", b"<html>", b"[]"])
def test_a_success_without_a_json_object_is_no_answer(data: bytes) -> None:
    with pytest.raises(NoAnswer):
        read_answer(200, data)


def test_a_redirect_is_not_followed() -> None:
    transport, pool = through(SimpleNamespace(status=302, data=b""))
    with pytest.raises(Refused):
        ask(transport)
    assert pool.calls[0][2]["redirect"] is False


@pytest.mark.security
def test_requests_over_https_are_signed_with_the_functions_own_credentials() -> None:
    transport, pool = through(FOUND, url="https://search.example")
    ask(transport, params={"require_alias": "true"})
    headers = pool.calls[0][2]["headers"]
    assert headers["Authorization"].startswith("AWS4-HMAC-SHA256 Credential=testing/")
    assert "/eu-central-1/es/aws4_request, SignedHeaders=content-type;host;" in headers["Authorization"]
    assert headers["X-Amz-Security-Token"] == "testing"


@pytest.mark.security
def test_a_signature_covers_the_body() -> None:
    transport, pool = through(FOUND, FOUND, url="https://search.example")
    ask(transport, body=b"{}")
    ask(transport, body=b"[]")
    one, other = (how["headers"]["Authorization"] for _, _, how in pool.calls)
    assert one != other


@pytest.mark.security
def test_without_credentials_nothing_is_sent_over_https(aws: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aws_clients.session(), "get_credentials", lambda: None)
    transport, pool = through(FOUND, url="https://search.example")
    with pytest.raises(NoAnswer, match="no AWS credentials"):
        ask(transport)
    assert pool.calls == []


@pytest.mark.security
def test_certificates_are_checked_over_https() -> None:
    pool = Transport("https://search.example")._pool
    assert pool.cert_reqs == "CERT_REQUIRED"
    assert pool.ca_certs.endswith("cacert.pem")


class Streaming(Pool):
    """A pool that sends bodies piece by piece, as urllib3 does, and then answers or breaks."""

    def __init__(self, *answers: Any) -> None:
        super().__init__(*answers)
        self.sent: list[Any] = []

    def urlopen(self, method: str, target: str, **how: Any) -> Any:
        for part in how["body"]:
            self.sent.append(part)
        return super().urlopen(method, target, **how)


def test_what_is_done_meanwhile_begins_when_the_request_is_out_and_again_with_its_repetition() -> None:
    transport = Transport("http://search.example")
    pool = transport._pool = Streaming(BROKEN, FOUND)
    assert ask(transport, body=b"{}{}", meanwhile=lambda: pool.sent.append("meanwhile")) == {"took": 1}
    assert pool.sent == [b"{}{}", "meanwhile"] * 2
    assert pool.calls[0][2]["headers"] == {"content-type": "application/json", "content-length": "4"}
