"""Child processes: started in a group of their own with a log file, awaited, stopped, found after a crash."""

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from local.errors import LocalError

POLL_S = 0.05
LOG_TAIL_LINES = 15


class Child:
    """One server process. Its output goes to `log`; its id to `<log>.pid` while it lives.

    The child leads a process group of its own, so that Ctrl-C in the terminal reaches only the program that
    started it, which then stops its children in order and lets them save what they hold.
    """

    def __init__(self, name: str, log: Path) -> None:
        self.name = name
        self.log = log
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self, command: Sequence[str], *, environ: Mapping[str, str], folder: Path) -> None:
        """Start `command` with exactly `environ`; one that an earlier, killed run left behind goes first."""
        stop_stray(self._pid_file)
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("wb") as output:
            self._process = subprocess.Popen(
                command,
                env=dict(environ),
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._pid_file.write_text(f"{self._process.pid} {_started_at(self._process.pid)}")

    def wait_until(self, ready: Callable[[], bool], *, seconds: float) -> None:
        """Wait until `ready()`; raise with the end of the log if the process dies or the time is over."""
        deadline = time.monotonic() + seconds
        while not ready():
            if not self.running:
                raise LocalError(f"{self.name} did not start:\n{self.log_tail()}")
            if time.monotonic() > deadline:
                raise LocalError(f"{self.name} was not ready after {seconds:.0f} s: see {self.log}")
            time.sleep(POLL_S)

    def stop(self, *, seconds: float = 20.0) -> None:
        """Ask it to end and wait; after `seconds` it is killed. Stopping twice is fine."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.poll() is None:
            _signal_group(process.pid, signal.SIGTERM)
            try:
                process.wait(seconds)
            except subprocess.TimeoutExpired:
                _signal_group(process.pid, signal.SIGKILL)
                process.wait()
        self._pid_file.unlink(missing_ok=True)

    def kill(self) -> None:
        """End it as a crash would: no chance to save or to say goodbye."""
        process, self._process = self._process, None
        if process is not None:
            _signal_group(process.pid, signal.SIGKILL)
            process.wait()
            self._pid_file.unlink(missing_ok=True)

    def log_tail(self) -> str:
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        return "\n".join(lines[-LOG_TAIL_LINES:])

    @property
    def _pid_file(self) -> Path:
        return self.log.with_suffix(".pid")


def stop_stray(pid_file: Path, *, seconds: float = 5.0) -> None:
    """End the process that `pid_file` names, if it is still the same one: its run was killed before it."""
    if not pid_file.exists():
        return
    words = pid_file.read_text().split()
    pid_file.unlink()
    if len(words) != 2:
        return
    pid = int(words[0])
    if words[1] == "" or _started_at(pid) != words[1]:
        return
    _signal_group(pid, signal.SIGTERM)
    deadline = time.monotonic() + seconds
    while _started_at(pid) == words[1] and time.monotonic() < deadline:
        time.sleep(POLL_S)
    if _started_at(pid) == words[1]:
        _signal_group(pid, signal.SIGKILL)


def _signal_group(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, number)


def _started_at(pid: int) -> str:
    """A word that tells this process from a later one with the same id; empty where there is none.

    `ps` is asked, since /proc is not everywhere; spaces of its date are dropped.
    """
    found = subprocess.run(
        ["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return "".join(found.stdout.split())


def run_together(jobs: Sequence[Callable[[], None]]) -> None:
    """Run the jobs side by side and wait for all; the first failure is raised once all have ended."""
    failures: list[Exception] = []

    def guarded(job: Callable[[], None]) -> None:
        try:
            job()
        except (LocalError, OSError) as error:
            failures.append(error)

    threads = [threading.Thread(target=guarded, args=(job,), name="local-job") for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
