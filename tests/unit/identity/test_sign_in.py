"""Signing in with a password."""

from typing import Any

import pytest

from omnilife.core.errors import Unavailable
from omnilife.identity import BadCredentials, MfaRequired, passwords
from omnilife.identity.mfa_tickets import TICKET_S, MfaTickets
from omnilife.identity.open_sessions import SessionOpener
from omnilife.identity.revoke_sessions import revoke_all
from omnilife.security import AccountLocked, LoginGuard
from tests.unit.identity.people import EMAIL, PASSWORD, PHONE, Client, Identity


def test_the_right_password_opens_a_session(identity: Identity) -> None:
    identity.join()

    signed_in = identity.sign_in("MINA@example.com")

    claims = identity.claims(signed_in)
    assert (claims.sub, claims.sid, claims.roles) == (
        signed_in.user.user_id,
        signed_in.session_id,
        ["customer"],
    )
    assert signed_in.expires_in == 600
    (event,) = [e for e in identity.events("LoginSucceeded") if e["data"]["method"] == "password"]
    assert event["data"]["vocabulary"] == "authn_login_success"
    assert (event["data"]["address"], event["data"]["user_agent"]) == (PHONE.address, PHONE.user_agent)


@pytest.mark.parametrize(
    ("email", "password"),
    [(EMAIL, "another good phrase"), ("nobody@example.com", PASSWORD), ("waits@example.com", PASSWORD)],
    ids=["wrong password", "unknown", "not verified"],
)
def test_whatever_is_wrong_the_answer_is_the_same(identity: Identity, email: str, password: str) -> None:
    identity.join()
    identity.register("waits@example.com")

    with pytest.raises(BadCredentials) as refused:
        identity.sign_in(email, password)

    assert refused.value.to_dict() == BadCredentials().to_dict()
    (event,) = identity.events("LoginFailed")
    assert event["data"]["vocabulary"] == "authn_login_fail"
    assert email not in str(event)


