"""Cart tokens: the one that was issued opens its cart, and nothing else does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnilife.checkout import BadCartToken, CartOwner, CartTokens
from omnilife.core.auth import Caller
from omnilife.core.errors import Forbidden

TOKENS = CartTokens(lambda: b"k" * 43)
OTHERS = CartTokens(lambda: b"o" * 43)
IDS = st.text("abcdefghijklmnopqrstuvwxyzABC0123456789._-", min_size=1, max_size=64)


@given(IDS)
def test_a_token_opens_the_cart_that_it_was_issued_for(cart_id: str):
    assert TOKENS.read(TOKENS.issue(cart_id)) == cart_id


@given(IDS, st.data())
def test_a_token_with_any_character_changed_opens_nothing(cart_id: str, data: st.DataObject):
    token = TOKENS.issue(cart_id)
    place = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.characters(codec="utf-8").filter(lambda each: each != token[place]))

    with pytest.raises(BadCartToken):
        TOKENS.read(token[:place] + other + token[place + 1 :])


@given(st.text(max_size=200))
def test_no_text_that_somebody_thinks_of_opens_a_cart(text: str):
    with pytest.raises(BadCartToken):
        TOKENS.read(text)


def test_a_token_of_another_secret_opens_nothing():
    with pytest.raises(BadCartToken):
        TOKENS.read(OTHERS.issue("cart-1"))


def test_a_user_has_the_users_cart_whatever_token_comes_along():
    caller = Caller("user", "203.0.113.9", "user-1")

    owner = CartOwner.of(caller, "anything", tokens=TOKENS, new_id=lambda: "new")

    assert owner == CartOwner("user-1", "user-1")


def test_a_server_has_no_cart():
    with pytest.raises(Forbidden):
        CartOwner.of(Caller("service", "203.0.113.9", "key-1"), None, tokens=TOKENS, new_id=lambda: "new")


def test_an_anonymous_caller_without_a_token_gets_a_new_cart():
    owner = CartOwner.of(Caller("anonymous", "203.0.113.9"), None, tokens=TOKENS, new_id=lambda: "new")

    assert owner == CartOwner("new", is_new=True)
