"""What `make run` prints: a line a step with its time, and a bar where something counts.

On a terminal the running step is redrawn in place; elsewhere (a file, CI) each step is one plain line once it
has ended. Colour follows https://no-color.org: never where NO_COLOR is set or the output is no terminal.
"""

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Protocol, TextIO

from local.errors import LocalError

BAR_WIDTH = 24
REDRAW_S = 0.1


class Progress(Protocol):
    """Told how far a step is: `done` of `total`, in units of `what`."""

    def __call__(self, done: int, total: int, what: str = "") -> None: ...


def silent(done: int, total: int, what: str = "") -> None:
    """A Progress that shows nothing."""


class Console:
    """Writes steps to `stream`; safe to use from several threads (one step is drawn at a time)."""

    def __init__(
        self,
        stream: TextIO | None = None,
        environ: Mapping[str, str] = os.environ,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.stream = stream or sys.stdout
        self.terminal = self.stream.isatty() and environ.get("TERM") != "dumb"
        self.coloured = self.terminal and not environ.get("NO_COLOR")
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._drawn_at = float("-inf")

    def line(self, text: str = "") -> None:
        """Print one line of its own."""
        with self._lock:
            self._write(f"{text}\n")

    def strong(self, text: str) -> str:
        """`text` in bold, where there is colour."""
        return self._paint("1", text)

    @contextmanager
    def step(self, title: str) -> Iterator[Progress]:
        """Show a step while it runs and its time when it has ended; yields what draws its bar."""
        started = self._monotonic()
        counted = ""
        if self.terminal:
            with self._lock:
                self._redraw(f"  {title} …")

        def progress(done: int, total: int, what: str = "") -> None:
            nonlocal counted
            counted = f" ({done:,} {what})".replace(" )", ")") if done == total else ""
            now = self._monotonic()
            if self.terminal and (now - self._drawn_at >= REDRAW_S or done == total):
                with self._lock:
                    self._drawn_at = now
                    self._redraw(f"  {title} {bar(done, total)} {done:,}/{total:,} {what}".rstrip())

        try:
            yield progress
        except BaseException:
            self._finish(self._paint("31", "✗"), f"{title}", started)
            raise
        self._finish(self._paint("32", "✓"), f"{title}{counted}", started)

    def _finish(self, mark: str, text: str, started: float) -> None:
        elapsed = self._monotonic() - started
        with self._lock:
            clear = "\r\x1b[K" if self.terminal else ""
            self._write(f"{clear}{mark} {text:<52} {elapsed:6.1f} s\n")

    def _redraw(self, text: str) -> None:
        self._write(f"\r\x1b[K{text}")

    def _paint(self, code: str, text: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.coloured else text

    def _write(self, text: str) -> None:
        self.stream.write(text)
        self.stream.flush()


def bar(done: int, total: int) -> str:
    """A bar of fixed width: `━━━━━━      `."""
    filled = BAR_WIDTH if total <= 0 else min(BAR_WIDTH, BAR_WIDTH * done // total)
    return "━" * filled + " " * (BAR_WIDTH - filled)


def main_guard(run: Callable[[], int], console: Console) -> int:
    """Run a command; a LocalError becomes one sentence and exit status 1, Ctrl-C a quiet 130."""
    try:
        return run()
    except LocalError as error:
        console.line(str(error))
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # `make logs | head`: who read has read enough
        return 0
