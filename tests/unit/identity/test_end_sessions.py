"""Where somebody is signed in, and how that ends."""

from typing import Any

import pytest

from omnilife.core.auth import Caller
from omnilife.core.errors import NotFound
from omnilife.core.table import ConditionFailed
from omnilife.identity import (
    ChangedMeanwhile,
    InvalidRefreshToken,
    end_session,
    list_sessions,
    log_out,
    log_out_everywhere,
)
from omnilife.identity.sessions import IDLE_S
from omnilife.identity.store_accounts import AccountStore
from omnilife.identity.store_sessions import SessionStore
from tests.unit.identity.people import EMAIL, Client, Identity


def listed(identity: Identity, tokens: Any) -> list[str]:
    page = list_sessions(identity.sessions, identity.caller(tokens), clock=identity.clock)
    return [session.session_id for session in page.items]


def test_sessions_are_listed_newest_first_and_the_one_that_asks_is_marked(identity: Identity) -> None:
    first = identity.join()
    second = identity.sign_in(client=Client("198.51.100.7", "laptop"))

    page = list_sessions(identity.sessions, identity.caller(first), clock=identity.clock)

    assert [(s.session_id, s.current, s.user_agent) for s in page.items] == [
        (second.session_id, False, "laptop"),
        (first.session_id, True, "phone"),
    ]
    assert page.next_cursor is None
    assert page.items[0].expires_at.timestamp() == identity.clock.now().timestamp() + IDLE_S


def test_a_session_that_is_over_is_not_listed(identity: Identity) -> None:
    first, second = identity.join(), identity.sign_in()
    end_session(identity.sessions, identity.caller(first), second.session_id, clock=identity.clock)

    assert listed(identity, first) == [first.session_id]
    assert list_sessions(identity.sessions, Caller("user", "", "nobody"), clock=identity.clock).items == []


def test_a_session_that_is_ended_is_refused_at_once_and_cannot_be_refreshed(identity: Identity) -> None:
    first, second = identity.join(), identity.sign_in()

    end_session(
        identity.sessions,
        identity.caller(first),
        second.session_id,
        clock=identity.clock,
        make_id=identity.make_id,
    )

    assert identity.denied(second)
    assert not identity.denied(first)
    with pytest.raises(InvalidRefreshToken):
        identity.refresh(second.refresh_token)
    (event,) = identity.events("SessionEnded")
    assert (event["data"]["session_id"], event["data"]["reason"]) == (second.session_id, "ended")


def test_anothers_session_is_not_there(identity: Identity) -> None:
    first = identity.join()
    other = identity.join("other@example.com")

    with pytest.raises(NotFound):
        end_session(identity.sessions, identity.caller(other), first.session_id, clock=identity.clock)

    assert not identity.denied(first)


def test_a_session_ends_once(identity: Identity, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = identity.join(), identity.sign_in()

    def fail(*_: Any, **__: Any) -> None:
        raise ConditionFailed("session", None)

    with monkeypatch.context() as busy:
        busy.setattr(AccountStore, "save", fail)
        with pytest.raises(NotFound):
            end_session(identity.sessions, identity.caller(first), second.session_id, clock=identity.clock)
    end_session(identity.sessions, identity.caller(first), second.session_id, clock=identity.clock)
    with pytest.raises(NotFound):
        end_session(identity.sessions, identity.caller(first), second.session_id, clock=identity.clock)


def test_logging_out_ends_the_session_that_asks(identity: Identity) -> None:
    first, second = identity.join(), identity.sign_in()

    log_out(identity.sessions, identity.caller(first), clock=identity.clock, make_id=identity.make_id)

    assert identity.denied(first)
    assert not identity.denied(second)
    assert [event["data"]["reason"] for event in identity.events("SessionEnded")] == ["logout"]


def test_a_session_that_identity_does_not_know_is_denied_all_the_same(identity: Identity) -> None:
    caller = Caller("user", "", "developer", session_id="development-developer")

    log_out(identity.sessions, caller, clock=identity.clock)

    row = identity.trust.get("DENY#sid#development-developer", "DENY")
    assert row is not None
    assert "before" not in row


def test_logging_out_everywhere_ends_all_sessions_and_the_next_sign_in_holds(identity: Identity) -> None:
    first, second = identity.join(), identity.sign_in()

    log_out_everywhere(
        identity.sessions, identity.caller(first), clock=identity.clock, make_id=identity.make_id
    )
    third = identity.sign_in()

    assert identity.denied(first)
    assert identity.denied(second)
    assert not identity.denied(third)
    with pytest.raises(InvalidRefreshToken):
        identity.refresh(second.refresh_token)
    assert listed(identity, third) == [third.session_id]
    assert len(identity.events("SessionsEnded")) == 1


def test_logging_out_everywhere_never_denies_less_than_before(identity: Identity) -> None:
    first = identity.join()
    log_out_everywhere(identity.sessions, identity.caller(first), clock=identity.clock)
    identity.clock.advance(seconds=-3)  # another function's clock is behind

    log_out_everywhere(identity.sessions, identity.caller(first), clock=identity.clock)
    identity.clock.advance(seconds=3)

    assert identity.denied(first)


def test_who_has_no_account_is_denied_everywhere_all_the_same(identity: Identity) -> None:
    log_out_everywhere(identity.sessions, Caller("user", "", "developer"), clock=identity.clock)

    row = identity.trust.get("DENY#sub#developer", "DENY")
    assert row is not None
    assert row["before"] == int(identity.clock.now().timestamp()) + 1


def test_who_is_overtaken_again_and_again_is_told_to_try_later(
    identity: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = identity.join()

    def fail(*_: Any, **__: Any) -> None:
        raise ConditionFailed("account", None)

    monkeypatch.setattr(SessionStore, "save", fail)
    with pytest.raises(ChangedMeanwhile):
        log_out_everywhere(identity.sessions, identity.caller(first), clock=identity.clock)
    assert identity.accounts.find_by_email(EMAIL)


def test_the_functions_answer(identity: Identity, call: Any) -> None:
    assert call("list_sessions", sub="nobody", role="customer").json == {"items": [], "next_cursor": None}
    assert call("end_session", sub="nobody", role="customer").status == 404
    assert (call("log_out", sub="a", role="customer").status, call("list_sessions", sub="a").status) == (
        204,
        401,
    )
    assert call("log_out_everywhere", sub="b", role="customer").status == 204
    assert call("list_sessions", sub="b", role="customer").status == 401
