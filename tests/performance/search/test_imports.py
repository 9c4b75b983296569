"""What search's functions load: counted in modules, since times are another machine's."""

import subprocess
import sys

import pytest

from tests.support.templates import ROOT

LOAD = """
import sys
from tests.support.functions import load_function
load_function(sys.argv[1])
print(*sys.modules)
"""


@pytest.mark.parametrize("function", ["search_products", "index_changes", "refuse_search_path"])
def test_a_function_loads_no_client_before_it_is_asked_anything(function: str) -> None:
    loaded = subprocess.run(  # noqa: S603
        [sys.executable, "-c", LOAD, f"search/{function}"],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env={"PYTHONPATH": f"{ROOT}:{ROOT / 'layers' / 'omnilife'}", "POWERTOOLS_SERVICE_NAME": "search"},
    )
    clients = {"urllib3", "boto3", "botocore.client", "valkey", "redis", "jwt"}
    assert not clients & set(loaded.stdout.split())
