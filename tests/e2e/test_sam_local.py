"""The functions in Lambda's own containers, by `sam local start-api`, against the embedded cloud."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest

from local.cloud import Cloud, Ports
from local.paths import ROOT
from local.ports import EVERY, free_port
from local.processes import Child

pytestmark = pytest.mark.docker

FIRST_ANSWER_S = 300.0
"""The first call makes an image with the layers in it."""
CALL_S = 60.0


def docker_answers() -> bool:
    docker = shutil.which("docker")
    if docker is None:
        return False
    return subprocess.run([docker, "info"], capture_output=True, check=False, timeout=30).returncode == 0  # noqa: S603


@pytest.fixture(scope="module")
def containers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The base URL of all domains in containers."""
    if not docker_answers():
        pytest.skip("no Docker engine answers")
    folder, port = tmp_path_factory.mktemp("cloud"), free_port()
    with Cloud(folder, replace(Ports.free(), bind=EVERY), environ={}) as cloud:
        cloud.build()
        cloud.deploy()
        serving = Child("sam local", folder / "sam-local.log")
        serving.start(
            [sys.executable, "-m", "local", "containers", "--port", str(port)],
            environ={**os.environ, **cloud.environment()},
            folder=ROOT,
        )
        try:
            url = f"http://127.0.0.1:{port}"
            serving.wait_until(lambda: answers(url), seconds=FIRST_ANSWER_S)
            yield url
        finally:
            serving.stop()


def answers(url: str) -> bool:
    with contextlib.suppress(httpx.HTTPError):
        return httpx.get(f"{url}/health", timeout=CALL_S).status_code == 200
    return False


def test_a_function_without_engines_answers(containers: str) -> None:
    assert httpx.get(f"{containers}/health", timeout=CALL_S).json()["status"] == "up"


def test_functions_reach_the_deployed_tables_and_the_engines(containers: str) -> None:
    listed = httpx.get(f"{containers}/api/marketplace/products", timeout=CALL_S)
    assert (listed.status_code, listed.json()["items"]) == (200, [])
    searched = httpx.get(f"{containers}/api/search/products", timeout=CALL_S)
    assert (searched.status_code, searched.json()["total"]) == (200, 0)
