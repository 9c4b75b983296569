"""Cart tokens: who shows one may change that anonymous cart, and nobody else.

A token is `<cart id>.<base64url(HMAC-SHA256(secret, purpose ‖ cart id))>`. There is one valid text for a
cart. It holds no secret of anybody's, and ends with its cart.
"""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from omnilife.checkout.problems import BadCartToken
from omnilife.core.config import Settings
from omnilife.core.secrets import secret

_PURPOSE = b"omnilife cart 1\x00"
_MAC_CHARS = 43
_MAX_CHARS = 64 + 1 + _MAC_CHARS


@dataclass(frozen=True, slots=True, kw_only=True)
class CartTokenSettings(Settings):
    cart_secret_arn: str


class CartTokens:
    """Issues and reads tokens under one secret.

    Args:
        key: who knows the secret: requests of signed-in users do not ask for it.
    """

    def __init__(self, key: Callable[[], bytes]) -> None:
        self._key = key

    @classmethod
    def from_environment(cls) -> Self:
        """With the secret named by `CART_SECRET_ARN`."""
        arn = CartTokenSettings.from_environment().cart_secret_arn
        return cls(lambda: secret(arn).encode())

    def issue(self, cart_id: str) -> str:
        """The token of a cart."""
        mac = hmac.digest(self._key(), _PURPOSE + cart_id.encode(), hashlib.sha256)
        return f"{cart_id}.{urlsafe_b64encode(mac).rstrip(b'=').decode()}"

    def read(self, token: str) -> str:
        """The cart that a token is for.

        Raises:
            BadCartToken: not one of ours.
        """
        cart_id, _, _ = token.rpartition(".")
        if not cart_id or len(token) > _MAX_CHARS:
            raise BadCartToken
        if not hmac.compare_digest(token.encode(), self.issue(cart_id).encode()):
            raise BadCartToken
        return cart_id
