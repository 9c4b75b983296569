"""GET /health."""

from typing import Any

import pytest

from omnilife.core import aws
from tests.support.functions import Functions
from tests.support.http import Answer


def test_a_probe_hears_that_the_code_runs_and_in_which_version(invoke: Functions, http_event: Any) -> None:
    answer = Answer.of(invoke("operations/get_health", http_event("GET", "/health")))

    assert answer.status == 200
    assert answer.json == {"status": "up", "version": "test"}
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("variable", ["TRUST_TABLE", "EDGE_SECRET_ARN", "VALKEY_URL", "RATE_LIMITS"])
def test_a_probe_is_answered_whatever_store_is_gone(
    variable: str, invoke: Functions, http_event: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(variable)

    assert Answer.of(invoke("operations/get_health", http_event("GET", "/health"))).status == 200


def test_a_probe_starts_no_aws_client(
    invoke: Functions, http_event: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[str] = []
    monkeypatch.setattr(aws, "client", started.append)

    invoke("operations/get_health", http_event("GET", "/health", headers={"authorization": "Bearer x"}))

    assert started == []
