"""Development tokens: signed by the deployed KMS key, believed because its public half is in the trust table.

Identity will do both in production; no product code knows of this module.
"""

import base64
import hashlib
import json
import time
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import load_der_public_key

from local.errors import LocalError
from local.stack import Stack

ROLES = ("customer", "merchant", "admin")
LIFETIME_S = 12 * 3600
"""Longer than production's ten minutes: nobody refreshes a development token."""


class Minter:
    """Signs tokens for one deployed stack."""

    def __init__(self, client: Callable[[str], Any], stack: Stack) -> None:
        self._kms = client("kms")
        self._key = stack.outputs["SigningKeyArn"]
        self._issuer = stack.parameters["TokenIssuer"]
        self._audience = stack.parameters["TokenAudience"]
        self._kid = self._publish(client("dynamodb"), stack.outputs["TrustTableName"])

    def mint(self, role: str, subject: str) -> str:
        """A token of `subject` with `role`.

        Raises:
            LocalError: there is no such role.
        """
        if role not in ROLES:
            raise LocalError(f"ROLE is one of {', '.join(ROLES)}.")
        now = int(time.time())
        claims = {
            "iss": self._issuer,
            "aud": self._audience,
            "sub": subject,
            "jti": uuid.uuid4().hex,
            "sid": f"development-{subject}",
            "fam": f"development-{subject}",
            "iat": now,
            "nbf": now,
            "exp": now + LIFETIME_S,
            "roles": [role],
        }
        header = {"alg": "ES256", "typ": "at+jwt", "kid": self._kid}
        signed = f"{_encode_json(header)}.{_encode_json(claims)}"
        der = self._kms.sign(
            KeyId=self._key, Message=signed.encode(), MessageType="RAW", SigningAlgorithm="ECDSA_SHA_256"
        )["Signature"]
        return f"{signed}.{_encode(raw_signature(der))}"

    def _publish(self, dynamodb: Any, table: str) -> str:
        jwk = public_jwk(self._kms.get_public_key(KeyId=self._key)["PublicKey"])
        item = {"pk": "KEYS", "sk": jwk["kid"], "jwk": json.dumps(jwk), "state": "signing"}
        dynamodb.put_item(TableName=table, Item={name: {"S": value} for name, value in item.items()})
        return jwk["kid"]


def raw_signature(der: bytes) -> bytes:
    """KMS answers DER; JWS wants r and s, 32 bytes each (RFC 7518 section 3.4)."""
    r, s = decode_dss_signature(der)
    return r.to_bytes(32) + s.to_bytes(32)


def public_jwk(der: bytes) -> dict[str, str]:
    """A P-256 public key as a JWK; its id is its thumbprint (RFC 7638)."""
    key = load_der_public_key(der)
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise LocalError("The signing key is not on an elliptic curve.")
    numbers = key.public_numbers()
    members = {
        "crv": "P-256",
        "kty": "EC",
        "x": _encode(numbers.x.to_bytes(32)),
        "y": _encode(numbers.y.to_bytes(32)),
    }
    canonical = json.dumps(members, separators=(",", ":"), sort_keys=True)
    kid = _encode(hashlib.sha256(canonical.encode()).digest())
    return {**members, "kid": kid, "alg": "ES256", "use": "sig"}


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _encode_json(value: Mapping[str, Any]) -> str:
    return _encode(json.dumps(value, separators=(",", ":")).encode())
