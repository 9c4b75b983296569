"""GET /api-docs and GET /api-docs/openapi.json."""

import base64
import gzip
import hashlib
import json
import re
from typing import Any

from omnilife.operations import documentation_page
from omnilife.operations.documentation import _embeddable
from tests.support.functions import Functions
from tests.support.templates import ROOT


def text_of(response: dict[str, Any]) -> str:
    body = base64.b64decode(response["body"])
    return (gzip.decompress(body) if response["headers"].get("Content-Encoding") == "gzip" else body).decode()


def sample(name: str) -> dict[str, Any]:
    event: dict[str, Any] = json.loads((ROOT / f"events/operations/{name}.json").read_text())
    return event


def test_the_page_is_html_and_fits_the_gateways_response(invoke: Functions) -> None:
    response = invoke("operations/get_api_docs", sample("get_api_docs"))

    assert response["statusCode"] == 200
    assert response["headers"]["Content-Type"] == "text/html; charset=utf-8"
    assert text_of(response).startswith("<!doctype html>")
    assert len(documentation_page().content) * 4 / 3 < 6_000_000


def test_every_script_and_style_on_the_page_is_named_by_its_policy() -> None:
    page = documentation_page()
    policy = page.headers["Content-Security-Policy"]

    pieces = re.findall(r"<(script|style)>(.*?)</\1>", page.content.decode(), re.DOTALL)

    assert [kind for kind, _ in pieces] == ["style", "script", "script"]
    for kind, text in pieces:
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        directive = next(part for part in policy.split("; ") if part.startswith(f"{kind}-src"))
        assert f"'sha256-{digest}'" in directive


def test_the_pages_policy_allows_nothing_inline_by_itself_and_nothing_from_elsewhere() -> None:
    policy = documentation_page().headers["Content-Security-Policy"]

    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    assert "http" not in policy
    assert "*" not in policy


def test_the_page_loads_nothing_from_another_host() -> None:
    page = documentation_page().content.decode()
    outside_scripts = re.sub(r"<(script|style)>.*?</\1>", "", page, flags=re.DOTALL)

    assert re.findall(r'(?:src|href)="([^"]*)"', outside_scripts) == ["data:,", "api-docs/openapi.json"]


def test_a_script_cannot_end_or_nest_its_own_element() -> None:
    assert _embeddable('"<!-- <script></script>"') == r'"\x3c!-- \x3cscript>\x3c/script>"'


def test_the_document_is_answered_as_it_was_generated(invoke: Functions) -> None:
    response = invoke("operations/get_openapi", sample("get_openapi"))

    assert response["statusCode"] == 200
    assert response["headers"]["Content-Type"] == "application/json"
    assert text_of(response) == (ROOT / "functions/operations/get_openapi/openapi.json").read_text()


def test_a_path_that_no_route_has_is_a_problem(invoke: Functions) -> None:
    response = invoke("operations/refuse_operations_path", sample("refuse_operations_path"))

    assert response["statusCode"] == 404
    assert json.loads(response["body"])["type"] == "/problems/not-found"
