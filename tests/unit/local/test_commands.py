"""`make run` ends as it should: interrupted while it starts, once it is up, and when a step fails."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from local.paths import ROOT

pytestmark = pytest.mark.unit

RUN = """
import sys, threading
from types import SimpleNamespace
from local import commands
from local.console import Console, main_guard
from local.errors import LocalError

class Cloud:
    emulator = SimpleNamespace(url="http://aws")
    base_url = "http://api"

    def __init__(self, *_):
        pass

    def stop(self):
        print("stopped", flush=True)

def bring_up(console, *_):
    with console.step("Wait for the index"):
        if sys.argv[1] == "starting":
            print("ready", flush=True)
            threading.Event().wait(60)
        if sys.argv[1] == "failing":
            raise LocalError("The index did not follow.")

def say(*_):
    print("ready", flush=True)

commands.Cloud, commands._bring_up, commands._say_what_there_is = Cloud, bring_up, say
console = Console()
sys.exit(main_guard(lambda: commands.run(console, catalogue_path=""), console))
"""


def run(stage: str, number: signal.Signals | None) -> tuple[int, str]:
    """The status and the output of a run that gets a signal at this stage."""
    with subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", RUN, stage], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        said = []
        if number is not None:
            while "ready" not in (line := process.stdout.readline()):
                said.append(line)
            process.send_signal(number)
        said.append(process.stdout.read())
        process.wait(30)
    return process.returncode, "".join(said)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_start_says_so_stops_everything_and_is_no_success(number: signal.Signals) -> None:
    status, said = run("starting", number)
    assert status == 130
    assert "✗ Wait for the index" in said
    assert "Interrupted before it was up." in said
    assert said.index("Interrupted") < said.index("stopped")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_run_that_is_up_ends_well_when_it_is_interrupted(number: signal.Signals) -> None:
    status, said = run("up", number)
    assert status == 0
    assert "stopped" in said
    assert "Interrupted" not in said


def test_a_step_that_fails_says_why_and_stops_everything() -> None:
    status, said = run("failing", None)
    assert status == 1
    assert "✗ Wait for the index" in said
    assert "The index did not follow." in said
    assert "stopped" in said


def test_no_module_of_local_can_stand_in_for_one_of_the_standard_library() -> None:
    """Scripts there run by their path, which puts their folder first on Python's path."""
    names = {path.stem for path in Path(ROOT, "local").iterdir() if path.suffix == ".py" or path.is_dir()}
    assert names & sys.stdlib_module_names == set()
