"""Tool environments: programs that must not share the project's own packages, each in a Python of its own.

aws-sam-cli pins its libraries, and MiniStack runs the Lambda functions under its own interpreter, which may
see nothing but MiniStack. Each environment is made once from its lock file, in the user's cache folder under
the lock's key, and is shared by all checkouts.
"""

import fcntl
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from local.errors import LocalError
from local.paths import REQUIREMENTS, cache_folder, lock_key


class Tool:
    """The environment of local/requirements/<name>.txt."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.lock = REQUIREMENTS / f"{name}.txt"
        self.folder = cache_folder() / "tools" / f"{name}-{lock_key(self.lock)}"

    @property
    def bin(self) -> Path:
        return self.folder / "bin"

    @property
    def python(self) -> Path:
        return self.bin / "python"

    @property
    def ready(self) -> bool:
        return self._stamp.exists()

    def ensure(self) -> "Tool":
        """Make the environment unless it is there; raises LocalError when its packages cannot be had."""
        if not self.ready:
            with exclusive(self.folder):
                if not self.ready:
                    self._make()
        return self

    def _make(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        # With pip: `sam build` calls the pip of the first python3.13 on PATH, which is this one for sam.
        venv.create(self.folder, with_pip=True, symlinks=True)
        # uv is in the project's own environment, from its lock; it is found beside the Python that runs this.
        uv = Path(sys.executable).parent / "uv"
        command: list[str | Path] = [
            uv,
            "pip",
            "install",
            "--quiet",
            "--require-hashes",
            "--python",
            self.python,
            "-r",
            self.lock,
        ]
        made = subprocess.run(command, capture_output=True, text=True, check=False)
        if made.returncode:
            raise LocalError(
                f"The packages of {self.name} could not be installed (is there a network?):\n{made.stderr}"
            )
        self._stamp.touch()

    @property
    def _stamp(self) -> Path:
        return self.folder / "complete"


@contextmanager
def exclusive(folder: Path) -> Iterator[None]:
    """Hold `folder` for this process: another checkout that wants to fill it waits."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with Path(f"{folder}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def clean_environment(**variables: str) -> dict[str, str]:
    """What a tool is given: what any program needs, how to reach package registries, and `variables`.

    Nothing else of the caller's environment gets in, above all no AWS account and no Python settings.
    """
    kept = ("HOME", "PATH", "TMPDIR", "LANG", "LC_ALL", "TZ", "XDG_CACHE_HOME")
    passed = {name: os.environ[name] for name in kept if name in os.environ}
    network = {
        name: value
        for name, value in os.environ.items()
        if name.startswith(("PIP_", "UV_", "SSL_CERT_")) or name.upper().endswith(("_PROXY", "_CA_BUNDLE"))
    }
    return {**passed, **network, **variables}
