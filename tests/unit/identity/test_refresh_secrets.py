"""Refresh tokens' texts."""

import pytest
from cryptography.exceptions import InvalidTag

from omnilife.identity.refresh_secrets import (
    is_refresh_token,
    new_refresh_token,
    refresh_hash,
    seal,
    unseal,
)


def test_each_is_new_has_256_bits_and_is_told_by_its_form() -> None:
    texts = {new_refresh_token() for _ in range(100)}

    assert len(texts) == 100
    assert all(map(is_refresh_token, texts))
    assert len({refresh_hash(text) for text in texts}) == 100
    assert not is_refresh_token("olk_" + "A" * 43)


def test_a_successor_is_read_with_the_token_before_it_and_with_no_other() -> None:
    first, second, other = (new_refresh_token() for _ in range(3))
    sealed = seal(second, under=first)

    assert unseal(sealed, under=first) == second
    assert second.encode() not in sealed
    with pytest.raises(InvalidTag):
        unseal(sealed, under=other)
    with pytest.raises(InvalidTag):
        unseal(sealed[:-1] + bytes([sealed[-1] ^ 1]), under=first)
