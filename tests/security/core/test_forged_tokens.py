"""What an attacker would try against token verification: each is refused, with no other error."""

import base64
import hashlib
import hmac
import json
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256, SHA384
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from omnilife.core.jws import InvalidToken, b64url_decode, b64url_encode, verify

pytestmark = pytest.mark.security

PRIVATE = ec.derive_private_key(0xB5EED, ec.SECP256R1())
JWK: dict[str, Any] = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(PRIVATE.public_key()))
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
PAYLOAD = b'{"sub":"mallory"}'


def encode(value: Any) -> str:
    return b64url_encode(value if isinstance(value, bytes) else json.dumps(value).encode())


def raw_signature(signed: bytes, key: ec.EllipticCurvePrivateKey = PRIVATE) -> bytes:
    r, s = decode_dss_signature(key.sign(signed, ec.ECDSA(SHA256())))
    return r.to_bytes(32) + s.to_bytes(32)


def token(header: Any = None, payload: bytes = PAYLOAD) -> str:
    """Signed properly, however strange the header."""
    parts = f"{encode({'alg': 'ES256'} if header is None else header)}.{encode(payload)}"
    return f"{parts}.{b64url_encode(raw_signature(parts.encode()))}"


def with_signature(signature: bytes) -> str:
    return f"{encode({'alg': 'ES256'})}.{encode(PAYLOAD)}.{b64url_encode(signature)}"


def refuse(forged: str, jwk: dict[str, Any] = JWK) -> None:
    with pytest.raises(InvalidToken):
        verify(forged, jwk)


def test_the_honest_token_that_all_these_vary_is_accepted():
    assert verify(token(), JWK) == PAYLOAD


@pytest.mark.parametrize(
    "alg", ["none", "None", "NONE", "nOnE", "", None, 0, [], ["ES256"], {"alg": "ES256"}]
)
def test_no_algorithm_is_no_signature(alg: Any):
    refuse(f"{encode({'alg': alg})}.{encode(PAYLOAD)}.")
    refuse(token({"alg": alg}))


@pytest.mark.parametrize("alg", ["HS256", "RS256", "PS256", "ES384", "ES512", "ES256K", "EdDSA", "es256"])
def test_another_algorithm_is_not_believed_even_if_the_signature_is_right(alg: str):
    refuse(token({"alg": alg}))


def test_a_missing_algorithm_is_refused():
    refuse(token({"typ": "JWT"}))


@pytest.mark.parametrize("form", [Encoding.DER, Encoding.PEM, Encoding.X962])
def test_the_public_key_cannot_be_used_as_an_hmac_secret(form: Encoding):
    layout = PublicFormat.UncompressedPoint if form is Encoding.X962 else PublicFormat.SubjectPublicKeyInfo
    secret = PRIVATE.public_key().public_bytes(form, layout)
    parts = f"{encode({'alg': 'HS256'})}.{encode(PAYLOAD)}"
    refuse(f"{parts}.{b64url_encode(hmac.digest(secret, parts.encode(), hashlib.sha256))}")


def test_a_key_inside_the_token_is_not_used():
    mallory = ec.generate_private_key(ec.SECP256R1())
    header = {"alg": "ES256", "jwk": json.loads(jwt.algorithms.ECAlgorithm.to_jwk(mallory.public_key()))}
    parts = f"{encode(header)}.{encode(PAYLOAD)}"
    refuse(f"{parts}.{b64url_encode(raw_signature(parts.encode(), mallory))}")


def test_a_signature_over_other_parts_does_not_fit():
    honest = token().split(".")
    refuse(f"{honest[0]}.{encode(b'{}')}.{honest[2]}")
    refuse(f"{encode({'alg': 'ES256', 'kid': 'other'})}.{honest[1]}.{honest[2]}")


