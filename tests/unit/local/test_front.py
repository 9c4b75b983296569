"""The front routes as CloudFront does."""

import json
from pathlib import Path

import pytest

from local.emulator.front import RouteTable, matches


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("/api/search/*", "/api/search/products", True),
        ("/api/search/*", "/api/search/a/b/c", True),
        ("/api/search/*", "/api/search", False),
        ("/api/images*", "/api/images", True),
        ("/health", "/healthy", False),
        ("/a?c", "/abc", True),
        ("/a?c", "/ac", False),
        ("/a.c", "/abc", False),
        ("/API/*", "/api/x", False),
    ],
)
def test_a_pattern_matches_as_cloudfronts_do(pattern: str, path: str, expected: bool):
    assert matches(pattern, path) is expected


def test_the_first_pattern_that_matches_decides_and_a_rewritten_table_is_read_again(tmp_path: Path):
    file = tmp_path / "routes.json"
    table = RouteTable(file)
    assert not table.deployed
    file.write_text(json.dumps([["/api/marketplace/cart*", "checkout"], ["/api/marketplace/*", "catalogue"]]))
    assert table.api_for("/api/marketplace/cart/add") == "checkout"
    assert table.api_for("/api/marketplace/products") == "catalogue"
    assert table.api_for("/nothing") is None
