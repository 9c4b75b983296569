"""Child processes, real ones of the shortest kind."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from local.errors import LocalError
from local.processes import Child, stop_stray

pytestmark = pytest.mark.unit

WAITS = "import sys; print('ready', flush=True); sys.stdin.close(); import signal; signal.pause()"
FAILS = "import sys; sys.exit('no room left')"


def started(folder: Path, script: str) -> Child:
    child = Child("The engine", folder / "engine.log")
    child.start([sys.executable, "-c", script], environ=os.environ, folder=folder)
    return child


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def pid_of(folder: Path) -> int:
    return int((folder / "engine.pid").read_text().split()[0])


def test_a_child_is_waited_for_and_stopped(tmp_path: Path) -> None:
    child = started(tmp_path, WAITS)
    child.wait_until(lambda: "ready" in child.log_tail(), seconds=20)
    pid = pid_of(tmp_path)
    assert child.running

    child.stop()

    assert not child.running
    assert not alive(pid)
    assert not (tmp_path / "engine.pid").exists()


def test_a_child_that_dies_at_once_is_told_with_the_end_of_its_log(tmp_path: Path) -> None:
    child = started(tmp_path, FAILS)
    with pytest.raises(LocalError, match="no room left"):
        child.wait_until(lambda: False, seconds=20)


def test_a_killed_child_is_gone_at_once(tmp_path: Path) -> None:
    child = started(tmp_path, WAITS)
    pid = pid_of(tmp_path)
    child.kill()
    assert not alive(pid)


def test_stopping_twice_is_fine(tmp_path: Path) -> None:
    child = started(tmp_path, WAITS)
    child.stop()
    child.stop()
    assert not child.running


def test_what_a_killed_run_left_behind_is_ended_before_the_next_start(tmp_path: Path) -> None:
    child = started(tmp_path, WAITS)
    left_behind = pid_of(tmp_path)

    # As another run would: it knows only the file.
    again = started(tmp_path, WAITS)

    child.stop()  # collects the ended one, which this process started
    assert not alive(left_behind)
    again.stop()


def test_another_program_that_got_the_same_process_id_is_left_alone(tmp_path: Path) -> None:
    waiting = [sys.executable, "-c", WAITS]
    with subprocess.Popen(waiting, start_new_session=True, stdin=subprocess.PIPE) as other:  # noqa: S603
        try:
            pid_file = tmp_path / "engine.pid"
            pid_file.write_text(f"{other.pid} anotherstart")
            stop_stray(pid_file)
            assert other.poll() is None
        finally:
            os.killpg(other.pid, signal.SIGKILL)
