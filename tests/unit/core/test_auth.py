"""Callers, rules and credentials."""

import pytest

from omnilife.core.auth import MAX_TOKEN_LENGTH, Caller, Rule, presented_credential
from omnilife.core.errors import BadRequest, Forbidden, Unauthorized

pytestmark = pytest.mark.unit

ANONYMOUS = Caller("anonymous", "203.0.113.9")
API_KEY = "olk_" + "a" * 43


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


@pytest.mark.parametrize("auth", ["", "root", "user/", "Public", "user|admin", "sign"])
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
