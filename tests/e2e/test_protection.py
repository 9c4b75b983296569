"""Account protection over HTTP: locked out, let in from home, kept out by address, told by mail."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from local.cloud import Cloud
from tests.e2e.shop import JSON, Shop, eventually

pytestmark = [pytest.mark.e2e, pytest.mark.security]

PASSWORD = "purple-harbour-lantern-42"
WRONG = "some-other-password-17"


@dataclass(frozen=True)
class Visitor:
    """Somebody at an address, as the edge tells it."""

    shop: Shop
    address: str
    secret: str

    def call(self, method: str, path: str, **more: Any) -> httpx.Response:
        headers: Mapping[str, str] = {"x-origin-secret": self.secret, "x-viewer-address": self.address}
        return self.shop.call(method, path, headers=headers, **more)

    def sign_in(self, email: str, password: str, device: str | None = None) -> httpx.Response:
        body = {"email": email, "password": password, "device_token": device}
        return self.call("POST", "/api/auth/login", json=body)


@pytest.fixture(scope="module")
def edge_secret(cloud: Cloud) -> str:
    secret: str = cloud.client("secretsmanager").get_secret_value(
        SecretId=cloud.stack.outputs["EdgeSecretArn"]
    )["SecretString"]
    return secret


@pytest.fixture
def at(shop: Shop, edge_secret: str) -> Any:
    """`at("198.51.100.7")`: a visitor from there."""
    return lambda address: Visitor(shop, address, edge_secret)


@pytest.fixture
def admin(shop: Shop) -> str:
    return shop.token("admin", "admin-1")


def mails(shop: Shop, to: str) -> list[JSON]:
    """What the local mailbox shows for an address, oldest first."""
    answer = shop.call("GET", "/mailbox/messages").json()
    return [mail for each in answer["messages"].values() for mail in each if mail["To"] == [to]]


def mail(shop: Shop, to: str, subject: str) -> JSON:
    """The latest mail of that subject, once it is there."""
    found = eventually(
        lambda: [each for each in mails(shop, to) if each["Subject"] == subject], until=bool, within=30
    )
    return found[-1]


@pytest.fixture
def account(shop: Shop, at: Any) -> str:
    """The address of somebody who has registered and read the mail."""
    email = f"ada-{uuid.uuid4().hex[:10]}@example.com"
    body = {"email": email, "password": PASSWORD, "name": "Ada"}
    answer = at("192.0.2.10").call("POST", "/api/auth/register", json=body)
    assert answer.status_code == 202, answer.text
    text = mail(shop, email, "Confirm your e-mail address")["BodyText"]
    token = text.partition("#token=")[2].split()[0]
    answer = at("192.0.2.10").call("POST", "/api/auth/email/verify", json={"token": token})
    assert answer.status_code == 200, answer.text
    return email


def test_a_mail_has_both_parts_and_the_mailbox_shows_it(shop: Shop, account: str) -> None:
    found = mail(shop, account, "Confirm your e-mail address")

    assert "Hello Ada," in found["BodyText"]
    assert "<h1>Confirm your e-mail address</h1>" in found["BodyHtml"]
    page = shop.call("GET", "/mailbox")
    assert page.headers["content-type"].startswith("text/html")


def test_five_wrong_passwords_lock_strangers_out_and_not_the_owner_s_device(
    shop: Shop, at: Any, account: str, admin: str
) -> None:
    home, far = at("192.0.2.10"), at("198.51.100.66")
    device = home.sign_in(account, PASSWORD).json()["device_token"]
    assert device

    answers = [far.sign_in(account, WRONG).status_code for _ in range(5)]
    assert answers == [401] * 5
    locked = far.sign_in(account, PASSWORD)
    assert (locked.status_code, locked.json()["type"]) == (429, "/problems/account-locked")
    assert 0 < int(locked.headers["retry-after"]) <= 900
    assert home.sign_in(account, PASSWORD).status_code == 429
    assert home.sign_in(account, PASSWORD, device).status_code == 200

    assert "#token=" in mail(shop, account, "Your account is locked for a while")["BodyText"]
    events = eventually(
        lambda: shop.call(
            "GET", "/api/security/events", token=admin, params={"ip": far.address, "limit": 100}
        ).json()["items"],
        until=lambda items: any(item["type"] == "authn_login_lock" for item in items),
        within=30,
    )
    user_id = next(item["user_id"] for item in events if item["type"] == "authn_login_lock")
    profile = eventually(
        lambda: shop.call("GET", f"/api/security/risk-profile/{user_id}", token=admin).json(),
        until=lambda found: found["score"] > 0,
        within=30,
    )
    assert {each["name"] for each in profile["factors"] if each["count"]} >= {"failed_attempts", "lockouts"}


def test_an_account_that_is_not_there_is_locked_in_the_same_words(at: Any) -> None:
    far, email = at("198.51.100.67"), f"nobody-{uuid.uuid4().hex[:10]}@example.com"

    answers = [far.sign_in(email, WRONG) for _ in range(6)]

    assert [answer.status_code for answer in answers] == [401] * 5 + [429]


def test_a_new_device_is_told_of_by_mail(shop: Shop, at: Any, account: str) -> None:
    at("192.0.2.10").sign_in(account, PASSWORD)
    at("203.0.113.99").sign_in(account, PASSWORD)

    assert "203.0.113.99" in mail(shop, account, "A new device signed in")["BodyText"]


def test_a_blocked_range_is_refused_within_thirty_seconds_and_let_in_again(
    shop: Shop, at: Any, admin: str
) -> None:
    path = "/api/security/ip-blacklist"
    blocked = at("198.18.5.9")
    assert blocked.call("GET", "/api/marketplace/categories").status_code == 200
    entry = shop.call("POST", path, token=admin, json={"cidr": "198.18.5.0/24", "reason": "a test"})
    assert entry.status_code == 201, entry.text

    def status() -> int:
        return blocked.call("GET", "/api/marketplace/categories").status_code

    eventually(status, until=lambda seen: seen == 403, within=30)
    assert shop.call("DELETE", f"{path}/{entry.json()['entry_id']}", token=admin).status_code == 204
    eventually(status, until=lambda seen: seen == 200, within=30)
    records = eventually(
        lambda: shop.call(
            "GET", "/api/security/audit", token=admin, params={"action": "BlacklistChanged"}
        ).json()["items"],
        until=lambda items: (
            [each["details"]["change"] for each in items if each["details"]["cidr"] == "198.18.5.0/24"]
            == ["deleted", "added"]
        ),
        within=30,
    )
    assert records[0]["actor"] == "user:admin-1"


def test_a_service_asks_with_its_key_which_then_says_when_it_was_used(shop: Shop, admin: str) -> None:
    wanted = {"name": "Till", "scopes": ["security:attempts"], "expires_in_days": 1}
    key = shop.call("POST", "/api/auth/api-keys", token=admin, json=wanted).json()
    asked = {"email": "nobody@example.com", "ip": "203.0.113.7"}

    answer = shop.call("GET", "/api/security/account-locked", params=asked, headers={"x-api-key": key["key"]})
    assert (answer.status_code, answer.json()["locked"]) == (200, False)

    def listed() -> JSON:
        keys = shop.call("GET", "/api/auth/api-keys", token=admin, params={"limit": 100}).json()["items"]
        return next((each for each in keys if each["key_id"] == key["key_id"]), {})

    assert "last_used_at" not in key or key["last_used_at"] is None
    assert eventually(listed, until=lambda found: bool(found.get("last_used_at")), within=30)
