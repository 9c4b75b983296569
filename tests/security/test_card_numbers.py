"""A card number where people write text: every endpoint refuses it, wherever in the body it stands."""

import hashlib
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from local.generate.security import Route, declared_routes
from omnilife.core.table import Table
from tests.support.functions import Functions
from tests.support.http import Answer
from tests.support.templates import ROOT

pytestmark = pytest.mark.security

CARD = "4111 1111 1111 1111"
API_KEY = "olk_" + "k" * 43
ROUTES = {route.name: route for route in declared_routes(ROOT)}

EXEMPT = {
    # Secrets are never shown, and are kept as hashes.
    "password",
    "new_password",
    "current_password",
    "token",
    "refresh_token",
    "mfa_token",
    "device_token",
    "cart_token",
    "code",
    # Made of digits by right.
    "sku",
    "gtin",
    "tracking",
    "q",
    "POST /api/marketplace/orders/{order_id}/ship /tracking/number",
    # Each file of a batch has an answer of its own: one with a type that there is not is refused in there.
    *(
        f"POST /api/images/batch /images/{file}/{name}"
        for file in (0, 1)
        for name in ("content_type", "purpose")
    ),
    # What shoppers type to find something: compared, never shown.
    "PUT /api/search/rules/{rule_id} /match/text",
    # Merged with the account's own before it is looked at: tests/unit/identity/test_edit_profile.py.
    "PATCH /api/auth/me /name",
    # What software says of itself.
    "user_agent",
}
"""Names of members, and members of one route, where a card number is no problem of the request's."""


def texts_in(value: Any, pointer: str = "") -> Iterator[str]:
    """JSON pointers of all texts."""
    if isinstance(value, dict):
        for name, member in value.items():
            yield from texts_in(member, f"{pointer}/{name}")
    elif isinstance(value, list):
        for index, member in enumerate(value):
            yield from texts_in(member, f"{pointer}/{index}")
    elif isinstance(value, str):
        yield pointer


def with_card(body: Any, pointer: str) -> Any:
    """The body with a card number inside a sentence at this place."""
    changed = json.loads(json.dumps(body))
    *way, last = pointer[1:].split("/")
    inner = changed
    for step in way:
        inner = inner[int(step) if isinstance(inner, list) else step]
    inner[int(last) if isinstance(inner, list) else last] = f"pay with {CARD} please"
    return changed


def sample(route: Route) -> dict[str, Any]:
    event: dict[str, Any] = json.loads((ROOT / f"events/{route.function}.json").read_text())
    return event


def places() -> list[tuple[str, str]]:
    """Every route with every text in its sample's body."""
    found = []
    for name, route in sorted(ROUTES.items()):
        if "signed" in route.rule.words:
            continue  # what its sender did not write is refused before it is looked at
        try:
            body = json.loads(sample(route).get("body") or "null")
        except ValueError:
            continue  # no JSON: it has no members
        found += [
            (name, pointer)
            for pointer in texts_in(body)
            if not {pointer.rpartition("/")[2], f"{name} {pointer}"} & EXEMPT
        ]
    return found


@pytest.mark.parametrize(("name", "pointer"), places())
def test_a_card_number_in_a_text_is_refused_before_anything_is_done(  # noqa: PLR0917 (fixtures)
    name: str,
    pointer: str,
    trust_table: Table,
    secrets: dict[str, str],
    token: Callable[..., str],
    invoke: Functions,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("omnilife.core.retries.time.sleep", lambda _: None)
    monkeypatch.setattr("omnilife.core.http.limiting.Limiting.check", lambda *_: None)
    route = ROUTES[name]
    event = sample(route)
    event["body"] = json.dumps(with_card(json.loads(event["body"]), pointer))
    role = "merchant" if "merchant" in route.rule.words else "admin"
    if route.rule.words & {"user", "merchant", "admin"}:
        event["headers"]["authorization"] = f"Bearer {token(role=role)}"

    elif "service" in route.rule.words:
        row = {"key_id": "robot", "kind": "service", "scopes": sorted(route.rule.scopes)}
        hashed = hashlib.sha256(API_KEY.encode()).hexdigest()
        trust_table.put({"pk": f"APIKEY#{hashed}", "sk": "APIKEY", **row})
        event["headers"]["x-api-key"] = API_KEY

    answer = Answer.of(invoke(route.function, event))

    assert answer.status == 422, answer.json
