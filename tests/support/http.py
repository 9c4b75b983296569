"""Requests as API Gateway's HTTP API hands them to a function (payload format 2.0)."""

import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

type Query = Mapping[str, str | Sequence[str]] | str


def http_event(
    method: str,
    path: str,
    *,
    query: Query = "",
    headers: Mapping[str, str] | None = None,
    body: Any = None,
    path_parameters: Mapping[str, str] | None = None,
    source_ip: str = "203.0.113.9",
) -> dict[str, Any]:
    """A request.

    Args:
        query: parameters, a list for a repeated one, or the raw text as a client would send it.
        body: text as it is; bytes as base64, as API Gateway passes what is not text; anything else as JSON.
    """
    sent = {"host": "api.example.com", "user-agent": "tests"}
    sent |= {name.lower(): value for name, value in (headers or {}).items()}
    text, encoded = _body(body)
    if text is not None:
        sent.setdefault("content-type", "application/json")
    raw_query = query if isinstance(query, str) else urlencode(query, doseq=True)
    return {
        "version": "2.0",
        "routeKey": f"{method} {path}",
        "rawPath": path,
        "rawQueryString": raw_query,
        "headers": sent,
        "pathParameters": dict(path_parameters) if path_parameters else None,
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "api",
            "domainName": "api.example.com",
            "domainPrefix": "api",
            "http": {
                "method": method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": source_ip,
                "userAgent": "tests",
            },
            "requestId": "JKJaXmPLvHcESHA=",
            "routeKey": f"{method} {path}",
            "stage": "$default",
            "time": "24/Nov/2026:12:00:00 +0000",
            "timeEpoch": 1795521600000,
        },
        "body": text,
        "isBase64Encoded": encoded,
    }


def _body(body: Any) -> tuple[str | None, bool]:
    if body is None or isinstance(body, str):
        return body, False
    if isinstance(body, bytes):
        return b64encode(body).decode(), True
    return json.dumps(body), False


@dataclass(frozen=True, slots=True)
class Answer:
    """A function's answer, read."""

    status: int
    headers: Mapping[str, str]
    body: str

    @classmethod
    def of(cls, response: Mapping[str, Any]) -> "Answer":
        headers = {name.lower(): str(value) for name, value in response.get("headers", {}).items()}
        return cls(response["statusCode"], headers, response.get("body") or "")

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class LambdaContext:
    """What Lambda's runtime tells a function of its invocation."""

    function_name: str = "function"
    function_version: str = "1"
    memory_limit_in_mb: int = 512
    aws_request_id: str = "8f5e0c1a-6a0b-4b5e-9a3e-3f6d9f6f1a11"

    @property
    def invoked_function_arn(self) -> str:
        return f"arn:aws:lambda:eu-central-1:123456789012:function:{self.function_name}"

    def get_remaining_time_in_millis(self) -> int:
        return 10_000