def test_an_unknown_address_has_a_password_compared_too(
    identity: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[str] = []
    real = passwords.verify_password

    def watched(stored: str, text: str) -> bool:
        compared.append(stored)
        return real(stored, text)

    monkeypatch.setattr("omnilife.identity.sign_in.verify_password", watched)
    with pytest.raises(BadCredentials):
        identity.sign_in("nobody@example.com")

    assert compared == [passwords.DUMMY_HASH]


def test_who_knows_the_password_of_an_address_that_was_never_verified_gets_another_link(
    identity: Identity,
) -> None:
    identity.register()
    with pytest.raises(BadCredentials):
        identity.sign_in()

    assert [mail["template"] for mail in identity.mails()] == ["verify", "verify"]
    assert identity.verify(identity.mailed_text())


def test_the_sixth_attempt_is_not_looked_at_and_the_fifth_mails_a_way_to_unlock(
    identity: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    identity.join()
    for _ in range(5):
        with pytest.raises(BadCredentials):
            identity.sign_in(password="another good phrase")

    monkeypatch.setattr("omnilife.identity.sign_in.verify_password", lambda *_: pytest.fail("looked at"))
    with pytest.raises(AccountLocked):
        identity.sign_in()

    assert identity.events("LoginFailed")[-1]["data"]["vocabulary"] == "authn_login_lock"
    mail = identity.mails()[-1]
    assert (mail["template"], set(mail["data"])) == ("unlock", {"until"})
    assert identity.tokens.find("unlock_account", identity.mailed_text("unlock")).address == EMAIL


def test_an_address_that_nobody_has_locks_as_well_and_mails_nobody(identity: Identity) -> None:
    for _ in range(5):
        with pytest.raises(BadCredentials):
            identity.sign_in("nobody@example.com")
    with pytest.raises(AccountLocked):
        identity.sign_in("nobody@example.com")

    assert identity.mails() == []


def test_a_device_that_signed_in_is_known_and_a_second_one_is_told_to_the_owner(identity: Identity) -> None:
    identity.join()
    first = identity.sign_in()
    assert first.device_token

    again = identity.sign_in(device=first.device_token)
    assert again.device_token is None
    assert "new_device" not in [mail["template"] for mail in identity.mails()]

    other = identity.sign_in(client=Client("198.51.100.7", "laptop"))
    mail = identity.mails()[-1]
    assert other.device_token not in {None, first.device_token}
    assert (mail["template"], mail["data"]["address"]) == ("new_device", "198.51.100.7")


def test_a_guard_that_cannot_take_an_attempt_back_turns_no_owner_away(
    identity: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    identity.join()

    def busy(*_: Any) -> None:
        raise Unavailable

    monkeypatch.setattr(LoginGuard, "succeeded", busy)

    assert identity.sign_in().device_token is None


def test_an_old_hash_is_made_anew_at_the_next_sign_in(
    identity: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    identity.join()
    before = identity.accounts.find_by_email(EMAIL)
    monkeypatch.setattr("omnilife.identity.passwords.PASSES", 2)
    passwords._hasher.cache_clear()

    identity.sign_in()

    after = identity.accounts.find_by_email(EMAIL)
    assert before is not None
    assert after is not None
    assert (",t=1," in before.password_hash, ",t=2," in after.password_hash) == (True, True)
    assert identity.sign_in()


def test_a_hash_that_cannot_be_renewed_now_is_no_reason_to_turn_its_owner_away(
    identity: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    identity.join()
    monkeypatch.setattr("omnilife.identity.passwords.PASSES", 2)
    passwords._hasher.cache_clear()
    opened = SessionOpener.open

    def late(self: SessionOpener, account: Any, *arguments: Any, **more: Any) -> Any:
        monkeypatch.setattr(SessionOpener, "open", opened)
        identity.accounts.save([identity.accounts.change(account, name="Changed")])
        return opened(self, account, *arguments, **more)

    monkeypatch.setattr(SessionOpener, "open", late)

    assert identity.sign_in()


def test_a_password_that_was_changed_while_it_was_compared_opens_nothing(
    identity: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    identity.join()
    opened = SessionOpener.open

    def late(self: SessionOpener, account: Any, *arguments: Any, **more: Any) -> Any:
        monkeypatch.setattr(SessionOpener, "open", opened)
        revocation = revoke_all(identity.sessions, account, identity.clock.now())
        change = identity.accounts.change(account, password_hash="new", **revocation.account)
        identity.sessions.save([change, *revocation.parts])
        return opened(self, account, *arguments, **more)

    monkeypatch.setattr(SessionOpener, "open", late)
    sessions_before = len([row for row in identity.rows() if row.get("entity") == {"S": "session"}])
    with pytest.raises(BadCredentials):
        identity.sign_in()

    sessions = [row for row in identity.rows() if row.get("entity") == {"S": "session"}]
    assert len(sessions) == sessions_before


def test_with_a_second_factor_the_password_gives_a_ticket_and_no_session(identity: Identity) -> None:
    identity.join()
    account = identity.accounts.find_by_email(EMAIL)
    assert account is not None
    identity.accounts.save([identity.accounts.change(account, mfa_enabled=True)])

    answer = identity.attempt()

    assert isinstance(answer, MfaRequired)
    tickets = MfaTickets(identity.table, clock=identity.clock)
    ticket = tickets.find(answer.mfa_token)
    assert ticket is not None
    assert (ticket.user_id, ticket.epoch) == (account.user_id, 0)
    assert answer.mfa_token not in str(identity.rows())
    identity.table.transact([ticket.spend])
    assert tickets.find(answer.mfa_token) is None
    again = identity.attempt()
    assert isinstance(again, MfaRequired)
    identity.clock.advance(seconds=TICKET_S)
    assert tickets.find(again.mfa_token) is None


def test_the_function_sets_the_devices_cookie_and_takes_it_back(
    identity: Identity, secrets: Any, call: Any
) -> None:
    call("register_account")
    account = identity.accounts.find_by_email(EMAIL)
    assert account is not None
    identity.accounts.save([identity.accounts.change(account, status="active")])

    answer = call("log_in")
    name, _, value = answer.headers["set-cookie"].partition("=")
    again = call("log_in", headers={"cookie": f"other=1; {name}={value.partition(';')[0]}"})

    assert (answer.status, answer.json["token_type"]) == (200, "Bearer")
    assert name == "__Host-device"
    assert value.endswith("; Path=/; Secure; HttpOnly; SameSite=Strict")
    assert answer.json["device_token"] == value.partition(";")[0]
    assert "set-cookie" not in again.headers
    wrong = call("log_in", body={"email": EMAIL, "password": "another good phrase"})
    assert (wrong.status, wrong.json["type"]) == (401, "/problems/bad-credentials")
    assert wrong.headers["www-authenticate"] == "Bearer"
