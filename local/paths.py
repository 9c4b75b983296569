"""Where things are: the checkout, this checkout's state, and the cache that all checkouts of a user share."""

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STATE = ROOT / ".local"
REQUIREMENTS = ROOT / "local" / "requirements"


def cache_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """The user's folder for downloads: tool environments and jars, each under a key of its lock file."""
    base = environ.get("XDG_CACHE_HOME") or str(Path(environ.get("HOME", "~")).expanduser() / ".cache")
    return Path(base) / "omnilife"


def lock_key(*locks: Path) -> str:
    """Twelve hex digits that change with any of the lock files."""
    digest = hashlib.sha256()
    for lock in locks:
        digest.update(hashlib.sha256(lock.read_bytes()).digest())
    return digest.hexdigest()[:12]
