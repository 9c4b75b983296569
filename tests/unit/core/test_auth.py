"""Callers, rules, credentials and claims."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnilife.core.auth import (
    LEEWAY_S,
    MAX_TOKEN_LENGTH,
    Caller,
    Claims,
    Rule,
    TokenVerifier,
    presented_credential,
)
from omnilife.core.clock import FixedClock, epoch_seconds
from omnilife.core.errors import BadRequest, Forbidden, Problem, Unauthorized
from omnilife.core.table import Table
from omnilife.core.trust import TrustStore
from tests.support.tokens import SigningKey, access_claims

pytestmark = pytest.mark.unit

ISSUER, AUDIENCE = "https://api.example.com", "omnilife"
ANONYMOUS = Caller("anonymous", "203.0.113.9")
API_KEY = "olk_" + "a" * 43
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
_KEY = SigningKey.generate()


def user(*roles: str) -> Caller:
    return Caller("user", "203.0.113.9", "u1", roles=frozenset(roles))


def service(*scopes: str) -> Caller:
    return Caller("service", "203.0.113.9", "k1", scopes=frozenset(scopes))


# -- rules

CUSTOMER, MERCHANT, ADMIN = user("customer"), user("customer", "merchant"), user("admin")


@pytest.mark.parametrize(
    ("auth", "let_in", "kept_out"),
    [
        ("public", [ANONYMOUS], []),
        ("user", [CUSTOMER, MERCHANT, ADMIN, user()], [ANONYMOUS, service()]),
        ("merchant", [MERCHANT, ADMIN], [ANONYMOUS, CUSTOMER, service()]),
        ("admin", [ADMIN], [ANONYMOUS, CUSTOMER, MERCHANT, service()]),
        ("service", [service()], [ANONYMOUS, CUSTOMER, ADMIN]),
        ("public/user", [ANONYMOUS, CUSTOMER, ADMIN, service()], []),
        ("admin/service", [ADMIN, service()], [ANONYMOUS, CUSTOMER, MERCHANT]),
        ("user/admin", [CUSTOMER, ADMIN], [ANONYMOUS]),
        ("public/admin", [ANONYMOUS, ADMIN, CUSTOMER], []),
    ],
)
def test_a_rule_lets_in_whom_its_words_name(auth: str, let_in: list[Caller], kept_out: list[Caller]):
    rule = Rule.parse(auth)
    for caller in let_in:
        rule.permit(caller)
    for caller in kept_out:
        with pytest.raises(Unauthorized if caller is ANONYMOUS else Forbidden):
            rule.permit(caller)


def test_an_api_key_needs_every_scope_that_the_route_asks_for():
    rule = Rule.parse("service", ["index", "read"])
    rule.permit(service("read", "index", "more"))
    with pytest.raises(Forbidden, match="index"):
        rule.permit(service("read"))


def test_scopes_do_not_concern_users():
    Rule.parse("admin/service", ["index"]).permit(ADMIN)


@pytest.mark.parametrize("auth", ["", "root", "user/", "Public", "user|admin", "signed"])
def test_a_word_that_is_none_is_an_error_at_definition(auth: str):
    with pytest.raises(ValueError, match="auth="):
        Rule.parse(auth)


@pytest.mark.parametrize(
    ("auth", "challenge"), [("user", "Bearer"), ("service", "ApiKey"), ("admin/service", "Bearer")]
)
def test_who_must_sign_in_is_told_how(auth: str, challenge: str):
    with pytest.raises(Unauthorized) as refused:
        Rule.parse(auth).permit(ANONYMOUS)
    assert refused.value.headers["WWW-Authenticate"] == challenge


def test_only_a_plain_public_route_ignores_credentials():
    assert not Rule.parse("public").reads_credentials
    assert Rule.parse("public/user").reads_credentials


# -- callers


def test_a_caller_has_one_name_for_events_and_one_for_idempotency_keys():
    assert (CUSTOMER.actor, CUSTOMER.idempotency_scope) == ("user:u1", "user:u1")
    assert (service().actor, service().idempotency_scope) == ("key:k1", "key:k1")
    assert (ANONYMOUS.actor, ANONYMOUS.idempotency_scope) == ("anonymous", "address:203.0.113.9")


def test_a_role_counts_only_on_a_user():
    assert MERCHANT.is_merchant
    assert ADMIN.is_admin
    assert not Caller("service", "a", "k1", roles=frozenset({"admin", "merchant"})).is_admin
    assert not Caller("service", "a", "k1", roles=frozenset({"admin", "merchant"})).is_merchant
    assert MERCHANT.merchant_id == "u1"


# -- credentials


def test_a_bearer_token_or_an_api_key_is_read_from_its_header():
    token = presented_credential({"authorization": "bearer   abc.def.ghi"})
    assert token is not None
    assert (token.kind, token.text) == ("token", "abc.def.ghi")
    key = presented_credential({"x-api-key": API_KEY})
    assert key is not None
    assert (key.kind, key.text) == ("api key", API_KEY)
    assert presented_credential({"cookie": "a=b"}) is None


@pytest.mark.parametrize(
    "headers",
    [
        {"authorization": ""},
        {"authorization": "Bearer"},
        {"authorization": "Bearer "},
        {"authorization": "Basic dXNlcjpwYXNz"},
        {"authorization": "Bearer a b"},
        {"authorization": "Bearer " + "a" * (MAX_TOKEN_LENGTH + 1)},
        {"authorization": "Bearer a, Bearer b"},
        {"x-api-key": ""},
        {"x-api-key": API_KEY[:-1]},
        {"x-api-key": API_KEY + "a"},
        {"x-api-key": API_KEY + "\n"},
        {"x-api-key": "OLK_" + "a" * 43},
    ],
)
def test_a_malformed_credential_is_refused_not_ignored(headers: dict[str, str]):
    with pytest.raises(Unauthorized):
        presented_credential(headers)


def test_two_credentials_are_ambiguous():
    with pytest.raises(BadRequest):
        presented_credential({"authorization": "Bearer a", "x-api-key": API_KEY})


def test_a_credential_does_not_show_its_text():
    key = presented_credential({"x-api-key": API_KEY})
    assert API_KEY not in repr(key)


# -- claims


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
    with pytest.raises(Problem):
        TokenVerifier(KeyRing(_KEY), issuer=ISSUER, audience=AUDIENCE).verify(signed)
