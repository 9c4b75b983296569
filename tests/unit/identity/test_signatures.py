"""What KMS answers, as JOSE writes it."""

from base64 import urlsafe_b64decode

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st
from jwt.algorithms import ECAlgorithm

from omnilife.identity import public_jwk, raw_signature

HALF = st.integers(1, 2**256 - 1)


def der(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


@given(r=HALF, s=HALF)
def test_a_signature_is_r_and_s_in_32_bytes_each(r: int, s: int) -> None:
    raw = raw_signature(encode_dss_signature(r, s))

    assert len(raw) == 64
    assert (int.from_bytes(raw[:32]), int.from_bytes(raw[32:])) == (r, s)


@given(secret=st.integers(1, 2**255))
def test_a_public_key_is_what_another_library_makes_of_it_with_whole_coordinates(secret: int) -> None:
    key = ec.derive_private_key(secret, ec.SECP256R1())

    jwk = public_jwk(der(key))

    other = ECAlgorithm.to_jwk(key.public_key(), as_dict=True)
    assert {name: jwk[name] for name in ("kty", "crv", "x", "y")} == {
        name: other[name] for name in ("kty", "crv", "x", "y")
    }
    assert {len(urlsafe_b64decode(jwk[name] + "=")) for name in ("x", "y", "kid")} == {32}
    assert set(jwk) == {"kty", "crv", "x", "y", "kid", "alg", "use"}


@pytest.mark.parametrize(
    "key",
    [ec.generate_private_key(ec.SECP384R1()), rsa.generate_private_key(65537, 2048)],
    ids=["P-384", "RSA"],
)
def test_a_key_of_another_kind_or_curve_is_refused(
    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey,
) -> None:
    with pytest.raises(ValueError, match="P-256"):
        public_jwk(der(key))
