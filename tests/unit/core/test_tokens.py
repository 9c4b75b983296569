"""Access tokens: exactly ours, of now, or refused."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnilife.core.clock import FixedClock, epoch_seconds
from omnilife.core.errors import Unauthorized
from omnilife.core.table import Table
from omnilife.core.tokens import LEEWAY_S, Claims, TokenVerifier
from omnilife.core.trust import TrustStore
from tests.support.tokens import SigningKey, access_claims

pytestmark = pytest.mark.unit

ISSUER, AUDIENCE = "https://api.example.com", "omnilife"
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
_KEY = SigningKey.generate()


@pytest.fixture
def key() -> SigningKey:
    return SigningKey.generate()


class KeyRing:
    """A trust store that knows one key: what the claims are tested with has nothing to do with tables."""

    def __init__(self, key: SigningKey) -> None:
        self._key = key

    def signing_key(self, kid: str) -> dict[str, Any] | None:
        return self._key.jwk() if kid == self._key.kid else None


Check = Callable[..., Claims]


@pytest.fixture
def check(key: SigningKey, clock: FixedClock) -> Check:
    """`check(exp=…)`: verify a token with these claims changed; `header_…` changes the header."""
    verifier = TokenVerifier(KeyRing(key), issuer=ISSUER, audience=AUDIENCE, clock=clock)
    now = epoch_seconds(clock.now())

    def run(**changed: Any) -> Claims:
        headers = {
            name.removeprefix("header_"): changed.pop(name)
            for name in list(changed)
            if name.startswith("header_")
        }
        times = {"iat": now, "nbf": now, "exp": now + 900}
        claims = access_claims("merchant", "u1", issuer=ISSUER, audience=AUDIENCE, changed=times | changed)
        return verifier.verify(key.sign({n: c for n, c in claims.items() if c is not None}, **headers))

    return run


def test_the_claims_of_a_good_token_are_read(check: Check):
    claims = check()
    assert (claims.sub, claims.sid, claims.fam) == ("u1", "session-of-u1", "family-of-u1")
    assert claims.roles == ["merchant"]


def test_one_of_several_audiences_may_be_us(check: Check):
    assert check(aud=["other", AUDIENCE]).sub == "u1"


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "https://evil.example.com"},
        {"iss": None},
        {"aud": "other"},
        {"aud": []},
        {"aud": None},
        {"aud": {"omnilife": True}},
        {"sub": None},
        {"sub": ""},
        {"sub": "a/b"},
        {"sub": "a" * 65},
        {"sub": "u1\n"},
        {"sub": ["u1"]},
        {"jti": None},
        {"sid": None},
        {"sid": "x#y"},
        {"fam": 5},
        {"roles": None},
        {"roles": "admin"},
        {"roles": [1]},
        {"iat": None},
        {"iat": True},
        {"nbf": "soon"},
        {"exp": None},
        {"exp": 1e12},
        {"exp": "9999999999"},
        {"header_typ": "JWT"},
        {"header_typ": None},
        {"header_kid": "another"},
        {"header_kid": "KEYS#1"},
        {"header_kid": ""},
    ],
)
def test_a_token_that_is_not_exactly_ours_is_refused(check: Check, changed: dict[str, Any]):
    with pytest.raises(Unauthorized) as refused:
        check(**changed)
    assert refused.value.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'


@given(by=st.integers(-1000, 1000))
def test_a_token_lives_from_its_first_second_to_its_last_give_or_take_the_leeway(by: int):
    clock = FixedClock(NOON)
    key = _KEY
    now = epoch_seconds(clock.now())
    verifier = TokenVerifier(KeyRing(key), issuer=ISSUER, audience=AUDIENCE, clock=clock)
    claims = access_claims(
        None, "u1", issuer=ISSUER, audience=AUDIENCE, changed={"iat": now, "nbf": now, "exp": now + 900}
    )
    token = key.sign(claims)
    clock.advance(seconds=by)
    if -LEEWAY_S <= by < 900 + LEEWAY_S:
        assert verifier.verify(token).sub == "u1"
    else:
        with pytest.raises(Unauthorized):
            verifier.verify(token)


def test_who_has_an_expired_token_is_told_that_it_expired(check: Check, clock: FixedClock):
    with pytest.raises(Unauthorized, match="expired"):
        check(exp=epoch_seconds(clock.now()) - LEEWAY_S)


@given(junk=st.text(max_size=100))
def test_junk_is_an_unauthorized_and_nothing_else(junk: str):
    with pytest.raises(Unauthorized):
        TokenVerifier(KeyRing(_KEY), issuer=ISSUER, audience=AUDIENCE).verify(junk)


def test_a_token_of_another_signer_with_our_key_id_is_refused(clock: FixedClock):
    mallory = SigningKey.generate(_KEY.kid)
    claims = access_claims("admin", "u1", issuer=ISSUER, audience=AUDIENCE, changed={})
    with pytest.raises(Unauthorized):
        TokenVerifier(KeyRing(_KEY), issuer=ISSUER, audience=AUDIENCE).verify(mallory.sign(claims))


def test_keys_come_from_the_trust_table(
    trust_table: Table, signing_key: SigningKey, token: Callable[..., str]
):
    verifier = TokenVerifier(TrustStore(trust_table), issuer=ISSUER, audience=AUDIENCE)
    assert verifier.verify(token("admin", "u9")).roles == ["admin"]


def test_an_unreadable_payload_under_a_good_signature_is_refused():
    signed = jwt.PyJWS().encode(
        b'{"sub":"a","sub":"b"}', _KEY.private, "ES256", {"typ": "at+jwt", "kid": _KEY.kid}
    )
    with pytest.raises(Unauthorized):
        TokenVerifier(KeyRing(_KEY), issuer=ISSUER, audience=AUDIENCE).verify(signed)
