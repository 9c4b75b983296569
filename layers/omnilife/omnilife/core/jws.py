"""JSON Web Signatures (RFC 7515) in compact form, by ES256 (ECDSA on P-256, SHA-256: RFC 7518 §3.4) alone.

Every liberty that a JWS library may take is a way to have one token read as two, so none is taken: one
encoding a byte string, one place a header member, one algorithm, the key that the caller names and no other.

The curve's arithmetic is cryptography's (OpenSSL). PyJWT is not used at run time: importing it costs 100 ms
of CPU at a cold start beside cryptography's 13, and what it would add is the parsing, which has to be
stricter than PyJWT's anyway. The tests check against it.
"""

import json
import math
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

ALGORITHMS = ("ES256",)

_COORDINATE_BYTES = 32
# P-256's field and the order of its base point: SEC 2, 2.4.2.
_FIELD = 0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_OTHER_OPERATIONS = frozenset({"encrypt", "decrypt", "wrapKey", "unwrapKey", "deriveKey", "deriveBits"})
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


class InvalidToken(ValueError):  # noqa: N818 (what it says is the token's fault, or the key's)
    """A token that must not be believed. The message says why, for logs; it never repeats the token."""


def verify(token: str, jwk: Mapping[str, Any]) -> bytes:
    """The payload of `token`, once its signature by the holder of `jwk` is proved.

    What the payload claims is the caller's to check, and how long a token may be: the work is linear.

    Args:
        token: `header.payload.signature`, each base64url without padding.
        jwk: a P-256 key (RFC 7517). `use`, `key_ops` and `alg`, where present, must allow this use; `kid`
            must be the header's where both have one; other members, a private `d` too, are not looked at.

    Raises:
        InvalidToken: it is not exactly that, or not signed by that key.
    """
    encoded_header, encoded_payload, encoded_signature = _parts(token)
    _check_header(_header(encoded_header), jwk)
    payload = b64url_decode(encoded_payload)
    signature = b64url_decode(encoded_signature)
    _check_signature(_key(jwk), f"{encoded_header}.{encoded_payload}".encode(), signature)
    return payload


def read_header(token: str) -> dict[str, Any]:
    """The header, of which nothing is proved yet: for choosing the key by its `kid`.

    Raises:
        InvalidToken: there is no well-formed header in compact form.
    """
    return _header(_parts(token)[0])


def read_object(raw: bytes) -> dict[str, Any]:
    """The JSON object in `raw`, as headers and claims are.

    Raises:
        InvalidToken: not UTF-8, not JSON, not an object, or one with a member named twice, a number beyond
            all floats, or half of a surrogate pair.
    """
    try:
        value = json.loads(
            raw.decode(), object_pairs_hook=_members, parse_constant=_refuse, parse_float=_finite
        )
        if _SURROGATE.search(raw):
            json.dumps(value, ensure_ascii=False).encode()
    except InvalidToken:
        raise
    except (ValueError, RecursionError):
        raise InvalidToken("not a JSON object") from None
    if not isinstance(value, dict):
        raise InvalidToken("not a JSON object")
    return value


def b64url_decode(text: str) -> bytes:
    """The bytes that base64url without padding (RFC 7515 §2) spells, of which each has one spelling.

    Raises:
        InvalidToken: padding, a character outside the alphabet, or bits left over that are not zero.
    """
    try:
        raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (Error, ValueError):
        raise InvalidToken("not base64url") from None
    # Python's decoder skips foreign characters and drops leftover bits; spelled again, they would show.
    if urlsafe_b64encode(raw).rstrip(b"=") != text.encode(errors="replace"):
        raise InvalidToken("not canonical base64url")
    return raw