def test_numbers_of_a_signature_out_of_range_are_refused():
    good = raw_signature(f"{encode({'alg': 'ES256'})}.{encode(PAYLOAD)}".encode())
    r, s = good[:32], good[32:]
    for bad in (0, P256_ORDER, P256_ORDER + 1, 2**256 - 1):
        refuse(with_signature(bad.to_bytes(32) + s))
        refuse(with_signature(r + bad.to_bytes(32)))
        refuse(with_signature(bad.to_bytes(32) + bad.to_bytes(32)))


def test_a_signature_that_is_not_64_bytes_is_refused():
    signed = f"{encode({'alg': 'ES256'})}.{encode(PAYLOAD)}".encode()
    good = raw_signature(signed)
    der = PRIVATE.sign(signed, ec.ECDSA(SHA256()))
    for bad in (b"", good[:-1], good[1:], good + b"\0", b"\0" + good, good * 2, good[:32], der, bytes(96)):
        refuse(with_signature(bad))


def test_a_signature_of_another_curve_or_digest_is_refused():
    signed = f"{encode({'alg': 'ES256'})}.{encode(PAYLOAD)}".encode()
    p384 = ec.generate_private_key(ec.SECP384R1())
    r, s = decode_dss_signature(p384.sign(signed, ec.ECDSA(SHA384())))
    refuse(with_signature(r.to_bytes(48) + s.to_bytes(48)))
    r, s = decode_dss_signature(PRIVATE.sign(signed, ec.ECDSA(SHA384())))
    refuse(with_signature(r.to_bytes(32) + s.to_bytes(32)))


@pytest.mark.parametrize(
    "change", ["{}=", "{}==", " {}", "{} ", "{}\n", "\t{}", "{}.", ".{}", "{}.e30", "Bearer {}"]
)
def test_the_compact_form_has_three_parts_and_nothing_around_them(change: str):
    refuse(change.format(token()))


def test_padding_and_the_other_alphabet_are_refused_in_every_part():
    header, payload, signature = token().split(".")
    refuse(f"{header}=.{payload}.{signature}")
    refuse(f"{header}.{payload}=.{signature}")
    refuse(f"{header}.{payload}.{signature.replace('-', '+').replace('_', '/')}==")
    refuse(f"{header[:4]}\n{header[4:]}.{payload}.{signature}")


def test_bits_left_over_must_be_zero_even_where_they_change_no_byte():
    header, payload, signature = token().split(".")
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    for last in alphabet:
        again = signature[:-1] + last
        if again != signature and b64decode_loosely(again) == b64decode_loosely(signature):
            refuse(f"{header}.{payload}.{again}")


def b64decode_loosely(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "==")


def test_json_serialization_is_refused():
    header, payload, signature = token().split(".")
    refuse(json.dumps({"protected": header, "payload": payload, "signature": signature}))
    refuse(json.dumps({"payload": payload, "signatures": [{"protected": header, "signature": signature}]}))


@pytest.mark.parametrize(
    "header",
    [
        b'{"alg":"none","alg":"ES256"}',
        b'{"alg":"ES256","alg":"ES256"}',
        b'{"alg":"ES256","kid":"a","kid":"b"}',
        b'{"alg":"ES256","\\u0061lg":"ES256"}',
    ],
)
def test_a_header_member_named_twice_is_refused(header: bytes):
    refuse(token(header))


@pytest.mark.parametrize("header", [b"", b"null", b"[]", b'"ES256"', b"{", b"\xff{}", b'{"alg":"ES256"} x'])
def test_a_header_that_is_no_object_is_refused(header: bytes):
    refuse(token(header))


@pytest.mark.parametrize("crit", [["b64"], ["exp"], [], "exp", None, ["alg"]])
def test_a_critical_header_is_refused(crit: Any):
    refuse(token({"alg": "ES256", "crit": crit, "b64": True, "exp": 1}))


@pytest.mark.parametrize("b64", [False, 0, "false", None, "true", 1])
def test_an_unencoded_payload_is_refused(b64: Any):
    refuse(token({"alg": "ES256", "b64": b64}))


@pytest.mark.parametrize("name", ["kid", "typ", "cty"])
def test_a_header_member_of_another_type_is_refused(name: str):
    refuse(token({"alg": "ES256", name: ["a"]}))


