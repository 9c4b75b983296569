"""JWS: what is signed is read, byte for byte, and as PyJWT reads it."""

import json
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from omnilife.core import jws
from omnilife.core.jws import InvalidToken, b64url_decode, b64url_encode, read_header, read_object, verify

pytestmark = pytest.mark.unit

PRIVATE = ec.derive_private_key(0xB5EED, ec.SECP256R1())
JWK: dict[str, Any] = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(PRIVATE.public_key()))

RFC_7515_A_3_KEY = {
    "kty": "EC",
    "crv": "P-256",
    "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
}
RFC_7515_A_3 = (
    "eyJhbGciOiJFUzI1NiJ9"
    ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
    ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"
)


def signed(payload: bytes, **header: Any) -> str:
    return jwt.PyJWS().encode(payload, PRIVATE, algorithm="ES256", headers=header)


def test_the_example_of_rfc_7515_is_verified():
    assert verify(RFC_7515_A_3, RFC_7515_A_3_KEY) == (
        b'{"iss":"joe",\r\n "exp":1300819380,\r\n "http://example.com/is_root":true}'
    )


def test_it_is_verified_with_the_whole_key_as_the_rfc_prints_it_too():
    assert verify(RFC_7515_A_3, {**RFC_7515_A_3_KEY, "d": "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"})


def test_both_signatures_that_ecdsa_has_for_one_are_accepted():
    """(r, s) and (r, n - s): RFC 7518 does not choose, so that a signer may make either."""
    head, _, encoded = RFC_7515_A_3.rpartition(".")
    raw = b64url_decode(encoded)
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    other = raw[:32] + (order - int.from_bytes(raw[32:])).to_bytes(32)
    assert verify(f"{head}.{b64url_encode(other)}", RFC_7515_A_3_KEY)


def test_an_empty_payload_can_be_signed():
    assert verify(signed(b""), JWK) == b""


@given(payload=st.binary(max_size=300))
def test_any_payload_comes_back_byte_for_byte(payload: bytes):
    assert verify(signed(payload), JWK) == payload


@given(
    extra=st.dictionaries(
        st.sampled_from(["x5t", "ext", "x5c", "nbf", "note", "issuer", "k", "p", "d"]),
        st.one_of(st.text(), st.booleans()),
    )
)
def test_members_of_a_key_that_mean_nothing_here_are_ignored(extra: dict[str, Any]):
    assert verify(signed(b"{}"), {**JWK, **extra}) == b"{}"


@pytest.mark.parametrize(
    ("header", "member"),
    [
        ({}, {}),
        ({"kid": "a"}, {}),
        ({}, {"kid": "a"}),
        ({"kid": "a"}, {"kid": "a"}),
        ({}, {"use": "sig"}),
        ({}, {"key_ops": ["verify"]}),
        ({}, {"key_ops": ["sign", "verify"]}),
        ({}, {"key_ops": ["verify"], "use": "sig"}),
        ({}, {"key_ops": ["verify", "somethingElse"], "use": "sig"}),
        ({}, {"alg": "ES256"}),
        ({"typ": "at+jwt", "cty": "JWT", "x5t": "abc", "jku": "https://example.com"}, {}),
        ({"b64": True}, {}),
    ],
)
def test_a_key_and_a_header_that_fit_together_are_accepted(header: dict[str, Any], member: dict[str, Any]):
    encoded = b64url_encode(json.dumps({"alg": "ES256", **header}).encode())
    assert verify(sign_parts(encoded, b64url_encode(b"claims")), {**JWK, **member}) == b"claims"


def sign_parts(header: str, payload: str) -> str:
    """A valid signature over whatever these two are, as a careless signer would make it."""
    signature = jwt.algorithms.ECAlgorithm(jwt.algorithms.ECAlgorithm.SHA256).sign(
        f"{header}.{payload}".encode(), PRIVATE
    )
    return f"{header}.{payload}.{b64url_encode(signature)}"


@given(
    claims=st.dictionaries(st.text(max_size=10), st.one_of(st.integers(), st.text(max_size=10)), max_size=5)
)
def test_what_pyjwt_signs_is_read_as_pyjwt_reads_it(claims: dict[str, Any]):
    token = signed(json.dumps(claims).encode(), kid="k")
    assert read_object(verify(token, JWK)) == json.loads(
        jwt.PyJWS().decode(token, PRIVATE.public_key(), algorithms=["ES256"])
    )


@given(at=st.integers(min_value=0), by=st.characters(min_codepoint=33, max_codepoint=126))
def test_no_character_of_a_token_can_be_changed(at: int, by: str):
    token = signed(b'{"sub":"a"}')
    place = at % len(token)
    changed = token[:place] + by + token[place + 1 :]
    if changed != token:
        with pytest.raises(InvalidToken):
            verify(changed, JWK)


@given(junk=st.text(max_size=80))
def test_text_that_is_no_token_is_refused_and_nothing_else_happens(junk: str):
    with pytest.raises(InvalidToken):
        verify(junk, JWK)


@given(raw=st.binary(max_size=64))
def test_base64url_has_one_spelling_which_reads_back(raw: bytes):
    assert b64url_decode(b64url_encode(raw)) == raw


@given(text=st.text(st.sampled_from("AQgw-_+/= \n\u00e9\ud800"), max_size=8))
def test_another_spelling_of_base64url_is_refused(text: str):
    try:
        raw = b64url_decode(text)
    except InvalidToken:
        return
    assert b64url_encode(raw) == text


def test_the_header_can_be_read_before_the_key_is_known():
    assert read_header(signed(b"{}", kid="k"))["kid"] == "k"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff",
        b"[]",
        b"1",
        b"{",
        b'{"a":NaN}',
        b'{"a":-Infinity}',
        b'{"a":1e400}',
        b'{"a":"\\ud83d"}',
        b'{"a":["\\ude00\\ud83d"]}',
        b'{"a":' + b"1" * 5000 + b"}",
        b'{"a":01}',
        b'{"a":1}\x00',
        b'{"a":"\x01"}',
        b'{"a":1,"a":2}',
        b'{"a":{"b":1,"b":1}}',
        b"\xef\xbb\xbf{}",
    ],
)
def test_what_is_not_one_unambiguous_object_is_refused(raw: bytes):
    with pytest.raises(InvalidToken):
        read_object(raw)


def test_what_is_odd_but_says_one_thing_only_is_read():
    assert read_object(b' {"a":"\\ud83d\\ude00","b":1.5,"c":[{}]}\n') == {
        "a": "\U0001f600",
        "b": 1.5,
        "c": [{}],
    }


def test_an_object_that_nests_without_end_is_refused():
    with pytest.raises(InvalidToken):
        read_object(b'{"a":' * 200_000)


def test_only_one_algorithm_is_offered():
    assert jws.ALGORITHMS == ("ES256",)
