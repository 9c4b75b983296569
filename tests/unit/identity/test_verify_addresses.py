"""Confirming an address, and asking for another link."""

import json
from typing import Any

import pytest

from omnilife.identity import DeadLink, mail_for
from tests.unit.identity.people import EMAIL, Identity


def test_the_mailed_link_confirms_the_address_and_signs_its_owner_in(identity: Identity) -> None:
    signed_in = identity.join()

    account = identity.accounts.find_by_email(EMAIL)
    assert account is not None
    assert (account.status, account.version) == ("active", 2)
    assert identity.claims(signed_in).sub == account.user_id == signed_in.user.user_id
    assert not identity.denied(signed_in)
    types = [event["type"] for event in identity.events()]
    assert types.count("EmailVerified") == types.count("LoginSucceeded") == 1


def test_a_link_works_once(identity: Identity) -> None:
    identity.register()
    text = identity.mailed_text()
    identity.verify(text)

    with pytest.raises(DeadLink):
        identity.verify(text)


def test_all_links_of_an_account_die_when_one_is_used(identity: Identity) -> None:
    identity.register()
    first = identity.mailed_text()
    identity.resend()
    second = identity.mailed_text()
    identity.clock.advance(seconds=1)
    identity.verify(first)

    assert first != second
    with pytest.raises(DeadLink):
        identity.verify(second)


def test_a_link_that_is_overtaken_in_its_last_moment_opens_nothing(
    identity: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    identity.register()
    text = identity.mailed_text()
    opened = identity.opener.__class__.open

    def late(self: Any, *arguments: Any, **more: Any) -> Any:
        monkeypatch.undo()
        identity.clock.advance(seconds=1)
        identity.register(name="Other")
        return opened(self, *arguments, **more)

    monkeypatch.setattr(identity.opener.__class__, "open", late)
    with pytest.raises(DeadLink):
        identity.verify(text)

    account = identity.accounts.find_by_email(EMAIL)
    assert account is not None
    assert account.status == "unverified"


def test_a_new_link_is_mailed_only_to_who_waits_for_one(identity: Identity) -> None:
    identity.resend("nobody@example.com")
    assert identity.mails() == []

    identity.register()
    identity.resend()
    assert [mail["template"] for mail in identity.mails()] == ["verify", "verify"]

    identity.verify(identity.mailed_text())
    identity.resend()
    assert len(identity.mails()) == 2


def test_who_delivers_learns_the_address_and_the_links_text_and_nothing_of_a_dead_link(
    identity: Identity,
) -> None:
    def told_of(**order: Any) -> Any:
        return mail_for(tokens=identity.tokens, clock=identity.clock, **order)

    identity.register()
    (mail,) = identity.mails()

    told = told_of(user_id=mail["user_id"], token_id=mail["token_id"])
    assert told is not None
    assert (told.address, told.name) == (EMAIL, "Mina")
    assert told.token == identity.mailed_text()

    without = told_of(user_id=mail["user_id"])
    assert without is not None
    assert without.token is None
    assert told_of(user_id=mail["user_id"], recipient="previous") is None
    assert told_of(user_id="nobody") is None
    assert told_of(user_id=mail["user_id"], token_id="another") is None
    identity.verify(identity.mailed_text())
    assert told_of(user_id=mail["user_id"], token_id=mail["token_id"]) is None


def test_the_functions_answer(identity: Identity, secrets: Any, call: Any) -> None:
    assert call("register_account").status == 202
    again = call("resend_verification")
    dead = call("verify_email")

    assert (again.status, json.loads(again.body)) == (202, {"status": "verification_sent"})
    assert (dead.status, dead.json["type"]) == (400, "/problems/dead-link")
