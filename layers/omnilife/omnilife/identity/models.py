"""What identity's routes take and answer."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

KEYS_FRESH_S = 300
"""How long a client may keep the public keys before it asks again; rotation waits longer than that."""


class PublicKey(BaseModel):
    """A public key on P-256 (RFC 7517, RFC 7518 section 6.2.1). `kid` is its thumbprint (RFC 7638)."""

    model_config = ConfigDict(extra="ignore")

    kid: str
    kty: Literal["EC"]
    crv: Literal["P-256"]
    x: str
    y: str
    alg: Literal["ES256"]
    use: Literal["sig"]


class KeySet(BaseModel):
    """A JWK set (RFC 7517 section 5)."""

    keys: list[PublicKey]
