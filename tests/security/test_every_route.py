"""Every route of every template, and every way in that is none. The routes come from the templates, so that
a new one is tried from its first day; docs/security.md shows the outcomes."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from local.generate.security import ADMITTED, ATTACKS, Route, declared_routes, expected
from omnilife.core.auth import Caller
from omnilife.core.errors import Problem
from omnilife.core.http import Endpoint
from omnilife.core.http.limiting import Limiting
from omnilife.core.table import Table
from tests.support.functions import Functions, load_function
from tests.support.http import Answer
from tests.support.templates import ROOT
from tests.support.tokens import LIFETIME_S, SigningKey
from tests.unit.templates.stacks import domain_stacks

ROUTES = {route.name: route for route in declared_routes(ROOT)}
DEPLOYED = {
    route: function
    for stack in domain_stacks()
    for route, function in stack.routes.items()
    if route != "$default"
}
OURSELVES = "user-1"


class Admitted(Problem):
    """The route's own function was reached."""

    slug = "admitted"
    title = "Admitted"
    status = 418


@pytest.fixture(autouse=True)
def doors(monkeypatch: pytest.MonkeyPatch) -> None:
    """Functions that answer 418 as soon as they are called: what is behind the door is not tested here."""
    route = Endpoint.route

    def door(endpoint: Endpoint, function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def reached(**_arguments: Any) -> Any:
            raise Admitted

        return route(endpoint, reached)

    monkeypatch.setattr(Endpoint, "route", door)
    # Who is let in by a limit is another matter; so many attempts would use one up, wherever it is counted.
    monkeypatch.setattr(Limiting, "check", lambda *_: None)


class Attacker:
    """Makes the attempts, with credentials that are right in all but one respect."""

    def __init__(
        self, trust: Table, key: SigningKey, make_token: Callable[..., str], functions: Functions
    ) -> None:
        self._trust = trust
        self._key = key
        self._token = make_token
        self._functions = functions

    def attempt(self, route: Route, attack: str) -> list[str]:
        """What the route answers, to each variant of the attack."""
        return [self._outcome(route, headers, attack) for headers in self._credentials(attack)]

    def _outcome(self, route: Route, headers: dict[str, str], attack: str) -> str:
        event = json.loads((ROOT / f"events/{route.function}.json").read_text())
        for name in ("authorization", "x-api-key"):
            event["headers"].pop(name, None)
        event["headers"] |= headers
        if "{user_id}" in route.name:
            user_id = "user-2" if attack == "other" else OURSELVES
            event["pathParameters"]["user_id"] = user_id
            path = route.name.partition(" ")[2].format(**event["pathParameters"])
            event["rawPath"] = event["requestContext"]["http"]["path"] = path
        answer = Answer.of(self._functions(route.function, event))
        if answer.status == 401:
            assert answer.headers["www-authenticate"]
        assert "token" not in answer.body.lower() or "eyJ" not in answer.body
        return ADMITTED if answer.status == Admitted.status else str(answer.status)

    def _credentials(self, attack: str) -> list[dict[str, str]]:
        now = int(time.time())
        if attack == "nobody":
            return [{}]
        if attack in {"dead key", "write key", "no scope"}:
            return [{"x-api-key": key} for key in self._keys(attack, now)]
        # Of an administrator, but for the two that are about lower roles: nothing else is wrong with them.
        role = {"customer": None, "other": None, "merchant": "merchant"}.get(attack, "admin")
        claims = {
            "expired": {"iat": now - 2 * LIFETIME_S, "nbf": now - 2 * LIFETIME_S, "exp": now - 60},
            "early": {"iat": now + 3600, "nbf": now + 3600, "exp": now + 3600 + LIFETIME_S},
            "audience": {"aud": "another"},
            "issuer": {"iss": "https://evil.example.com"},
        }.get(attack, {})
        token = self._token(role, OURSELVES, **claims)
        tokens = {
            "garbage": ["garbage", "a.b.c", token[:-1], token + "A", token.replace(".", "..", 1)],
            "none": [self._unsigned(token, alg) for alg in ("none", "None", "NONE")],
            "hs256": self._confused(token),
            "stranger": [self._by_another(token)],
        }.get(attack, [token])
        if attack == "session":
            self._deny("sid", f"session-of-{OURSELVES}", {})
        if attack == "user":
            self._deny("sub", OURSELVES, {"before": now + 1})
        return [{"authorization": f"Bearer {each}"} for each in tokens]

    def _deny(self, kind: str, value: str, more: dict[str, int]) -> None:
        self._trust.put({"pk": f"DENY#{kind}#{value}", "sk": "DENY", "expires_at": 2**33, **more})

    def _keys(self, attack: str, now: int) -> list[str]:
        if attack == "write key":
            return [self._key_row("w", kind="write", scopes=[])]
        if attack == "no scope":
            return [self._key_row("s", kind="service", scopes=["nothing:at_all"])]
        everything = [scope for route in ROUTES.values() for scope in route.scopes]
        return [
            "olk_" + "n" * 43,
            self._key_row("r", kind="service", scopes=everything, revoked_at=now - 1),
            self._key_row("x", kind="service", scopes=everything, expires_at=now - 1),
            "olk_short",
        ]

    def _key_row(self, letter: str, **members: Any) -> str:
        text = "olk_" + letter * 43
        pk = f"APIKEY#{hashlib.sha256(text.encode()).hexdigest()}"
        self._trust.put({"pk": pk, "sk": "APIKEY", "key_id": letter, "expires_at": 2**33, **members})
        return text

    def _unsigned(self, token: str, alg: str) -> str:
        header = {"alg": alg, "typ": "at+jwt", "kid": self._key.kid}
        return f"{_encoded(json.dumps(header).encode())}.{token.split('.')[1]}."

    def _confused(self, token: str) -> list[str]:
        """The public key, in the forms that somebody may hold it in, as the secret of an HMAC."""
        public = self._key.private.public_key()
        secrets = [
            public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
            public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
            json.dumps(self._key.jwk()).encode(),
        ]
        header = _encoded(json.dumps({"alg": "HS256", "typ": "at+jwt", "kid": self._key.kid}).encode())
        signed = f"{header}.{token.split('.')[1]}"
        return [f"{signed}.{_encoded(hmac.digest(secret, signed.encode(), 'sha256'))}" for secret in secrets]

    def _by_another(self, token: str) -> str:
        claims = jwt.decode(token, options={"verify_signature": False})
        return SigningKey.generate(self._key.kid).sign(claims)


@pytest.fixture
def attacker(
    trust_table: Table,
    signing_key: SigningKey,
    token: Callable[..., str],
    secrets: dict[str, str],
    invoke: Functions,
) -> Attacker:
    return Attacker(trust_table, signing_key, token, invoke)


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def test_every_deployed_route_declares_who_may_call_it() -> None:
    assert {route: function.folder for route, function in DEPLOYED.items()} == {
        name: route.function for name, route in ROUTES.items()
    }


@pytest.mark.parametrize("name", sorted(DEPLOYED))
def test_a_route_answers_every_attempt_as_the_page_says(name: str, attacker: Attacker) -> None:
    route = ROUTES[name]
    outcomes = {}
    for attack in ("customer", *(each for each in ATTACKS if each not in {"customer", "session", "user"})):
        if wanted := expected(route, attack):
            outcomes[attack] = (set(attacker.attempt(route, attack)), {wanted})
    for attack in ("session", "user"):  # last: from here on that user's tokens are denied
        outcomes[attack] = (set(attacker.attempt(route, attack)), {expected(route, attack)})

    assert {a: got for a, (got, _) in outcomes.items()} == {a: want for a, (_, want) in outcomes.items()}


@pytest.mark.parametrize("name", sorted(DEPLOYED))
def test_whom_a_route_is_for_gets_in(name: str, attacker: Attacker, token: Callable[..., str]) -> None:
    """Or the test above would pass with every door shut."""
    route = ROUTES[name]
    role = "merchant" if "merchant" in route.rule.words else "admin"
    credentials = [{"authorization": f"Bearer {token(role, OURSELVES)}"}]
    if "service" in route.rule.words:
        credentials.append({"x-api-key": attacker._key_row("g", kind="service", scopes=list(route.scopes))})
    if route.auth == "service":
        del credentials[0]

    for headers in credentials:
        assert attacker._outcome(route, headers, "") == ADMITTED


def test_the_expectation_is_that_of_the_rule_itself() -> None:
    """`expected` is written apart from `Rule.permit`: where they differ, one of them is wrong."""
    callers = {
        "nobody": Caller("anonymous", "203.0.113.9"),
        "customer": Caller("user", "203.0.113.9", OURSELVES, roles=frozenset({"customer"})),
        "merchant": Caller("user", "203.0.113.9", OURSELVES, roles=frozenset({"merchant"})),
        "no scope": Caller("service", "203.0.113.9", "key-1"),
    }
    for route in ROUTES.values():
        for attack, caller in callers.items():
            try:
                route.rule.permit(caller)
                outcome = ADMITTED
            except Problem as problem:
                outcome = str(problem.status)
            assert not route.rule.reads_credentials or outcome == expected(route, attack)


def test_a_door_is_what_was_loaded(invoke: Functions) -> None:
    """The stub stands in front of the real function; with a broken stub nothing would be `in`."""
    with pytest.raises(Admitted):
        load_function("operations/get_health").api.function()