@pytest.mark.parametrize(
    "member",
    [
        {"kty": "RSA"},
        {"kty": "oct"},
        {"kty": None},
        {"crv": "P-384"},
        {"crv": "secp256k1"},
        {"use": "enc"},
        {"use": None},
        {"key_ops": ["sign"]},
        {"key_ops": []},
        {"key_ops": "verify"},
        {"key_ops": ["verify", "verify"]},
        {"key_ops": ["verify", 1]},
        {"key_ops": [["verify"]]},
        {"key_ops": None},
        {"key_ops": {"verify": True}},
        {"use": "sig", "key_ops": ["sign"]},
        {"use": "enc", "key_ops": ["verify"]},
        {"use": "sig", "key_ops": ["verify", "deriveKey"]},
        {"use": "SIG"},
        {"use": ["sig"]},
        {"alg": "ES384"},
        {"alg": "ECDH-ES"},
        {"alg": None},
        {"kid": "another"},
        {"kid": None},
        {"kid": 7},
        {"kty": "ec"},
        {"crv": ["P-256"]},
        {"x": None},
        {"y": 5},
        {"x": JWK["x"] + "="},
        {"x": JWK["x"] + "AA"},
        {"x": JWK["x"][:-2]},
        {"x": JWK["y"], "y": JWK["x"]},
        {"x": b64url_encode(bytes(32)), "y": b64url_encode(bytes(32))},
        {"x": b64url_encode(b"\xff" * 32)},
    ],
)
def test_a_key_that_is_not_for_this_is_refused(member: dict[str, Any]):
    refuse(token({"alg": "ES256", "kid": "the-one"}), {**JWK, "kid": "the-one", **member})


def test_a_coordinate_must_be_32_bytes_even_if_the_number_is_the_same():
    longer = b64url_encode(b"\0" + b64url_decode(JWK["x"]))
    refuse(token(), {**JWK, "x": longer})


def test_a_coordinate_beyond_the_field_is_refused_even_if_its_remainder_is_on_the_curve():
    """The point whose x is 0, with x spelled as the field's own size: one key, two spellings."""
    field = 2**256 - 2**224 + 2**192 + 2**96 - 1
    y = pow(0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B, (field + 1) // 4, field)
    spelled = {
        name: b64url_encode(number.to_bytes(32)) for name, number in (("x", field), ("y", y), ("zero", 0))
    }
    with pytest.raises(InvalidToken, match="out of range"):
        verify(token(), {**JWK, "x": spelled["x"], "y": spelled["y"]})
    with pytest.raises(InvalidToken, match="not by this key"):  # as it should be spelled, it is a key
        verify(token(), {**JWK, "x": spelled["zero"], "y": spelled["y"]})


def test_an_own_kid_of_the_wrong_type_is_refused_also_where_the_header_names_none():
    refuse(token(), {**JWK, "kid": 7})


@pytest.mark.parametrize("thing", [None, b"", 7, ["a", "b", "c"], {"payload": "e30"}])
def test_what_is_no_text_is_no_token(thing: Any):
    refuse(thing)
    refuse(token().encode())  # type: ignore[arg-type]


def test_a_million_parts_are_no_token():
    refuse("." * 1_000_000)


def test_a_point_off_the_curve_is_refused():
    y = bytearray(b64url_decode(JWK["y"]))
    y[-1] ^= 1
    refuse(token(), {**JWK, "y": b64url_encode(bytes(y))})


def test_another_holders_key_does_not_verify():
    other = ec.generate_private_key(ec.SECP256R1()).public_key()
    refuse(token(), json.loads(jwt.algorithms.ECAlgorithm.to_jwk(other)))


def test_a_refusal_does_not_repeat_the_token():
    forged = token()[:-4] + "AAAA"
    with pytest.raises(InvalidToken) as refused:
        verify(forged, JWK)
    assert not any(part in str(refused.value) for part in forged.split("."))