def b64url_encode(raw: bytes) -> str:
    """Base64url without padding."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def _parts(token: str) -> tuple[str, str, str]:
    parts = token.split(".", 3) if isinstance(token, str) else []
    if len(parts) != 3:
        raise InvalidToken("not a JWS in compact form")
    return parts[0], parts[1], parts[2]


def _header(encoded: str) -> dict[str, Any]:
    header = read_object(b64url_decode(encoded))
    if header.get("alg") not in ALGORITHMS:
        raise InvalidToken("alg is not ES256")
    if "crit" in header:  # extensions that must be understood: we know none (RFC 7515 §4.1.11)
        raise InvalidToken("a critical header is not understood")
    if header.get("b64", True) is not True:  # an unencoded payload: RFC 7797
        raise InvalidToken("b64 is not true")
    if not all(isinstance(header.get(name, ""), str) for name in ("kid", "typ", "cty")):
        raise InvalidToken("a header member is not a string")
    return header


def _check_header(header: Mapping[str, Any], jwk: Mapping[str, Any]) -> None:
    if header["alg"] != jwk.get("alg", header["alg"]):
        raise InvalidToken("the key is for another algorithm")
    if not isinstance(jwk.get("kid", ""), str):
        raise InvalidToken("the key's kid is not a string")
    if "kid" in header and header["kid"] != jwk.get("kid", header["kid"]):
        raise InvalidToken("the key has another kid")


def _key(jwk: Mapping[str, Any]) -> "EllipticCurvePublicKey":
    if jwk.get("kty") != "EC" or jwk.get("crv") != "P-256":
        raise InvalidToken("not a P-256 key")
    if jwk.get("use", "sig") != "sig" or not _allow_verifying(jwk.get("key_ops", ["verify"])):
        raise InvalidToken("the key is not for verifying signatures")
    if "use" in jwk and not _OTHER_OPERATIONS.isdisjoint(jwk.get("key_ops", ())):
        raise InvalidToken("the key's use and key_ops contradict each other")  # RFC 7517 §4.3
    x, y = jwk.get("x"), jwk.get("y")
    if not isinstance(x, str) or not isinstance(y, str):
        raise InvalidToken("the key lacks a coordinate")
    return _public_key(x, y)


def _allow_verifying(operations: Any) -> bool:
    """A list of names, none of them twice (RFC 7517 §4.3), `verify` among them."""
    if not isinstance(operations, list) or not all(isinstance(each, str) for each in operations):
        return False
    return "verify" in operations and len(set(operations)) == len(operations)


@lru_cache(maxsize=64)  # making the key's object costs as much as verifying with it
def _public_key(x: str, y: str) -> "EllipticCurvePublicKey":
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415 (deferred: see core.lazy)

    raw_x, raw_y = b64url_decode(x), b64url_decode(y)
    if len(raw_x) != _COORDINATE_BYTES or len(raw_y) != _COORDINATE_BYTES:
        raise InvalidToken("a coordinate is not 32 bytes")
    numbers = ec.EllipticCurvePublicNumbers(_integer(raw_x), _integer(raw_y), ec.SECP256R1())
    if numbers.x >= _FIELD or numbers.y >= _FIELD:  # OpenSSL takes some of these as the number less the field
        raise InvalidToken("a coordinate is out of range")
    try:
        return numbers.public_key()
    except ValueError:
        raise InvalidToken("the key is not on its curve") from None


def _check_signature(key: "EllipticCurvePublicKey", signed: bytes, signature: bytes) -> None:
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 (deferred: see core.lazy)
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature  # noqa: PLC0415

    if len(signature) != 2 * _COORDINATE_BYTES:  # which a signature in DER, or of another curve, is not
        raise InvalidToken("a signature is not 64 bytes")
    r, s = _integer(signature[:_COORDINATE_BYTES]), _integer(signature[_COORDINATE_BYTES:])
    if not (0 < r < _ORDER and 0 < s < _ORDER):
        raise InvalidToken("a signature's number is out of range")
    try:
        key.verify(encode_dss_signature(r, s), signed, _ecdsa())
    except InvalidSignature:
        raise InvalidToken("the signature is not by this key") from None


@lru_cache(maxsize=1)
def _ecdsa() -> Any:
    from cryptography.hazmat.primitives.asymmetric.ec import ECDSA  # noqa: PLC0415 (deferred: see core.lazy)
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415

    return ECDSA(SHA256())


def _integer(raw: bytes) -> int:
    return int.from_bytes(raw)


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise InvalidToken("a member is named twice")
    return members


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise InvalidToken("a number is too large")
    return number


def _refuse(constant: str) -> None:
    raise InvalidToken(f"{constant} is not JSON")
