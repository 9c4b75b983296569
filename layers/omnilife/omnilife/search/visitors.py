"""Visitors, by pseudonyms that nobody can turn back.

A pseudonym is an HMAC under a secret of the deployment: of the id that a client made for itself
(`X-Visitor-Id`), or else of its address, user agent and the day. So what is stored holds no text of the
client's choosing, names nobody, cannot be joined with what the client keeps, and without an id it is another
one each day.
"""

import hashlib
import hmac
import re
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from datetime import datetime
from typing import Self

from omnilife.core.cursors import CursorSettings
from omnilife.core.secrets import secret

HEADER = "x-visitor-id"

_PURPOSE = b"omnilife visitor 1"
_BYTES = 12  # 96 bits: no two of a billion visitors share one
_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


class Pseudonyms:
    """Makes pseudonyms under one secret."""

    def __init__(self, key: bytes) -> None:
        # The secret signs cursors too; under a key of its own no text is good for both.
        self._key = hmac.digest(key, _PURPOSE, hashlib.sha256)

    @classmethod
    def from_environment(cls) -> Self:
        """With the secret named by `CURSOR_SECRET_ARN`."""
        return cls(secret(CursorSettings.from_environment().cursor_secret_arn).encode())

    def visitor(self, headers: Mapping[str, str], address: str, now: datetime) -> str:
        """Who sends a request: `headers` by lower-case names, and the client's address."""
        given = headers.get(HEADER, "")
        if _ID.fullmatch(given):
            return self.of("id", given)
        return self.of("address", address, headers.get("user-agent", ""), now.date().isoformat())

    def of(self, *fields: str) -> str:
        """The pseudonym of `fields`, 16 characters."""
        # The lengths keep a byte from moving from one field to the next.
        message = b"".join(len(each.encode()).to_bytes(8) + each.encode() for each in fields)
        return urlsafe_b64encode(hmac.digest(self._key, message, hashlib.sha256)[:_BYTES]).decode()
