"""Registering tells nobody whether an address has an account."""

from typing import Any

import pytest

from omnilife.core.errors import Unauthorized
from omnilife.core.table import ConditionFailed
from omnilife.identity import ChangedMeanwhile, WeakPassword
from omnilife.identity.problems import BadCredentials, DeadLink
from omnilife.identity.store_accounts import AccountStore
from tests.unit.identity.people import EMAIL, Identity


def test_a_new_address_gets_an_account_and_a_mail_with_a_link(identity: Identity) -> None:
    identity.register("Mina@Example.com")

    account = identity.accounts.find_by_email(EMAIL)
    assert account is not None
    assert (account.status, account.roles, account.name, account.version) == (
        "unverified",
        ["customer"],
        "Mina",
        1,
    )
    (mail,) = identity.mails()
    assert (mail["template"], mail["user_id"]) == ("verify", account.user_id)
    assert identity.tokens.find("verify_email", identity.mailed_text()).address == EMAIL
    assert [event["data"]["vocabulary"] for event in identity.events("UserRegistered")] == ["user_created"]


def test_no_password_hash_or_link_stands_in_an_event(identity: Identity) -> None:
    identity.register()

    account = identity.accounts.find_by_email(EMAIL)
    text = str(identity.events())
    assert account is not None
    assert account.password_hash not in text
    assert EMAIL not in text
    assert identity.mailed_text().partition(".")[2] not in text


def test_an_address_that_has_an_account_gets_a_mail_that_says_so_and_nothing_changes(
    identity: Identity,
) -> None:
    identity.join()
    before = identity.accounts.find_by_email(EMAIL)

    identity.register(password="another good phrase", name="Eve")

    assert identity.accounts.find_by_email(EMAIL) == before
    assert [mail["template"] for mail in identity.mails()] == ["verify", "already_registered"]


def test_an_account_that_nobody_verified_takes_the_new_password_and_its_old_link_dies(
    identity: Identity,
) -> None:
    identity.register(password="somebody elses phrase", name="Eve")
    old = identity.mailed_text()
    identity.clock.advance(seconds=1)

    identity.register(name="Mina")

    with pytest.raises(DeadLink):
        identity.verify(old)
    assert identity.verify(identity.mailed_text()).user.name == "Mina"
    with pytest.raises(BadCredentials):
        identity.sign_in(password="somebody elses phrase")
    assert identity.sign_in()


def test_a_weak_password_is_refused_for_every_address_alike(identity: Identity) -> None:
    identity.join()
    for email in (EMAIL, "new@example.com"):
        with pytest.raises(WeakPassword):
            identity.register(email, "password123")

    assert identity.accounts.find_by_email("new@example.com") is None


def test_an_address_gets_five_mails_an_hour_and_no_sixth(identity: Identity) -> None:
    for _ in range(7):
        identity.register()

    assert len(identity.mails()) == 5


def test_of_two_who_register_at_once_one_makes_the_account(
    identity: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    find, seen = AccountStore.find_by_email, []

    def late(self: AccountStore, email: str) -> Any:
        found = find(self, email)
        if not seen:
            seen.append(email)
            identity.register()
        return found

    monkeypatch.setattr(AccountStore, "find_by_email", late)
    identity.register(name="Second")

    rows = [row for row in identity.rows() if row.get("entity") == {"S": "user"}]
    assert len(rows) == 1


def test_who_is_overtaken_again_and_again_is_told_to_try_later(
    identity: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise ConditionFailed("address", None)

    monkeypatch.setattr(AccountStore, "save", fail)

    with pytest.raises(ChangedMeanwhile):
        identity.register()


def test_the_answer_of_the_function_is_the_same_for_known_and_unknown_addresses(
    identity: Identity, secrets: Any, call: Any
) -> None:
    answers = [call("register_account") for _ in range(2)]

    assert {(answer.status, answer.body) for answer in answers} == {(202, '{"status":"verification_sent"}')}
    assert not issubclass(ChangedMeanwhile, Unauthorized)
