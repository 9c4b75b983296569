"""A lockout ends by the link that was mailed when it began."""

import pytest

from omnilife.identity.problems import DeadLink
from omnilife.identity.unlock_account import unlock_account
from tests.unit.identity.owners import EMAIL, People


class Guard:
    def __init__(self) -> None:
        self.unlocked: list[str] = []

    def unlock(self, account: str) -> None:
        self.unlocked.append(account)


def test_the_link_unlocks_the_account_of_its_address_once(people: People) -> None:
    people.add()
    token = people.tokens.issue("unlock_account", user_id="user-1", address=EMAIL)
    people.identity.transact([token.part])
    guard = Guard()
    text = people.tokens.text(token.token_id)
    unlock_account(text, tokens=people.tokens, guard=guard)  # type: ignore[arg-type]

    with pytest.raises(DeadLink):
        unlock_account(text, tokens=people.tokens, guard=guard)  # type: ignore[arg-type]
    assert guard.unlocked == [EMAIL]
