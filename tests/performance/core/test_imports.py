"""What a module of core costs at a cold start: none loads a heavy library before it is used."""

import subprocess
import sys
from pathlib import Path

import pytest

import omnilife.core

MODULES = sorted(path.stem for path in Path(omnilife.core.__path__[0]).glob("[a-z]*.py"))
HEAVY = {"boto3", "botocore.session", "botocore.client", "valkey", "redis", "jwt", "urllib3"}

SCRIPT = "import sys, importlib; importlib.import_module(sys.argv[1]); print(*sys.modules)"


def loaded_by(module: str) -> list[str]:
    """All modules that a fresh interpreter has loaded after importing this one of core's."""
    return subprocess.run(  # noqa: S603 (our own interpreter)
        [sys.executable, "-c", SCRIPT, f"omnilife.core.{module}"],
        env={"PYTHONPATH": str(Path(omnilife.core.__path__[0]).parents[1])},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()


@pytest.mark.parametrize("module", MODULES)
def test_importing_a_module_loads_no_library_that_only_some_of_its_users_need(module):
    assert HEAVY.isdisjoint(loaded_by(module))


@pytest.mark.parametrize(
    "module", ["table", "conditions", "transactions", "retries", "limits", "idempotency"]
)
def test_the_table_and_what_builds_on_it_do_without_powertools(module):
    assert "aws_lambda_powertools" not in loaded_by(module)
