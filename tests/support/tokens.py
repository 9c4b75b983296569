"""Access tokens and the key that signs them, as identity will make them."""

import time
import uuid
from dataclasses import dataclass
from typing import Any, Self

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

LIFETIME_S = 900


@dataclass(frozen=True, slots=True)
class SigningKey:
    """An ES256 key pair under its key id."""

    kid: str
    private: ec.EllipticCurvePrivateKey

    @classmethod
    def generate(cls, kid: str = "key-1") -> Self:
        return cls(kid, ec.generate_private_key(ec.SECP256R1()))

    def jwk(self) -> dict[str, Any]:
        """The public half (RFC 7517), as it stands in the trust table."""
        public = ECAlgorithm.to_jwk(self.private.public_key(), as_dict=True)
        return {**public, "kid": self.kid, "alg": "ES256", "use": "sig"}

    def sign(self, claims: dict[str, Any], **headers: Any) -> str:
        """A compact JWS over `claims`; `headers` add to or replace the usual ones."""
        return jwt.encode(
            claims, self.private, algorithm="ES256", headers={"typ": "at+jwt", "kid": self.kid, **headers}
        )


def access_claims(
    role: str | None, sub: str, *, issuer: str, audience: str, changed: dict[str, Any]
) -> dict[str, Any]:
    """The claims of an access token issued now; `changed` replaces some."""
    now = int(time.time())
    claims: dict[str, Any] = {
        "iss": issuer,
        "aud": audience,
        "sub": sub,
        "jti": uuid.uuid4().hex,
        "sid": f"session-of-{sub}",
        "fam": f"family-of-{sub}",
        "iat": now,
        "nbf": now,
        "exp": now + LIFETIME_S,
        "roles": ["customer"] if role is None else [role],
    }
    return claims | changed
