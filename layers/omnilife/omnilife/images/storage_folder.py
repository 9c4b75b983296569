"""Variants in a folder of the local file system, for a server of one's own in front of it."""

import hashlib
import hmac
from collections.abc import Iterable
from pathlib import Path

from omnilife.core.clock import Clock, epoch_seconds, system_clock
from omnilife.images.storage import PUBLIC, SIGNED_FOR_S


class FolderStorage:
    """Files below a folder, named by their keys.

    The server in front serves what is under `media/` to everybody, and of the rest what `permits` lets pass.

    Args:
        base_url: of that server.
        secret: signs addresses of private files; at least 16 bytes.
    """

    def __init__(self, folder: Path, base_url: str, *, secret: bytes, clock: Clock = system_clock) -> None:
        if len(secret) < 16:
            raise ValueError("the secret has less than 16 bytes")
        self._folder = folder.resolve()
        self._base_url = base_url.rstrip("/")
        self._secret = secret
        self._clock = clock

    def put(self, key: str, data: bytes, content_type: str) -> None:  # noqa: ARG002 (the name's ending says it)
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        # Readers see the whole file or none.
        beside = path.with_name(f".{path.name}.new")
        beside.write_bytes(data)
        beside.replace(path)

    def remove(self, keys: Iterable[str]) -> None:
        for key in keys:
            path = self._path(key)
            path.unlink(missing_ok=True)
            for folder in path.parents:
                if folder == self._folder or not folder.is_dir() or any(folder.iterdir()):
                    break
                folder.rmdir()

    def url(self, key: str) -> str:
        address = f"{self._base_url}/{key}"
        if key.startswith(PUBLIC):
            return address
        expires = epoch_seconds(self._clock.now()) + SIGNED_FOR_S
        return f"{address}?expires={expires}&signature={self._sign(key, expires)}"

    def permits(self, key: str, expires: int, signature: str) -> bool:
        """Whether an address of a private file was made here and has not expired."""
        return hmac.compare_digest(signature, self._sign(key, expires)) and expires > epoch_seconds(
            self._clock.now()
        )

    def _sign(self, key: str, expires: int) -> str:
        return hmac.new(self._secret, f"{expires} {key}".encode(), hashlib.sha256).hexdigest()

    def _path(self, key: str) -> Path:
        path = (self._folder / key).resolve()
        if not path.is_relative_to(self._folder) or path == self._folder:
            raise ValueError("the key leads out of the folder")
        return path
