"""Refresh tokens' texts: made, hashed, and sealed for who holds the one before."""

import hashlib
import hmac
import os
import re

from omnilife.core.jws import b64url_encode

PREFIX = "olr_"
_TEXT = re.compile(r"olr_[A-Za-z0-9_-]{43}")
_NONCE_BYTES = 12


def new_refresh_token() -> str:
    """256 random bits, from the kernel: a process restored from a snapshot repeats nothing."""
    return PREFIX + b64url_encode(os.urandom(32))


def is_refresh_token(text: str) -> bool:
    """Whether it has the form of one."""
    return bool(_TEXT.fullmatch(text))


def refresh_hash(text: str) -> str:
    """Under what it is kept. 256 random bits need no salt and no slowness."""
    return hashlib.sha256(text.encode()).hexdigest()


def seal(successor: str, *, under: str) -> bytes:
    """`successor`, readable only with the token before it (AES-256-GCM; the key is derived from that)."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 (deferred: see core.lazy)

    nonce = os.urandom(_NONCE_BYTES)
    return nonce + AESGCM(_key(under)).encrypt(nonce, successor.encode(), None)


def unseal(sealed: bytes, *, under: str) -> str:
    """What `seal` sealed under the same token.

    Raises:
        cryptography.exceptions.InvalidTag: it was sealed under another one.
    """
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 (deferred: see core.lazy)

    return AESGCM(_key(under)).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], None).decode()


def _key(token: str) -> bytes:
    return hmac.digest(token.encode(), b"omnilife refresh successor", "sha256")
