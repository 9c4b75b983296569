"""ES256 as KMS and JOSE each write it: one answers DER, the other wants bare numbers."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from omnilife.core.jws import b64url_encode


def raw_signature(der: bytes) -> bytes:
    """r and s of a DER signature, 32 bytes each (RFC 7518 section 3.4)."""
    from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature  # noqa: PLC0415 (deferred)

    r, s = decode_dss_signature(der)
    return r.to_bytes(32) + s.to_bytes(32)


def public_jwk(der: bytes) -> dict[str, str]:
    """A P-256 public key (DER, SubjectPublicKeyInfo) as a JWK; its id is its thumbprint (RFC 7638).

    Raises:
        ValueError: a key of another kind or curve.
    """
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415 (deferred: see core.lazy)
    from cryptography.hazmat.primitives.serialization import load_der_public_key  # noqa: PLC0415

    key = load_der_public_key(der)
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise ValueError("the signing key is not on P-256")  # noqa: TRY004 (its type is the value here)
    numbers = key.public_numbers()
    members = {
        "crv": "P-256",
        "kty": "EC",
        "x": b64url_encode(numbers.x.to_bytes(32)),
        "y": b64url_encode(numbers.y.to_bytes(32)),
    }
    canonical = json.dumps(members, separators=(",", ":"), sort_keys=True)
    kid = b64url_encode(hashlib.sha256(canonical.encode()).digest())
    return {**members, "kid": kid, "alg": "ES256", "use": "sig"}


def b64url_json(value: Mapping[str, Any]) -> str:
    """JSON without spaces, in base64url: a part of a token."""
    return b64url_encode(json.dumps(value, separators=(",", ":")).encode())
