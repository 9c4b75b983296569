"""What every answer has in common: its headers, and the line that measures it."""

from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit

from omnilife.core.metrics import emit

SECURITY_HEADERS: Mapping[str, str] = {
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}
"""On every answer; a route's own headers win."""


def finish(answer: dict[str, Any], request_id: str, headers: Mapping[str, str]) -> dict[str, Any]:
    """`answer`, a gateway's response, with the headers that every answer has, and with `headers`."""
    own = {name.lower() for name in answer["headers"]}
    common = {name: value for name, value in SECURITY_HEADERS.items() if name.lower() not in own}
    answer["headers"] = {**answer["headers"], **common, **headers, "X-Request-Id": request_id}
    answer["body"] = answer["body"] or ""
    return answer


def measure(route: str, status: int, seconds: float, **properties: str) -> None:
    """One line a request: metrics by route, and as properties what a reader of logs looks for."""
    emit(
        {
            "Requests": (MetricUnit.Count, 1),
            "ClientErrors": (MetricUnit.Count, int(400 <= status < 500)),
            "ServerErrors": (MetricUnit.Count, int(status >= 500)),
            "Latency": (MetricUnit.Milliseconds, round(seconds * 1000, 3)),
        },
        {"route": route},
        {"status": status, **properties},
    )
