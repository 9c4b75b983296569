"""Device cookies: made by us alone, for one account, for a year."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnilife.security.devices import KEPT_S, Devices

NOW = 1_795_521_600
DEVICES = Devices(b"d" * 43)
ACCOUNT = DEVICES.account_key("ada@example.com")
NONCE, TOKEN = DEVICES.issue(ACCOUNT, NOW)


def test_a_token_is_read_for_a_year():
    assert DEVICES.read(ACCOUNT, TOKEN, NOW + KEPT_S - 1) == NONCE
    assert DEVICES.read(ACCOUNT, TOKEN, NOW + KEPT_S) is None


def test_a_token_is_of_no_use_for_another_account_or_under_another_secret():
    assert DEVICES.read(DEVICES.account_key("bob@example.com"), TOKEN, NOW) is None
    assert Devices(b"e" * 43).read(ACCOUNT, TOKEN, NOW) is None


@given(st.integers(0, len(TOKEN) - 1), st.characters(min_codepoint=33, max_codepoint=126))
def test_a_changed_character_makes_it_none(place, character):
    changed = TOKEN[:place] + character + TOKEN[place + 1 :]

    assert DEVICES.read(ACCOUNT, changed, NOW) == (NONCE if changed == TOKEN else None)


@pytest.mark.parametrize(
    "text",
    [None, "", "1", TOKEN + "=", TOKEN + "A", " " + TOKEN, "1" * 1000, TOKEN[:-1]],
    ids=["none", "empty", "short", "padded", "longer", "spaced", "long", "cut"],
)
def test_anything_else_is_none(text):
    assert DEVICES.read(ACCOUNT, text, NOW) is None


def test_an_account_s_name_does_not_depend_on_how_its_address_is_typed():
    assert DEVICES.account_key(" ADA@example.com\t") == ACCOUNT
    assert DEVICES.account_key("andre\u0301@example.com") == DEVICES.account_key("andr\u00e9@example.com")
    assert DEVICES.account_key("bob@example.com") != ACCOUNT


def test_a_secret_that_can_be_guessed_is_refused():
    with pytest.raises(ValueError, match="16 bytes"):
        Devices(b"short")


def test_the_secret_is_in_no_text_of_it():
    assert "ddd" not in repr(DEVICES)
