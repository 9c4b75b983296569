"""Cursors: where a list goes on, as a text that only we can have made.

A cursor is `base64url(HMAC-SHA256 ‖ payload)`, without padding. The signature covers what the cursor is bound
to (the route and the query's own parameters), so that a cursor of one query is no cursor of another. There is
one valid text for a cursor: a changed bit, added padding or another encoding of the same bytes are refused.
The payload is signed, not secret.
"""

import binascii
import hashlib
import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self

from omnilife.core.config import Settings
from omnilife.core.errors import BadRequest, FieldError
from omnilife.core.secrets import secret

MAX_CHARS = 3000
_MAC_BYTES = 32
_PURPOSE = b"omnilife cursor 1"


class BadCursor(BadRequest):
    """A cursor that was not made here, was changed, or belongs to another query."""

    slug = "bad-cursor"
    title = "Bad cursor"

    def __init__(self) -> None:
        super().__init__(
            "This cursor does not belong to this query. Start again without one.",
            errors=[FieldError("/query/cursor", "not a cursor of this query")],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CursorSettings(Settings):
    cursor_secret_arn: str


class CursorCodec:
    """Issues and reads cursors under one secret of at least 16 bytes.

    Args:
        key: the secret, or who knows it: most requests neither bring nor need a cursor, and do not ask.
    """

    def __init__(self, key: bytes | Callable[[], bytes]) -> None:
        self._key = key

    @classmethod
    def from_environment(cls) -> Self:
        """With the secret named by `CURSOR_SECRET_ARN`."""
        arn = CursorSettings.from_environment().cursor_secret_arn
        return cls(lambda: secret(arn).encode())

    def issue(self, payload: Any, *, bound_to: str) -> str:
        """A cursor that carries `payload` (anything that JSON can say) and is valid for `bound_to` only.

        Raises:
            ValueError: not JSON, or the cursor would be longer than 3,000 characters.
        """
        body = json.dumps(payload, separators=(",", ":"), allow_nan=False, ensure_ascii=False).encode()
        token = urlsafe_b64encode(self._mac(body, bound_to) + body).rstrip(b"=").decode()
        if len(token) > MAX_CHARS:
            raise ValueError(f"a cursor of {len(token)} characters; {MAX_CHARS} is the limit")
        return token

    def read(self, token: str, *, bound_to: str) -> Any:
        """The payload of a cursor that was issued for `bound_to`.

        Raises:
            BadCursor: anything else.
        """
        blob = _decode(token)
        mac, body = blob[:_MAC_BYTES], blob[_MAC_BYTES:]
        if not hmac.compare_digest(mac, self._mac(body, bound_to)):
            raise BadCursor
        return json.loads(body)

    def _mac(self, body: bytes, bound_to: str) -> bytes:
        # The lengths keep a byte from moving from one field to the next.
        fields = (_PURPOSE, bound_to.encode(), body)
        message = b"".join(len(each).to_bytes(8) + each for each in fields)
        key = self._key if isinstance(self._key, bytes) else self._key()
        if len(key) < 16:
            raise ValueError("a cursor secret has at least 16 bytes")
        return hmac.digest(key, message, hashlib.sha256)


def _decode(token: str) -> bytes:
    """The bytes of canonical base64url without padding."""
    if len(token) > MAX_CHARS:
        raise BadCursor
    try:
        text = token.encode("ascii")
        blob = urlsafe_b64decode(text + b"=" * (-len(text) % 4))
    except (UnicodeEncodeError, binascii.Error):
        raise BadCursor from None
    # Python's decoder skips foreign characters and ignores bits beyond the last byte.
    if urlsafe_b64encode(blob).rstrip(b"=") != text:
        raise BadCursor
    return blob
