"""Refresh tokens are used up by their use, and one that is used twice ends its session."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from omnilife.core.errors import Unavailable
from omnilife.core.table import ConditionFailed
from omnilife.identity import ChangedMeanwhile, InvalidRefreshToken, Tokens
from omnilife.identity.refresh_secrets import new_refresh_token, refresh_hash
from omnilife.identity.revoke_sessions import revoke_all
from omnilife.identity.sessions import IDLE_S, REPEAT_S, SESSION_S
from omnilife.identity.store_sessions import SessionStore
from tests.unit.identity.people import EMAIL, PHONE, Identity


def refused(identity: Identity, token: str) -> bool:
    try:
        identity.refresh(token)
    except InvalidRefreshToken:
        return True
    return False


def test_a_refresh_token_gives_new_tokens_of_the_same_session(identity: Identity) -> None:
    first = identity.join()
    identity.clock.advance(seconds=500)

    second = identity.refresh(first.refresh_token)

    assert second.session_id == first.session_id
    assert second.refresh_token != first.refresh_token
    assert identity.claims(second).exp == identity.claims(first).exp + 500
    assert identity.refresh(second.refresh_token)


def test_no_refresh_token_is_kept_in_the_clear(identity: Identity) -> None:
    first = identity.join()
    second = identity.refresh(first.refresh_token)

    kept = str(identity.rows())

    assert first.refresh_token not in kept
    assert second.refresh_token not in kept
    assert first.access_token not in kept


def test_who_lost_the_answer_gets_the_same_successor_for_ten_seconds(identity: Identity) -> None:
    first = identity.join()
    second = identity.refresh(first.refresh_token)
    identity.clock.advance(seconds=REPEAT_S)

    repeated = identity.refresh(first.refresh_token)

    assert repeated.refresh_token == second.refresh_token
    assert identity.events("TokenReused") == []
    assert identity.refresh(second.refresh_token)


def test_a_used_token_ends_its_session_after_ten_seconds(identity: Identity) -> None:
    first = identity.join()
    second = identity.refresh(first.refresh_token)
    identity.clock.advance(seconds=REPEAT_S + 0.001)

    assert refused(identity, first.refresh_token)

    assert refused(identity, second.refresh_token)
    assert identity.denied(first)
    assert identity.denied(second)
    (event,) = identity.events("TokenReused")
    assert event["data"]["vocabulary"] == "authn_token_reuse"
    assert event["data"]["session_id"] == first.session_id


def test_a_used_token_ends_its_session_at_once_when_its_successor_was_used_too(identity: Identity) -> None:
    first = identity.join()
    second = identity.refresh(first.refresh_token)
    third = identity.refresh(second.refresh_token)

    assert refused(identity, first.refresh_token)
    assert refused(identity, third.refresh_token)


def test_reuse_is_told_of_once(identity: Identity) -> None:
    first = identity.join()
    identity.refresh(identity.refresh(first.refresh_token).refresh_token)

    for _ in range(3):
        assert refused(identity, first.refresh_token)

    assert len(identity.events("TokenReused")) == 1


def test_other_sessions_go_on(identity: Identity) -> None:
    first, other = identity.join(), identity.sign_in()
    identity.refresh(identity.refresh(first.refresh_token).refresh_token)
    refused(identity, first.refresh_token)

    assert not identity.denied(other)
    assert identity.refresh(other.refresh_token)


@pytest.mark.parametrize("text", ["", "olr_short", "x" * 47, "olk_" + "A" * 43])
def test_what_has_not_the_form_of_one_is_not_looked_for(
    identity: Identity, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SessionStore, "find_by_refresh", lambda *_: pytest.fail("looked for"))

    assert refused(identity, text)


def test_one_that_was_never_given_out_is_refused_and_ends_nothing(identity: Identity) -> None:
    first = identity.join()

    assert refused(identity, new_refresh_token())
    assert not identity.denied(first)


def test_a_session_is_over_when_it_is_not_used_and_at_its_end_in_any_case(identity: Identity) -> None:
    idle, used = identity.join(), identity.sign_in()
    token = used.refresh_token
    for _ in range(SESSION_S // (IDLE_S - 1)):
        identity.clock.advance(seconds=IDLE_S - 1)
        token = identity.refresh(token).refresh_token

    assert refused(identity, idle.refresh_token)
    identity.clock.advance(seconds=4)
    assert refused(identity, token)


def test_a_session_whose_row_is_gone_is_over(identity: Identity) -> None:
    first = identity.join()
    user_id = first.user.user_id
    identity.table.delete({"pk": f"USER#{user_id}", "sk": f"SESSION#{first.session_id}"})

    assert refused(identity, first.refresh_token)


def test_all_sessions_that_end_at_once_cannot_be_refreshed_but_the_one_that_is_kept(
    identity: Identity,
) -> None:
    kept, other = identity.join(), identity.sign_in()
    account = identity.accounts.find_by_email(EMAIL)
    assert account is not None
    revocation = revoke_all(identity.sessions, account, identity.clock.now(), keep=kept.session_id)
    change = identity.accounts.change(account, **revocation.account)
    identity.sessions.save([change, *revocation.parts])

    assert identity.denied(kept)
    assert identity.denied(other)
    assert refused(identity, other.refresh_token)
    assert not identity.denied(identity.refresh(kept.refresh_token))


def test_roles_are_those_of_the_moment(identity: Identity) -> None:
    first = identity.join()
    account = identity.accounts.find_by_email(EMAIL)
    assert account is not None
    identity.accounts.save([identity.accounts.change(account, roles={"customer", "merchant"})])

    assert identity.claims(identity.refresh(first.refresh_token)).roles == ["customer", "merchant"]


def test_who_is_overtaken_again_and_again_is_told_to_try_later(
    identity: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = identity.join()

    def fail(*_: Any, **__: Any) -> None:
        raise ConditionFailed("session", None)

    monkeypatch.setattr(SessionStore, "rotate", fail)

    with pytest.raises(ChangedMeanwhile):
        identity.refresh(first.refresh_token)


def test_when_nobody_can_be_signed_in_the_token_stays_good(
    identity: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = identity.join()

    def down(*_: Any, **__: Any) -> None:
        raise Unavailable

    with monkeypatch.context() as broken:
        broken.setattr("omnilife.identity.sign_tokens.TokenSigner.sign", down)
        with pytest.raises(Unavailable):
            identity.refresh(first.refresh_token)

    assert identity.refresh(first.refresh_token)


def test_the_function_answers_tokens_and_refuses_with_one_sentence(identity: Identity, call: Any) -> None:
    identity.clock.advance(seconds=0)
    unknown = call("refresh_session")

    assert (unknown.status, unknown.json["type"]) == (401, "/problems/invalid-refresh-token")
    assert json.loads(unknown.body)["detail"] == "The refresh token is not valid."


class Holder:
    """A client that keeps the newest token that it has seen, and those before."""

    def __init__(self, token: str) -> None:
        self.tokens = [token]


STEPS = st.lists(
    st.tuples(
        st.integers(0, 1),  # which client
        st.sampled_from(["refresh", "refresh, answer lost", "old token", "both at once"]),
        st.sampled_from([0.0, 0.5, 5.0, REPEAT_S, REPEAT_S + 1]),
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
@example([(0, "refresh", 0.0), (1, "refresh", 0.0), (0, "refresh", 0.0), (1, "refresh", 0.0)])
@example([(0, "refresh, answer lost", 5.0), (0, "refresh", 0.0), (1, "refresh", 0.0), (0, "refresh", 0.0)])
def test_two_clients_and_lost_answers_leave_at_most_one_live_token(
    identity: Identity, steps: list[tuple[int, str, float]]
) -> None:
    """Two hold the same token: an owner and a thief, or two tabs. At the end at most one token refreshes."""
    if identity.accounts.find_by_email(EMAIL) is None:
        identity.join()
    account = identity.accounts.find_by_email(EMAIL)
    assert account is not None
    first = identity.opener.open(account, PHONE, method="password")
    holders = [Holder(first.refresh_token), Holder(first.refresh_token)]
    seen = [first.refresh_token]

    def present(token: str) -> Tokens | None:
        try:
            answer = identity.refresh(token)
        except InvalidRefreshToken:
            return None
        seen.append(answer.refresh_token)
        return answer

    for which, step, seconds in steps:
        holder = holders[which]
        token = holder.tokens[0] if step == "old token" else holder.tokens[-1]
        answer = present(token)
        if step == "both at once":
            other = present(holders[1 - which].tokens[-1])
            if other:
                holders[1 - which].tokens.append(other.refresh_token)
        if answer and step != "refresh, answer lost":
            holder.tokens.append(answer.refresh_token)
        identity.clock.advance(seconds=seconds)

    session = identity.sessions.find(account.user_id, first.session_id)
    assert session is not None
    ended = session.ended_at is not None
    live = {text for text in seen if not ended and refresh_hash(text) == session.refresh_hash}
    assert len(live) <= 1
    identity.clock.advance(seconds=REPEAT_S + 1)
    for text in set(seen) - live:
        assert refused(identity, text)
    assert all(refused(identity, text) for text in set(seen) - live)
