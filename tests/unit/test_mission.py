"""docs/mission.md says what exists: no less and no more than the handlers declare."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.unit


def test_the_built_routes_of_the_mission_are_those_of_the_handlers() -> None:
    rows = re.findall(
        r"^\| ((?:GET|POST|PUT|PATCH|DELETE) \S+) \|.*\| built: `(\w+)` \|$",
        (ROOT / "docs/mission.md").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    built = {(route, function) for route, function in rows}

    declared = set()
    for app in (ROOT / "functions").glob("*/*/app.py"):
        for method, path in re.findall(r'endpoint\(\s*"(\w+)",\s*"([^"]+)"', app.read_text(encoding="utf-8")):
            declared.add((f"{method} {path}", app.parent.name))

    assert built == declared
