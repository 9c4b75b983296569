"""Whom a mail goes to, and what it carries."""

import pytest

from omnilife.identity.mails import Addressee, mail_for
from omnilife.identity.single_use import SingleUseTokens


@pytest.fixture
def tokens(identity_table, clock):
    identity_table.put(
        {
            "pk": "USER#user-1",
            "sk": "USER",
            "name": "Ada",
            "email": "ada@example.com",
            "previous_email": "old@example.com",
        }
    )
    return SingleUseTokens(identity_table, lambda: "s" * 43, clock=clock)


def find(tokens, clock, **asked):
    return mail_for(user_id="user-1", tokens=tokens, clock=clock, **asked)


def test_a_mail_goes_to_the_address_that_its_user_has_now_or_had_before(tokens, clock):
    assert find(tokens, clock) == Addressee("ada@example.com", "Ada")
    assert find(tokens, clock, recipient="previous") == Addressee("old@example.com", "Ada")


def test_a_token_goes_to_the_address_that_it_is_to_prove(tokens, clock, identity_table):
    token = tokens.issue("change_email", user_id="user-1", address="new@example.com")
    identity_table.transact([token.part])

    found = find(tokens, clock, token_id=token.token_id)

    assert found == Addressee("new@example.com", "Ada", tokens.text(token.token_id))
    assert tokens.text(token.token_id) not in repr(found)


def test_a_dead_link_is_not_sent(tokens, clock, identity_table):
    spent, old = (tokens.issue("reset_password", user_id="user-1", address="ada@example.com") for _ in "ab")
    identity_table.transact([spent.part, old.part])
    tokens.redeem("reset_password", tokens.text(spent.token_id))
    assert find(tokens, clock, token_id=spent.token_id) is None
    clock.advance(seconds=30 * 60)

    assert find(tokens, clock, token_id=old.token_id) is None
    assert find(tokens, clock, token_id="never-made") is None


def test_nobody_is_written_to_who_is_gone(tokens, clock):
    assert mail_for(user_id="user-9", tokens=tokens, clock=clock) is None
