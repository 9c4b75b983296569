"""Notifications on the deployed templates: told at once, later, elsewhere, or not at all."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.e2e.person import Person
from tests.e2e.shop import JSON, Shop, eventually


@pytest.fixture
def admin(shop: Shop) -> str:
    return shop.token("admin", f"admin-{uuid.uuid4().hex[:8]}")


@pytest.fixture
def user(person: Person) -> JSON:
    """Somebody whose address is confirmed: their id and their token."""
    person.register()
    signed_in = person.verify().json()
    return {"id": signed_in["user"]["user_id"], "token": signed_in["access_token"]}


def create(shop: Shop, admin: str, **wanted: Any) -> JSON:
    body = {"category": "account", "channels": ["email"], **wanted}
    answer = shop.call("POST", "/api/notifications/create", token=admin, json=body)
    assert answer.status_code == 202, answer.text
    return answer.json()  # type: ignore[no-any-return]


def details(shop: Shop, admin: str, notification_id: str) -> JSON:
    return shop.call("GET", f"/api/notifications/{notification_id}", token=admin).json()  # type: ignore[no-any-return]


def words() -> str:
    return f"News {uuid.uuid4().hex[:8]}"


def test_a_notification_is_mailed_is_in_the_inbox_and_can_be_read(
    shop: Shop, admin: str, person: Person, user: JSON
) -> None:
    made = create(shop, admin, user_id=user["id"], template="welcome")

    mail = person.await_mail("Welcome to OmniLife, Mina Okafor")
    assert "Good that you are here" in str(mail)
    told = eventually(
        lambda: details(shop, admin, made["notification_id"]),
        until=lambda seen: bool(seen["deliveries"]) and seen["deliveries"][0]["state"] != "claimed",
    )
    assert [(each["channel"], each["outcome"], each["reason"]) for each in told["decisions"]] == [
        ("email", "deliver", "wanted")
    ]

    inbox = shop.call("GET", "/api/notifications/user/me", token=user["token"]).json()
    assert made["notification_id"] in {each["notification_id"] for each in inbox["items"]}
    unread = inbox["unread"]
    path = f"/api/notifications/{made['notification_id']}"
    assert shop.call("PATCH", path, token=user["token"], json={"read": True}).json()["read"] is True
    after = shop.call("GET", "/api/notifications/user/me", token=user["token"]).json()
    assert after["unread"] == unread - 1


def test_one_that_is_moved_is_sent_at_the_new_time_and_one_that_is_cancelled_never(
    shop: Shop, admin: str, person: Person, user: JSON
) -> None:
    first, second = words(), words()
    content = {"text": "As you asked."}
    moved = create(shop, admin, user_id=user["id"], content={"title": first, **content}, send_in=3600)
    cancelled = create(shop, admin, user_id=user["id"], content={"title": second, **content}, send_in=6)

    path = f"/api/notifications/{moved['notification_id']}"
    move = shop.call("PUT", f"{path}/schedule", token=admin, json={"send_in": 4})
    assert (move.status_code, move.json()["version"]) == (200, 2), move.text
    gone = shop.call("DELETE", f"/api/notifications/{cancelled['notification_id']}", token=admin)
    assert (gone.status_code, gone.json()["state"]) == (200, "cancelled"), gone.text

    mail = person.await_mail(first)
    due = datetime.fromisoformat(move.json()["send_at"])
    late = datetime.fromtimestamp(mail["Timestamp"], UTC) - due
    assert -1 < late.total_seconds() < 20, late
    again = shop.call("DELETE", path, token=admin)
    assert (again.status_code, again.json()["type"]) == (409, "/problems/not-scheduled")
    eventually(datetime.now, until=lambda now: now.timestamp() > due.timestamp() + 6, within=20)
    assert [mail for mail in person.mails() if second in mail["Subject"]] == []


def test_many_are_told_and_who_does_not_want_it_is_not(
    shop: Shop, admin: str, person: Person, user: JSON
) -> None:
    wishes = {"categories": {"marketing": {"email": False}}, "time_zone": "Europe/Berlin"}
    put = shop.call("PUT", "/api/notifications/preferences/me", token=user["token"], json=wishes)
    assert (put.status_code, put.json()["version"]) == (200, 1), put.text

    made = create(
        shop,
        admin,
        user_ids=[user["id"], f"nobody-{uuid.uuid4().hex[:8]}"],
        category="marketing",
        content={"title": words(), "text": "Everything must go."},
    )

    mine = made["notification_ids"][0]
    told = eventually(
        lambda: details(shop, admin, mine), until=lambda seen: seen.get("state") == "suppressed"
    )
    assert [each["reason"] for each in told["decisions"]] == ["muted"]
    other = eventually(
        lambda: details(shop, admin, made["notification_ids"][1]),
        until=lambda seen: bool(seen.get("deliveries")) and seen["deliveries"][0]["state"] != "claimed",
    )
    assert (other["deliveries"][0]["state"], other["deliveries"][0]["reason"]) == (
        "suppressed",
        "unreachable",
    )
