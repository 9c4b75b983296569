"""Device cookies: how an owner's own device is told from a stranger's, without asking a store.

A device that signed in to an account keeps a token that only we can have made, bound to that account. Its
attempts are counted by themselves, so that strangers who guess cannot lock it out; a stolen one has no more
than its own few attempts. As OWASP describes it:
https://owasp.org/www-community/Slow_Down_Online_Guessing_Attacks_with_Device_Cookies

The token: `1.<nonce>.<epoch seconds until when>.<HMAC-SHA256>`; there is one valid text for each.
"""

import hashlib
import hmac
import re
import secrets
import unicodedata
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field

KEPT_S = 365 * 86_400
MAX_CHARS = 128

_TOKEN = re.compile(r"1\.([A-Za-z0-9_-]{22})\.([1-9][0-9]{0,11})\.[A-Za-z0-9_-]{43}", re.ASCII)
_ACCOUNT_CHARS = 32


@dataclass(frozen=True, slots=True)
class Devices:
    """Names accounts and devices under one secret of at least 16 bytes."""

    secret: bytes = field(repr=False)
    make_nonce: Callable[[], str] = field(default=lambda: secrets.token_urlsafe(16), kw_only=True)

    def __post_init__(self) -> None:
        if len(self.secret) < 16:
            raise ValueError("a device secret has at least 16 bytes")

    def account_key(self, email: str) -> str:
        """What an account is called where attempts are kept: a keyed hash, whether it exists or not."""
        normal = unicodedata.normalize("NFC", email.strip()).casefold()
        return self._mac("account", normal).hex()[:_ACCOUNT_CHARS]

    def issue(self, account_key: str, now: int) -> tuple[str, str]:
        """A new device's nonce and its token, valid for a year from `now` (epoch seconds)."""
        nonce = self.make_nonce()
        return nonce, self._token(account_key, nonce, now + KEPT_S)

    def read(self, account_key: str, token: str | None, now: int) -> str | None:
        """The nonce of a token that is this account's and has not expired; None for any other text."""
        if token is None or len(token) > MAX_CHARS:
            return None
        found = _TOKEN.fullmatch(token)
        if found is None:
            return None
        nonce, until = found[1], int(found[2])
        expected = self._token(account_key, nonce, until)
        return nonce if hmac.compare_digest(expected, token) and now < until else None

    def _token(self, account_key: str, nonce: str, until: int) -> str:
        mac = urlsafe_b64encode(self._mac("device", account_key, nonce, str(until))).rstrip(b"=").decode()
        return f"1.{nonce}.{until}.{mac}"

    def _mac(self, purpose: str, *fields: str) -> bytes:
        # The lengths keep a byte from moving from one field to the next.
        parts = [each.encode() for each in ("omnilife login", purpose, *fields)]
        message = b"".join(len(part).to_bytes(8) + part for part in parts)
        return hmac.digest(self.secret, message, hashlib.sha256)
