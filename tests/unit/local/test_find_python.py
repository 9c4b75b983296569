"""The bootstrap's search for Python 3.13, on a PATH that holds only what each test puts there."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from local.paths import ROOT

pytestmark = pytest.mark.unit

REAL = f'exec "{sys.executable}" "$@"'
BROKEN_SHIM = 'echo "python3.13: command not found" >&2; exit 127'


class Machine:
    """A home and a PATH of a machine that is being set up."""

    def __init__(self, folder: Path) -> None:
        self.bin = folder / "bin"
        self.pyenv = folder / "pyenv"
        self.bin.mkdir()
        for tool in ("sh", "dirname"):
            found = shutil.which(tool)
            assert found is not None
            (self.bin / tool).symlink_to(found)

    def has(self, path: Path, script: str) -> Path:
        """Put a program there that runs `script`."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        return path

    def find(self) -> subprocess.CompletedProcess[str]:
        return subprocess.run(  # noqa: S603
            [self.bin / "sh", ROOT / "local" / "bootstrap.sh", "find-python"],
            env={"PATH": str(self.bin), "HOME": str(self.bin.parent), "PYENV_ROOT": str(self.pyenv)},
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_python3_13_on_the_path_is_taken(machine: Machine) -> None:
    python = machine.has(machine.bin / "python3.13", REAL)
    assert machine.find().stdout.strip() == str(python)


def test_a_python3_that_is_3_13_will_do(machine: Machine) -> None:
    python = machine.has(machine.bin / "python3", REAL)
    assert machine.find().stdout.strip() == str(python)


def test_a_shim_that_does_not_work_gives_way_to_pyenvs_own_version(machine: Machine) -> None:
    machine.has(machine.bin / "python3.13", BROKEN_SHIM)
    python = machine.has(machine.pyenv / "versions" / "3.13.4" / "bin" / "python", REAL)
    assert machine.find().stdout.strip() == str(python)


def test_another_version_under_the_right_name_is_passed_over(machine: Machine) -> None:
    machine.has(machine.bin / "python3.13", "exit 1")
    assert machine.find().returncode == 1


def test_uv_is_asked_last_and_fetches_what_it_lacks(machine: Machine) -> None:
    python = machine.has(machine.bin.parent / "fetched" / "python", REAL)
    fetched = machine.bin.parent / "was-fetched"
    machine.has(
        machine.bin / "uv",
        f'if [ "$2" = install ]; then : >"{fetched}"; exit 0; fi\n[ -e "{fetched}" ] && echo "{python}"',
    )
    assert machine.find().stdout.strip() == str(python)


def test_without_any_one_sentence_says_so(machine: Machine) -> None:
    answer = machine.find()
    assert answer.returncode == 1
    assert answer.stdout == ""
    assert answer.stderr.count("\n") == 1
    assert "Python 3.13 was not found" in answer.stderr


def test_the_tests_themselves_run_on_what_it_looks_for() -> None:
    assert sys.version_info[:2] == (3, 13)
    assert os.access(ROOT / "local" / "bootstrap.sh", os.R_OK)
