"""Tokens that mails carry: for one purpose, once, in time, and not after the password changed."""

import re
from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from omnilife.core.clock import FixedClock
from omnilife.core.ids import IdMaker
from omnilife.core.table import ConditionFailed, Table
from omnilife.identity.problems import DeadLink
from omnilife.identity.single_use import (
    LIFETIMES,
    MailedTokens,
    Purpose,
    SingleUseTokens,
    dead_link,
    kill_tokens,
)

SECRET = "s" * 43


@pytest.fixture
def tokens(identity_table: Table, clock: FixedClock, ids: IdMaker) -> SingleUseTokens:
    return SingleUseTokens(identity_table, lambda: SECRET, clock=clock, make_id=ids)


def issued(tokens: SingleUseTokens, purpose: Purpose = "reset_password") -> str:
    token = tokens.issue(purpose, user_id="user-1", address="ada@example.com")
    tokens.table.transact([token.part])
    return tokens.text(token.token_id)


def test_a_token_is_redeemed_for_the_user_and_address_that_it_was_made_for(tokens: SingleUseTokens) -> None:
    token = tokens.redeem("reset_password", issued(tokens))

    assert (token.user_id, token.address) == ("user-1", "ada@example.com")


def test_it_works_once(tokens: SingleUseTokens) -> None:
    text = issued(tokens)
    tokens.redeem("reset_password", text)

    with pytest.raises(DeadLink):
        tokens.redeem("reset_password", text)


def test_of_two_who_found_it_at_once_one_may_spend_it(tokens: SingleUseTokens) -> None:
    text = issued(tokens)
    first, second = tokens.find("reset_password", text), tokens.find("reset_password", text)
    tokens.table.transact([first.spend, first.not_overtaken])

    with pytest.raises(ConditionFailed) as refused:
        tokens.table.transact([second.spend, second.not_overtaken])
    assert dead_link(refused.value)


def test_one_that_is_spent_between_finding_and_spending_is_dead(
    tokens: SingleUseTokens, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = issued(tokens)
    found = tokens.find("reset_password", text)
    tokens.redeem("reset_password", text)
    monkeypatch.setattr(SingleUseTokens, "find", lambda *_: found)

    with pytest.raises(DeadLink):
        tokens.redeem("reset_password", text)


@pytest.mark.parametrize("purpose", get_args(Purpose.__value__))
def test_it_is_for_its_purpose_only(tokens: SingleUseTokens, purpose: Purpose) -> None:
    text = issued(tokens, purpose)

    for other in set(get_args(Purpose.__value__)) - {purpose}:
        with pytest.raises(DeadLink):
            tokens.redeem(other, text)
    tokens.redeem(purpose, text)


@pytest.mark.parametrize("purpose", get_args(Purpose.__value__))
def test_it_works_until_its_last_second_and_not_after(
    tokens: SingleUseTokens, clock: FixedClock, purpose: Purpose
) -> None:
    in_time, late = issued(tokens, purpose), issued(tokens, purpose)
    clock.advance(seconds=LIFETIMES[purpose].total_seconds() - 1)
    tokens.redeem(purpose, in_time)
    clock.advance(seconds=1)

    with pytest.raises(DeadLink):
        tokens.redeem(purpose, late)


def test_a_password_change_kills_what_was_sent_before_it_and_not_what_comes_after(
    tokens: SingleUseTokens, clock: FixedClock
) -> None:
    before = issued(tokens)
    clock.advance(seconds=1)
    tokens.table.transact([kill_tokens("user-1", clock)])

    with pytest.raises(DeadLink):
        tokens.redeem("reset_password", before)
    tokens.redeem("reset_password", issued(tokens))


def test_a_password_change_between_finding_and_spending_wins(
    tokens: SingleUseTokens, clock: FixedClock
) -> None:
    found = tokens.find("reset_password", issued(tokens))
    clock.advance(seconds=1)
    tokens.table.transact([kill_tokens("user-1", clock)])

    for parts in ([found.spend, found.not_overtaken], [found.spend, found.kill_tokens()]):
        with pytest.raises(ConditionFailed):
            tokens.table.transact(parts)


def test_a_reset_kills_the_other_links_too(tokens: SingleUseTokens, clock: FixedClock) -> None:
    other, used = issued(tokens, "change_email"), issued(tokens)
    clock.advance(seconds=1)
    found = tokens.find("reset_password", used)
    tokens.table.transact([found.spend, found.kill_tokens()])

    with pytest.raises(DeadLink):
        tokens.redeem("change_email", other)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_no_other_text_redeems(tokens: SingleUseTokens, data: st.DataObject) -> None:
    text = issued(tokens)
    at = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.characters(codec="ascii"))
    changed = text[:at] + other + text[at + 1 :]

    if changed != text:
        with pytest.raises(DeadLink):
            tokens.find("reset_password", changed)


@pytest.mark.parametrize("text", ["", ".", "id-0001", "id-0001." + "A" * 43, "é." + "A" * 43, "x" * 10_000])
def test_made_up_texts_are_dead(tokens: SingleUseTokens, text: str) -> None:
    issued(tokens)

    with pytest.raises(DeadLink):
        tokens.redeem("reset_password", text)


def test_neither_text_nor_secret_is_kept(tokens: SingleUseTokens) -> None:
    text = issued(tokens)
    row = tokens.table.get("TOKEN#id-0001", "TOKEN")

    assert text.partition(".")[2] not in str(row)
    assert SECRET not in repr(tokens)


def test_the_text_needs_the_secret_and_names_its_row(tokens: SingleUseTokens) -> None:
    other = SingleUseTokens(tokens.table, lambda: "t" * 43)

    assert re.fullmatch(r"id-9\.[A-Za-z0-9_-]{43}", tokens.text("id-9"))
    assert tokens.text("id-9") != other.text("id-9")


def test_who_only_redeems_needs_no_secret(tokens: SingleUseTokens) -> None:
    text = issued(tokens)
    reader = MailedTokens(MailedTokens.to_redeem().table, clock=tokens.clock)

    assert reader.redeem("reset_password", text).user_id
    assert not hasattr(reader, "key")


def test_who_issues_reads_the_secret_of_the_environment(
    identity_table: Table, secrets: dict[str, str]
) -> None:
    tokens = SingleUseTokens.from_environment()

    assert tokens.text("id-1") == SingleUseTokens(identity_table, lambda: "s" * 43).text("id-1")
