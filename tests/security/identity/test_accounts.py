"""What an attacker would try against accounts and sessions, through the functions themselves."""

import json
from typing import Any

import pytest

from omnilife.identity import BadCredentials, InvalidRefreshToken
from omnilife.identity.refresh_secrets import refresh_hash
from omnilife.identity.store_sessions import SessionStore
from omnilife.security import AccountLocked
from tests.unit.identity.people import EMAIL, PASSWORD, Identity

SECRETS = ("refresh_token", "access_token", "device_token")


def test_nothing_secret_is_logged_whatever_a_request_carries(
    identity: Identity, secrets: Any, call: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    call("register_account")
    text = identity.mailed_text()
    call("verify_email", body={"token": text})
    signed_in = call("log_in").json
    call("log_in", body={"email": EMAIL, "password": "not the right phrase"})
    rotated = call("refresh_session", body={"refresh_token": signed_in["refresh_token"]}).json
    call("refresh_session", body={"refresh_token": signed_in["refresh_token"] + "x"})
    call("update_me", sub=signed_in["user"]["user_id"], role="customer")

    logged = "".join(capsys.readouterr())

    for name in SECRETS:
        for answer in (signed_in, rotated):
            assert answer.get(name, "absent") not in logged
    for secret in (PASSWORD, "not the right phrase", text, text.partition(".")[2], EMAIL, "argon2id"):
        assert secret not in logged


def test_no_event_carries_an_address_a_password_or_a_token(
    identity: Identity, secrets: Any, call: Any
) -> None:
    call("register_account")
    text = identity.mailed_text()
    call("verify_email", body={"token": text})
    signed_in = call("log_in").json
    call("log_in", body={"email": EMAIL, "password": "not the right phrase"})

    told = json.dumps(identity.events())

    assert signed_in["user"]["user_id"] in told
    for secret in (
        EMAIL,
        PASSWORD,
        "not the right phrase",
        text,
        text.partition(".")[2],
        signed_in["refresh_token"],
        signed_in["access_token"],
        "argon2",
    ):
        assert secret not in told


@pytest.mark.parametrize(
    "body",
    [
        {"email": EMAIL, "password": PASSWORD, "name": "Eve", "roles": ["admin"]},
        {"email": EMAIL, "password": PASSWORD, "name": "Eve", "status": "active"},
        {"email": EMAIL, "password": PASSWORD, "name": "Eve", "user_id": "admin-1"},
        {"email": [EMAIL], "password": PASSWORD, "name": "Eve"},
        {"email": {"$ne": ""}, "password": PASSWORD, "name": "Eve"},
        {"email": f"{EMAIL}\r\nBcc: eve@example.com", "password": PASSWORD, "name": "Eve"},
        {"email": EMAIL, "password": "x" * 1025, "name": "Eve"},
        {"email": EMAIL, "password": PASSWORD, "name": "4111 1111 1111 1111"},
    ],
)
def test_nobody_registers_with_more_than_the_form_has(
    identity: Identity, secrets: Any, call: Any, body: Any
) -> None:
    answer = call("register_account", body=body)

    assert answer.status == 422
    assert identity.rows() == [] or all("entity" not in row for row in identity.rows())
    assert PASSWORD not in answer.body


def test_unverified_unknown_and_wrong_are_one_answer_but_for_the_request_id(
    identity: Identity, secrets: Any, call: Any
) -> None:
    identity.join()
    identity.register("waits@example.com")

    def answer(email: str, password: str) -> Any:
        got = call("log_in", body={"email": email, "password": password})
        return got.status, {**got.json, "instance": ""}, sorted(got.headers)

    tried = [
        answer(EMAIL, "not the right phrase"),
        answer("nobody@example.com", PASSWORD),
        answer("waits@example.com", PASSWORD),
    ]

    assert tried[0] == tried[1] == tried[2]
    assert tried[0][0] == 401


def test_guessing_from_many_places_at_once_never_gets_a_sixth_look(
    identity: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    identity.join()
    looked: list[str] = []
    monkeypatch.setattr(
        "omnilife.identity.sign_in.verify_password", lambda _, text: bool(looked.append(text))
    )

    def guess(number: int) -> str:
        try:
            identity.sign_in(password=f"guess number {number}")
        except BadCredentials:
            return "looked at"
        except AccountLocked:
            return "locked"
        return "in"

    outcomes = [guess(number) for number in range(30)]

    assert len(looked) == 5
    assert outcomes.count("looked at") == 5
    assert outcomes.count("in") == 0


def test_of_many_who_present_one_refresh_token_at_once_all_get_the_same_successor(
    identity: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All have read before any has written: the worst order that there is."""
    first = identity.join()
    found = identity.sessions.find_by_refresh(refresh_hash(first.refresh_token))
    real, first_look = SessionStore.find_by_refresh, [True]

    def read(self: SessionStore, token_hash: str) -> Any:
        return found if first_look and first_look.pop() else real(self, token_hash)

    monkeypatch.setattr(SessionStore, "find_by_refresh", read)
    answers = []
    for _ in range(4):
        first_look.append(True)
        answers.append(identity.refresh(first.refresh_token).refresh_token)

    assert len(set(answers)) == 1


def test_a_token_of_another_kind_refreshes_nothing(identity: Identity) -> None:
    signed_in = identity.join()

    for text in (signed_in.access_token[:128], identity.mailed_text(), signed_in.session_id):
        with pytest.raises(InvalidRefreshToken):
            identity.refresh(text)


def test_too_many_requests_of_an_address_are_refused_without_valkey(
    identity: Identity, secrets: Any, call: Any
) -> None:
    """`auth` is 20 a minute here; the functions that sign in count in DynamoDB."""
    statuses = [call("refresh_session").status for _ in range(22)]

    assert statuses[:20] == [401] * 20
    assert 429 in statuses[20:]
