"""README's tour, word for word: every command of its shell blocks runs, and says what README says it says."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from local.cloud import Cloud

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).parents[2]


def tour() -> str:
    """The shell blocks of README's section «A tour», in order, as one script."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    section = re.split(r"^## ", readme.split("## A tour", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]
    return "\n".join(re.findall(r"^```sh\n(.*?)^```", section, re.DOTALL | re.MULTILINE))


def promises() -> list[str]:
    """What README says the tour prints: each `→` in its comments."""
    return re.findall(r"# → (.+)$", tour(), re.MULTILINE)


def test_the_tour_runs_and_prints_what_it_promises(cloud: Cloud) -> None:
    script = tour()
    assert script.count("curl") >= 8

    try:
        ran = subprocess.run(  # noqa: S603
            ["/bin/bash", "-euo", "pipefail", "-c", script],
            cwd=ROOT,
            env=os.environ | cloud.environment(),
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        printed = (late.stdout or b"").decode(errors="replace")
        pytest.fail(f"the tour waits for something that does not come, after it printed:\n{printed[-3000:]}")

    assert ran.returncode == 0, ran.stderr
    position = 0
    for promise in promises():
        position = ran.stdout.find(promise, position)
        assert position >= 0, f"the tour did not print {promise!r} in its place:\n{ran.stdout}"
