"""New passwords: by a link that works once, or with the one before; everybody else is signed out."""

import pytest

from omnilife.core.clock import epoch_seconds
from omnilife.core.errors import NotFound, TooManyRequests
from omnilife.core.table import Table
from omnilife.identity.credential_models import PasswordChange
from omnilife.identity.credential_problems import WrongPassword
from omnilife.identity.passwords import verify_password
from omnilife.identity.problems import ChangedMeanwhile, DeadLink, WeakPassword
from omnilife.identity.set_passwords import change_password, forgot_password, reset_password
from omnilife.identity.store_accounts import AccountStore
from tests.support.faults import FaultyClient
from tests.unit.identity.owners import ANOTHER, EMAIL, PASSWORD, People


def forget(people: People, email: str = EMAIL) -> str:
    answer = forgot_password(
        email, accounts=people.accounts, tokens=people.tokens, clock=people.clock, make_id=people.ids
    )
    return answer.status


def reset(people: People, text: str, password: str = ANOTHER) -> None:
    reset_password(
        text,
        password,
        sessions=people.sessions,
        tokens=people.tokens,
        address="203.0.113.9",
        clock=people.clock,
        make_id=people.ids,
    )


def test_a_forgotten_password_is_set_by_the_mailed_link_once(people: People) -> None:
    people.add()
    forget(people)
    link = people.last_link()
    reset(people, link)

    assert verify_password(people.account().password_hash, ANOTHER)
    assert not verify_password(people.account().password_hash, PASSWORD)
    assert people.mails() == [("reset", ""), ("changed", EMAIL)]
    with pytest.raises(DeadLink):
        reset(people, link)


def test_a_reset_ends_every_session_and_takes_back_every_access_token(people: People) -> None:
    people.add()
    callers = [people.sign_in("session-1"), people.sign_in("session-2")]
    now = epoch_seconds(people.clock.now())
    forget(people)
    reset(people, people.last_link())

    assert [people.signed_in(caller.session_id) for caller in callers] == [False, False]
    assert not any(people.believes(caller, now) for caller in callers)
    assert people.believes(callers[0], now + 1)


def test_the_link_works_for_half_an_hour(people: People) -> None:
    people.add()
    forget(people)
    people.clock.advance(seconds=1800)

    with pytest.raises(DeadLink):
        reset(people, people.last_link())


def test_a_weak_password_leaves_the_link_as_it_was(people: People) -> None:
    people.add()
    forget(people)
    with pytest.raises(WeakPassword):
        reset(people, people.last_link(), "password1")

    reset(people, people.last_link())


def test_a_link_is_for_the_address_that_the_account_had(people: People) -> None:
    account = people.add()
    forget(people)
    people.accounts.save([people.accounts.change(account, email="new@example.com")])

    with pytest.raises(DeadLink):
        reset(people, people.last_link())


def test_of_two_links_the_use_of_one_kills_the_other(people: People) -> None:
    people.add()
    forget(people)
    first = people.last_link()
    people.clock.advance(seconds=1)
    forget(people)
    people.clock.advance(seconds=1)
    reset(people, people.last_link())

    with pytest.raises(DeadLink):
        reset(people, first)


def test_an_address_that_nobody_has_gets_the_same_answer_the_same_work_and_no_mail(people: People) -> None:
    people.add()
    people.add("user-2", "waiting@example.com", status="unverified")
    calls = []
    answers = []
    for email in (EMAIL, "nobody@example.com", "waiting@example.com"):
        client = FaultyClient(people.identity._client())
        answers.append(
            forgot_password(
                email,
                accounts=AccountStore(Table("identity", client)),
                tokens=people.tokens,
                clock=people.clock,
                make_id=people.ids,
            ).status
        )
        calls.append(
            [
                (operation, len(arguments.get("TransactItems", ())))
                for operation, arguments in client.calls
                if "LIMIT#" not in str(arguments)
            ]
        )

    assert answers == ["reset_sent"] * 3
    assert calls[0] == calls[1] == calls[2] == [("get_item", 0), ("get_item", 0), ("transact_write_items", 3)]
    assert [mail for mail, _ in people.mails()] == ["reset"]


def test_nobodys_token_opens_nothing(people: People) -> None:
    forget(people, "nobody@example.com")
    client = people.identity._client()
    (row,) = [r for r in client.scan(TableName="identity")["Items"] if r["sk"]["S"] == "TOKEN"]

    with pytest.raises(DeadLink):
        reset(people, people.tokens.text(row["pk"]["S"].partition("#")[2]))


