"""Each kind of secret, fed to each endpoint wherever text goes in; then all that was logged is read."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest

from local.generate.security import Route, declared_routes
from omnilife.core.table import Table
from tests.support.functions import Functions
from tests.support.templates import ROOT

ROUTES = {route.name: route for route in declared_routes(ROOT)}
SECRETS = {
    "password": "hidden-otter-veranda-7",
    "token": "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJoaWRkZW4ifQ.aGlkZGVuLXNpZ25hdHVyZQ",
    "card number": "4111111111111111",
    "API key": "olk_" + "hiddenhidden" * 3 + "hiddenh",
    "recovery code": "hidd-enre-cove-ry77",
}


def planted(value: Any, secret: str) -> Any:
    """`value` with the secret in the place of every text in it, and under a name that nobody declared."""
    if isinstance(value, dict):
        return {name: planted(member, secret) for name, member in value.items()} | {"note": secret}
    if isinstance(value, list):
        return [planted(member, secret) for member in value]
    return secret if isinstance(value, str) else value


def events(route: Route, secret: str) -> list[dict[str, Any]]:
    """The route's sample, with the secret in all of its body, in parts of it, in the query, in headers."""
    text = (ROOT / f"events/{route.function}.json").read_text()
    made = []
    try:
        body = json.loads(json.loads(text).get("body") or "null")
    except ValueError:
        body = None  # a form: it has no members
    bodies = [planted(body, secret), secret]
    if isinstance(body, dict):
        bodies += [{**body, name: secret} for name in body]
    for each in bodies:
        event = json.loads(text)
        event["body"] = json.dumps(each)
        event["headers"]["content-type"] = "application/json"
        made.append(event)
    asked = json.loads(text)
    asked["rawQueryString"] = f"q={quote(secret)}&cursor={quote(secret)}&{quote(secret)}=1"
    headed = json.loads(text)
    headed["headers"] |= {
        "authorization": f"Bearer {secret}",
        "cookie": f"__Host-device={secret}",
        "user-agent": "tests",
        "if-match": secret,
        "idempotency-key": secret,
    }
    return [*made, asked, headed]


@pytest.mark.parametrize("name", sorted(ROUTES))
def test_no_secret_that_an_endpoint_is_fed_is_logged(  # noqa: PLR0917 (fixtures)
    name: str,
    trust_table: Table,
    secrets: dict[str, str],
    token: Callable[..., str],
    invoke: Functions,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Most of these fail, on tables that are not there too: what is logged of a failure is what matters."""
    monkeypatch.setattr("omnilife.core.retries.time.sleep", lambda _: None)
    monkeypatch.setattr("omnilife.core.http.limiting.Limiting.check", lambda *_: None)
    route = ROUTES[name]
    role = "merchant" if "merchant" in route.rule.words else "admin"
    for kind, secret in SECRETS.items():
        for event in events(route, secret):
            if "authorization" in event["headers"] and secret not in event["headers"]["authorization"]:
                event["headers"]["authorization"] = f"Bearer {token(role=role)}"
            invoke(route.function, event)
        logged = "".join(capfd.readouterr())
        assert secret not in logged, (kind, logged[:2000])


def test_what_is_logged_is_seen_here(
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Or the test above would pass whatever was logged."""
    from omnilife.core.logging import logger  # noqa: PLC0415 (after the capture began)

    logger.warning("seen", extra={"password": "hidden-otter-veranda-7", "colour": "brass"})

    logged = "".join(capfd.readouterr())
    assert "brass" in logged
    assert "hidden-otter" not in logged
