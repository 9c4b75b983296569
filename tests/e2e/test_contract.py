"""The deployed API against its own document, by schemathesis: what fits the document, and what does not.

No answer is a 5xx, and none has a status that its route does not document. `make contract` tries all routes,
`CONTRACT=changed make contract` those that differ from `main`; each gets its share of the time.
A cloud of its own: what is tried writes rules, blocks addresses and starts jobs.
"""

from __future__ import annotations

import json
import os
import subprocess
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode

from local.cloud import Cloud, Ports
from local.paths import ROOT, STATE
from tests.e2e.shop import Shop

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.security,
    pytest.mark.skipif("CONTRACT" not in os.environ, reason="`make contract` runs it: it takes minutes"),
]

DOCUMENT = ROOT / "functions" / "operations" / "get_openapi" / "openapi.json"
METHODS = {"get", "put", "post", "delete", "patch"}
EXAMPLES = 12
"""Of each kind for each route."""
SECONDS = 300.0
"""For all routes together, without the start of the cloud."""

type Operations = Mapping[str, Any]


def operations(document: Mapping[str, Any]) -> Operations:
    """`GET /api/…` → its definition."""
    return {
        f"{method.upper()} {path}": definition
        for path, item in document["paths"].items()
        for method, definition in item.items()
        if method in METHODS
    }


def earlier() -> Operations:
    """As they stand on `main`; there, as they stood before the last commit that changed any."""
    for commit in ("main", _before_the_last_change()):
        document = _git("show", f"{commit}:{DOCUMENT.relative_to(ROOT)}")
        if document and json.loads(document) != NOW:
            return operations(json.loads(document))
    return operations(NOW)


def tried() -> list[str]:
    """The routes that CONTRACT asks for: `all`, or those that changed. Without it git is not asked."""
    wanted = os.environ.get("CONTRACT")
    if wanted is None:
        return []
    before = {} if wanted == "all" else earlier()
    return sorted(name for name, definition in operations(NOW).items() if before.get(name) != definition)


def _before_the_last_change() -> str:
    return _git("log", "-1", "--format=%h", "--", str(DOCUMENT)).strip() + "~1"


def _git(*arguments: str) -> str:
    """What git says; nothing where there is no git, or no such commit."""
    try:
        return subprocess.run(  # noqa: S603 (its arguments are this file's own)
            ["git", *arguments],  # noqa: S607 (the git that the checkout was made with)
            cwd=ROOT,
            check=True,
            capture_output=True,
            text=True,
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        return ""


NOW = json.loads(DOCUMENT.read_text())
SCHEMA = schemathesis.openapi.from_dict(NOW)
TRIED = tried()


@pytest.fixture(scope="module")
def tried_shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    with Cloud(tmp_path_factory.mktemp("tried"), Ports.free(), environ={}, built=STATE / "sam") as running:
        running.build()
        running.deploy()
        shop = Shop(running.base_url, running.token)
        shop.await_search()
        yield shop


@pytest.mark.parametrize("name", TRIED)
def test_a_route_answers_anything_as_it_documents(name: str, tried_shop: Shop) -> None:
    until = time.monotonic() + SECONDS / len(TRIED)
    wrong: list[str] = []
    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
        # A caller of its own: a limit that is used up would hide everything else.
        token = tried_shop.token("admin", f"tried-{uuid.uuid4().hex[:8]}")
        wrong += undocumented(name, mode, tried_shop.base_url, token, until=until)
    assert not wrong, "\n".join(wrong[:3])


def undocumented(name: str, mode: GenerationMode, base_url: str, token: str, *, until: float) -> list[str]:
    """Answers to what schemathesis makes of a route, in this mode, that its document does not have."""
    method, path = name.split(" ", 1)
    documented = operations(NOW)[name]["responses"].keys()
    wrong: list[str] = []

    @settings(
        max_examples=EXAMPLES,
        database=None,
        deadline=None,
        # The same trials for the same document, so that a failure can be had again.
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=SCHEMA[path][method].as_strategy(generation_mode=mode))
    def try_it(case: Any) -> None:
        if time.monotonic() > until:
            return
        answer = case.call(base_url=base_url, headers={"authorization": f"Bearer {token}"}, timeout=30)
        if answer.status_code >= 500 or str(answer.status_code) not in documented:
            wrong.append(f"{answer.status_code}: {case.as_curl_command()}\n{answer.text[:500]}")

    with suppress(Unsatisfiable):  # a route without anything to get wrong
        try_it()
    return wrong
