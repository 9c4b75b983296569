"""Another address: confirmed where it is, told where it was."""

import pytest

from omnilife.core.auth import Caller
from omnilife.core.errors import Invalid
from omnilife.identity.change_email import confirm_email_change, request_email_change
from omnilife.identity.credential_models import EmailChange
from omnilife.identity.credential_problems import WrongPassword
from omnilife.identity.problems import ChangedMeanwhile, DeadLink
from omnilife.identity.store_accounts import AccountStore
from tests.unit.identity.owners import EMAIL, PASSWORD, People

NEW = "ada@new.example.com"


def ask(people: People, caller: Caller, email: str = NEW, password: str = PASSWORD) -> str:
    return request_email_change(
        EmailChange(email=email, password=password),
        accounts=people.accounts,
        tokens=people.tokens,
        caller=caller,
        clock=people.clock,
        make_id=people.ids,
    ).status


def confirm(people: People, caller: Caller, text: str) -> str:
    return confirm_email_change(
        text,
        accounts=people.accounts,
        tokens=people.tokens,
        caller=caller,
        clock=people.clock,
        make_id=people.ids,
    ).status


def test_an_address_is_changed_by_the_link_mailed_to_it_and_the_old_one_is_told(people: People) -> None:
    people.add()
    caller = people.sign_in()
    assert ask(people, caller) == "verification_sent"
    assert people.account().email == EMAIL
    assert people.mails() == [("verify", NEW)]
    link = people.last_link()

    assert confirm(people, caller, link) == "changed"
    assert people.accounts.find_by_email(NEW) == people.account()
    assert people.accounts.find_by_email(EMAIL) is None
    assert people.mails()[-1] == ("changed", EMAIL)
    assert people.signed_in("session-1")
    with pytest.raises(DeadLink):
        confirm(people, caller, link)


def test_it_takes_the_password(people: People) -> None:
    people.add()
    with pytest.raises(WrongPassword):
        ask(people, people.sign_in(), password="wrong-otter-veranda")

    assert people.mails() == []


def test_ones_own_address_is_no_change(people: People) -> None:
    people.add()
    with pytest.raises(Invalid):
        ask(people, people.sign_in(), email=EMAIL)


def test_an_address_that_somebody_has_gets_the_same_answer_and_its_owner_a_mail(people: People) -> None:
    people.add()
    people.add("user-2", NEW)

    assert ask(people, people.sign_in()) == "verification_sent"
    assert people.mails() == [("already_registered", NEW)]


def test_an_address_that_somebody_took_meanwhile_stays_theirs(people: People) -> None:
    people.add()
    caller = people.sign_in()
    ask(people, caller)
    people.add("user-2", NEW)

    with pytest.raises(DeadLink):
        confirm(people, caller, people.last_link())
    assert people.account().email == EMAIL
    owner = people.accounts.find_by_email(NEW)
    assert owner is not None
    assert owner.user_id == "user-2"


def test_the_link_is_for_the_account_that_asked(people: People) -> None:
    people.add()
    people.add("user-2", "other@example.com")
    ask(people, people.sign_in())
    thief = people.sign_in("session-2", "user-2")

    with pytest.raises(DeadLink):
        confirm(people, thief, people.last_link())


def test_nobodys_mailbox_is_filled_by_changes(people: People) -> None:
    people.add()
    caller = people.sign_in()
    for _ in range(5):
        ask(people, caller)
    people.clock.advance(seconds=900)

    assert ask(people, caller) == "verification_sent"
    assert len(people.mails()) == 5


def test_an_account_that_changes_meanwhile_is_told(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    account = people.add()
    caller = people.sign_in()
    ask(people, caller)
    link = people.last_link()
    stale = account.model_copy(update={"version": 7, "epoch": 7})
    monkeypatch.setattr(AccountStore, "find", lambda *_: stale)

    with pytest.raises(ChangedMeanwhile):
        ask(people, caller)
    with pytest.raises(ChangedMeanwhile):
        confirm(people, caller, link)
