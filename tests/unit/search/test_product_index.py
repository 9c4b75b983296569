"""Writing documents, where the engine takes some and not others: only a fake engine does that on demand."""

import json
from typing import Any

import pytest

from omnilife.core.cache import Breaker
from omnilife.search.engine import Engine, EngineRefused
from omnilife.search.product_index import ProductIndex, Version
from omnilife.search.transport import Refused

MISSING = {"type": "index_not_found_exception", "reason": "[products] is not an alias"}
VERSIONS = [Version(f"p{n}", n, {"product_id": f"p{n}", "status": "draft"}) for n in (1, 2, 3)]


class Bulk:
    """A transport whose bulk requests end as given: a status for each document, one list a request."""

    def __init__(self, *results: list[int], create: Exception | None = None) -> None:
        self._results = list(results)
        self._create = create
        self.requests: list[tuple[str, str]] = []
        self.lines: list[Any] = []

    def perform_request(self, method: str, path: str, *, body: bytes, **_: Any) -> Any:
        self.requests.append((method, path))
        if method == "PUT":
            if self._create:
                raise self._create
            return {"acknowledged": True}
        self.lines = [json.loads(line) for line in body.splitlines()]
        ids = [line["index"]["_id"] for line in self.lines[::2]]
        items = [
            {"_id": each, "status": status} | ({"error": MISSING} if status == 404 else {})
            for each, status in zip(ids, self._results.pop(0), strict=True)
        ]
        return {"items": [{"index": item} for item in items]}


def index(transport: Bulk) -> ProductIndex:
    return ProductIndex(Engine(transport, Breaker()), "products")


def test_documents_are_written_whole_and_by_external_version() -> None:
    transport = Bulk([201, 200, 201])
    assert index(transport).put(VERSIONS) == set()
    assert transport.requests == [("POST", "/products/_bulk")]
    assert transport.lines[:2] == [
        {"index": {"_id": "p1", "version": 1, "version_type": "external"}},
        {"product_id": "p1", "status": "draft"},
    ]


def test_a_document_that_the_index_holds_in_a_later_state_counts_as_written() -> None:
    assert index(Bulk([409, 201, 409])).put(VERSIONS) == set()


@pytest.mark.parametrize("status", [400, 429, 500, 503])
def test_a_document_that_was_not_taken_fails_alone(status: int) -> None:
    assert index(Bulk([201, status, 409])).put(VERSIONS) == {"p2"}


def test_the_first_write_creates_the_index_and_is_repeated() -> None:
    transport = Bulk([404, 404, 404], [201, 201, 201])
    assert index(transport).put(VERSIONS) == set()
    assert transport.requests == [
        ("POST", "/products/_bulk"),
        ("PUT", "/products-00000000000000"),
        ("POST", "/products/_bulk"),
    ]


def test_an_index_that_another_consumer_has_just_created_is_used() -> None:
    exists = Refused(400, "resource_already_exists_exception")
    assert index(Bulk([404, 404, 404], [201, 201, 201], create=exists)).put(VERSIONS) == set()


def test_an_index_that_cannot_be_created_is_told() -> None:
    invalid = Refused(400, "mapper_parsing_exception")
    with pytest.raises(EngineRefused):
        index(Bulk([404, 404, 404], create=invalid)).put(VERSIONS)


def test_an_alias_that_is_still_missing_after_that_fails_every_document() -> None:
    assert index(Bulk([404, 404, 404], [404, 404, 404])).put(VERSIONS) == {"p1", "p2", "p3"}
