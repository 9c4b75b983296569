"""Secrets, read from Secrets Manager and held in the process for five minutes."""

import threading
import time
from collections.abc import Callable
from typing import Any

from omnilife.core import aws

HELD_S = 300


class SecretReader:
    """Reads secrets, each at most once in `HELD_S` seconds.

    While Secrets Manager does not answer, a secret that is known stays in use: a request should not fail
    over a value that has almost certainly not changed.
    """

    def __init__(self, client: Any = None, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._monotonic = monotonic
        self._held: dict[str, tuple[float, str]] = {}
        self._lock = threading.Lock()

    def read(self, secret_id: str) -> str:
        """The secret's text; `secret_id` is its ARN or name."""
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 (deferred: see core.lazy)

        with self._lock:
            until, text = self._held.get(secret_id, (0.0, ""))
            if text and self._monotonic() < until:
                return text
            client = self._client or aws.client("secretsmanager")
            try:
                text = client.get_secret_value(SecretId=secret_id)["SecretString"]
            except (BotoCoreError, ClientError):
                if not text:
                    raise
            self._held[secret_id] = (self._monotonic() + HELD_S, text)
            return text

    def forget(self) -> None:
        """Read everything anew at its next use."""
        with self._lock:
            self._held.clear()


_reader = SecretReader()


def secret(secret_id: str) -> str:
    """The text of a secret by ARN or name, at most five minutes old (older while it cannot be read)."""
    return _reader.read(secret_id)


def reset() -> None:
    """Forget all secrets: for tests."""
    _reader.forget()