def test_nobodys_mailbox_is_filled(people: People) -> None:
    people.add()

    assert {forget(people) for _ in range(8)} == {"reset_sent"}
    assert len(people.mails()) == 5


def test_an_account_that_others_keep_changing_is_told_and_the_link_goes_on(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = people.add()
    forget(people)
    monkeypatch.setattr(AccountStore, "find", lambda *_: account.model_copy(update={"version": 7}))
    with pytest.raises(ChangedMeanwhile):
        reset(people, people.last_link())

    monkeypatch.undo()
    monkeypatch.setenv("IDENTITY_TABLE", "identity")
    reset(people, people.last_link())


def test_a_link_that_somebody_else_uses_meanwhile_is_dead(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    people.add()
    forget(people)
    found = people.tokens.find("reset_password", people.last_link())
    reset(people, people.last_link())
    monkeypatch.setattr(type(people.tokens), "find", lambda *_: found)

    with pytest.raises(DeadLink):
        reset(people, "whatever", "third-otter-veranda")
    assert verify_password(people.account().password_hash, ANOTHER)


def change(people: People, caller: object, current: str = PASSWORD, new: str = ANOTHER) -> None:
    change_password(
        PasswordChange(current_password=current, new_password=new),
        sessions=people.sessions,
        caller=caller,  # type: ignore[arg-type]
        clock=people.clock,
        make_id=people.ids,
    )


def test_a_changed_password_ends_all_other_sessions_and_keeps_ones_own(people: People) -> None:
    people.add()
    own, other = people.sign_in("session-1"), people.sign_in("session-2")
    now = epoch_seconds(people.clock.now())
    change(people, own)

    assert verify_password(people.account().password_hash, ANOTHER)
    assert (people.signed_in("session-1"), people.signed_in("session-2")) == (True, False)
    assert (people.believes(own, now), people.believes(other, now)) == (False, False)
    assert people.mails() == [("changed", EMAIL)]
    (told,) = people.events("PasswordChanged")
    assert told["data"] == {
        "vocabulary": "authn_password_change",
        "user_id": "user-1",
        "method": "password",
        "address": "203.0.113.9",
    }


def test_a_token_of_a_session_that_identity_does_not_know_keeps_none(people: People) -> None:
    people.add()
    caller = people.sign_in("session-1")
    change(people, type(caller)("user", "203.0.113.9", "user-1", session_id="elsewhere"))

    assert not people.signed_in("session-1")


def test_a_change_kills_links_that_were_mailed_before(people: People) -> None:
    people.add()
    forget(people)
    people.clock.advance(seconds=1)
    change(people, people.sign_in())

    with pytest.raises(DeadLink):
        reset(people, people.last_link())


def test_a_stolen_session_gets_five_guesses_and_security_hears_of_each(people: People) -> None:
    people.add()
    thief = people.sign_in()
    for _ in range(5):
        with pytest.raises(WrongPassword):
            change(people, thief, "wrong-otter-veranda")
    with pytest.raises(TooManyRequests):
        change(people, thief)

    assert verify_password(people.account().password_hash, PASSWORD)
    assert len(people.events("PasswordChangeFailed")) == 5


def test_a_new_password_is_held_to_the_same_rules(people: People) -> None:
    people.add()
    with pytest.raises(WeakPassword) as refused:
        change(people, people.sign_in(), new="password1")

    assert refused.value.errors[0].pointer == "/new_password"


def test_an_account_that_is_gone_has_no_password(people: People) -> None:
    people.add()
    caller = people.sign_in()
    people.identity.delete({"pk": "USER#user-1", "sk": "USER"})

    with pytest.raises(NotFound):
        change(people, caller)


def test_an_account_that_changes_meanwhile_is_told(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    account = people.add()
    caller = people.sign_in()
    monkeypatch.setattr(AccountStore, "find", lambda *_: account.model_copy(update={"version": 7}))

    with pytest.raises(ChangedMeanwhile):
        change(people, caller)


def test_no_password_is_stored_or_announced(people: People) -> None:
    people.add()
    forget(people)
    reset(people, people.last_link())
    stored = people.everything_stored()

    assert PASSWORD not in stored
    assert ANOTHER not in stored
    assert all(str(event).count("203.0.113.9") <= 1 and EMAIL not in str(event) for event in people.events())
