"""The decoder's process: started ahead, given one image, and gone.

Decoders are C code that strangers feed. Here they may crash, hang or eat their memory: the process has no
credentials in its environment, limits on memory, time and files, and an answer that is read as JSON and
bytes, never unpickled. A process for each image also means that nothing of one user's image is left for the
next. Starting takes 0.2 s, so the next one is started while the last answer is used.
"""

import atexit
import json
import os
import subprocess
import sys
import threading
from typing import Any

from omnilife.images.caps import MAX_SECONDS
from omnilife.images.processed import Rendered
from omnilife.images.rejections import REASONS, ImageRejected, corrupt

_PASSED_ON = ("PATH", "LD_LIBRARY_PATH", "PYTHONDONTWRITEBYTECODE", "COVERAGE_PROCESS_START")

_lock = threading.Lock()
_spare: "subprocess.Popen[bytes] | None" = None


def render_apart(data: bytes, *, seconds: float = MAX_SECONDS) -> Rendered:
    """`rendering.render`, in a process of its own.

    Raises:
        ImageRejected: the image cannot be rendered; `too-expensive` if it would take too long or too much.
    """
    decoder = _take()
    try:
        answer, _ = decoder.communicate(data, timeout=seconds)
    except subprocess.TimeoutExpired:
        decoder.kill()
        decoder.communicate()
        raise ImageRejected("too-expensive", "The image takes too long to decode.") from None
    finally:
        _prepare()
    return _read(answer)


def close() -> None:
    """End the process that waits for the next image."""
    global _spare
    with _lock:
        spare, _spare = _spare, None
    if spare is not None:
        spare.kill()
        spare.communicate()


def _take() -> "subprocess.Popen[bytes]":
    global _spare
    with _lock:
        spare, _spare = _spare, None
    if spare is not None:
        if spare.poll() is None:
            return spare
        spare.communicate()
    return _start()


def _prepare() -> None:
    global _spare  # noqa: PLW0603 (the process's spare)
    with _lock:
        if _spare is None:
            _spare = _start()


def _start() -> "subprocess.Popen[bytes]":
    environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, sys.path))
    environment["MALLOC_ARENA_MAX"] = "2"  # each thread's own would count as memory that nobody uses
    return subprocess.Popen(
        [sys.executable, "-P", "-s", "-m", "omnilife.images.decoder"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
    )


def _read(answer: bytes) -> Rendered:
    """What the decoder said; of one that died without a word: its image is broken."""
    head, found, rest = answer.partition(b"\n")
    try:
        described: dict[str, Any] = json.loads(head) if found else {}
        if described.get("reason") in REASONS:
            raise ImageRejected(described["reason"], str(described.get("detail", "")))
        data = []
        for length in described.pop("lengths"):
            data.append(rest[:length])
            rest = rest[length:]
        return Rendered.from_parts(described, data)
    except (ValueError, TypeError, KeyError):
        raise corrupt("The image cannot be decoded.") from None


atexit.register(close)
