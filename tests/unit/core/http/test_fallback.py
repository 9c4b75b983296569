"""Paths that no route has."""

import json

import pytest

from omnilife.core.http import fallback
from tests.support.http import Answer, http_event

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("method", ["GET", "POST", "HEAD"])
def test_an_unknown_path_is_a_problem_like_any_other(method: str, capsys: pytest.CaptureFixture[str]):
    answer = Answer.of(fallback()(http_event(method, "/nowhere", headers={"X-Request-Id": "r-1"}), None))
    assert answer.status == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-request-id"] == "r-1"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.json["type"] == "/problems/not-found"
    assert answer.json["instance"] == "r-1"
    line = json.loads(capsys.readouterr().out)
    assert (line["route"], line["status"]) == ("$default", 404)
