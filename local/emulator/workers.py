"""Lambda workers: how many may live, and what each costs to start."""

import hashlib
import inspect
import os
import shutil
import tempfile
import threading
import time
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from local.emulator.errors import MendError

MOST_WORKERS = 40  # of 50 to 90 MB each
IDLE_S = 600.0


def bounded(runtime: Any, lambdas: Any, *, most: int = MOST_WORKERS, idle_s: float = IDLE_S) -> None:
    """Keep at most about `most` worker processes, and none that has been idle for `idle_s`.

    MiniStack starts one for each concurrent call of each published version, and keeps the first of each for
    ever: a few hundred functions and a few code changes take all memory. The worker that has been idle
    longest makes room; when none is idle, the call gets its worker all the same.
    """
    for name in ("acquire_worker", "reap_idle_workers"):
        if getattr(lambdas, name, None) is not getattr(runtime, name, None):
            raise MendError("bounded workers", f"{name} is not what lambda_svc calls")
    if list(inspect.signature(runtime.acquire_worker).parameters)[:3] != ["func_name", "config", "code_zip"]:
        raise MendError("bounded workers", "acquire_worker takes other arguments")
    acquire = runtime.acquire_worker

    def acquire_within_bound(*args: Any, **kwargs: Any) -> tuple[Any, str]:
        crowd = _idle_workers(runtime, longer_than_s=0.0)
        surplus = _count(runtime) + 1 - most
        if surplus > 0 and crowd:
            _end(runtime, crowd[:surplus])
        leased: tuple[Any, str] = acquire(*args, **kwargs)
        return leased

    def reap(ttl: float | None = None) -> int:
        idle = _idle_workers(runtime, longer_than_s=idle_s if ttl is None else ttl)
        _end(runtime, idle)
        return len(idle)

    lambdas.acquire_worker = acquire_within_bound
    lambdas.reap_idle_workers = reap


def _count(runtime: Any) -> int:
    with runtime._lock:
        return sum(len(pool) for pool in runtime._workers.values())


def _idle_workers(runtime: Any, *, longer_than_s: float) -> list[Any]:
    """Workers without a call, the longest idle first."""
    now = time.time()
    with runtime._lock:
        idle = [
            worker
            for pool in runtime._workers.values()
            for worker in pool
            if not worker.in_use and now - worker.last_used >= longer_than_s
        ]
    return sorted(idle, key=lambda worker: worker.last_used)


def _end(runtime: Any, doomed: list[Any]) -> None:
    """Take those still idle out of their pools, and end them without keeping the caller waiting."""
    ended = []
    with runtime._lock:
        for key, pool in list(runtime._workers.items()):
            going = [worker for worker in pool if worker in doomed and not worker.in_use]
            ended += going
            kept = [worker for worker in pool if worker not in going]
            if kept:
                runtime._workers[key] = kept
            else:
                del runtime._workers[key]
    if ended:
        threading.Thread(target=runtime.kill_workers, args=(ended,), daemon=True).start()


def unpacked_once(runtime: Any) -> None:
    """Unpack each layer and each function's code once, and link it into every worker that uses it.

    MiniStack unpacks all layers for every worker that it starts: 90 MB, 6,000 files a time. Python also
    compiles them afresh each time, since the folder is new. Lambda mounts code and layers read-only: what
    writes into them fails there, so sharing them hides nothing that would work in AWS.
    """
    source = inspect.getsource(runtime.Worker._spawn)
    if source.count("zf.extractall(") != 2 or getattr(runtime, "zipfile", None) is not zipfile:
        raise MendError("unpacked once", "Worker._spawn unpacks in another way")
    store = Path(tempfile.mkdtemp(prefix="omnilife-unpacked-"))
    lock = threading.Lock()

    class SharedZipFile(zipfile.ZipFile):
        def extractall(self, path: Any = None, *args: Any, **kwargs: Any) -> None:
            archive = Path(str(self.filename))
            shared = store / hashlib.sha256(archive.read_bytes()).hexdigest()
            with lock:
                if not shared.exists():
                    partial = shared.with_suffix(".partial")
                    shutil.rmtree(partial, ignore_errors=True)
                    super().extractall(partial, *args, **kwargs)
                    partial.rename(shared)
            # Both callers make the folder just before; a link takes its place.
            os.rmdir(path)
            os.symlink(shared, path, target_is_directory=True)

    # MiniStack asks for LargeFileError, which the module calls LargeZipFile.
    runtime.zipfile = SimpleNamespace(
        ZipFile=SharedZipFile, BadZipFile=zipfile.BadZipFile, LargeFileError=zipfile.LargeZipFile
    )
