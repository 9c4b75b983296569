"""What shoppers typed, before it is kept."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from omnilife.search.masking import CARD, EMAIL, is_masked, masked, normalised


def luhn_complete(digits: str) -> str:
    """`digits` with the check digit that makes them pass."""
    doubled = sum(sum(divmod(2 * int(d), 10)) for d in digits[::-2])
    return digits + str(-(doubled + sum(int(d) for d in digits[-2::-2])) % 10)


card_numbers = st.from_regex(r"[1-9][0-9]{11,17}", fullmatch=True).map(luhn_complete)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Brass\tLAMP ", "brass lamp"),
        ("Ｂｒａｓｓ lamp", "brass lamp"),
        ("brass\u200b lamp", "brass lamp"),
        ("Café", "café"),
    ],
)
def test_queries_that_look_alike_are_one(typed: str, kept: str) -> None:
    assert normalised(typed) == kept


@pytest.mark.parametrize(
    "address", ["ann@example.com", "Ann.Lee+shop@mail.example.co.uk", "ann@localhost", "ann (at) example.com"]
)
def test_an_e_mail_address_is_taken_out(address: str) -> None:
    assert masked(f"order for {address} please") == f"order for {EMAIL} please"


@pytest.mark.parametrize(
    "number",
    [
        "4111111111111111",
        "4111 1111 1111 1111",
        "4111-1111-1111-1111",
        "4111.1111.1111.1111",
        "4111 - 1111 1111/1111",
        "4\u200b111111111111111",
        "４１１１１１１１１１１１１１１１",
        "٤١١١١١١١١١١١١١١١",
        "378282246310005",
    ],
)
def test_a_card_number_is_taken_out_however_it_is_written(number: str) -> None:
    assert masked(f"pay {number} now") == f"pay {CARD} now"


def test_a_number_that_is_no_card_stays() -> None:
    assert masked("article 1234567890123 lamp") == "article 1234567890123 lamp"


def test_a_credential_is_taken_out() -> None:
    assert masked("password: hunter22 lamp") == "password: [redacted] lamp"


def test_a_masked_query_is_known_as_one() -> None:
    assert is_masked(masked("ann@example.com"))
    assert is_masked(masked("4111111111111111"))
    assert is_masked(masked("token=abcdefgh"))
    assert not is_masked(masked("brass lamp"))


@given(card_numbers, st.text("0123456789 -", max_size=12), st.text("0123456789 -", max_size=12))
def test_no_card_number_survives_whatever_digits_touch_it(number: str, before: str, after: str) -> None:
    assert number not in masked(before + number + after).replace(" ", "").replace("-", "")


@given(st.from_regex(r"[a-z0-9.+_-]{1,30}@[a-z0-9-]{1,20}\.[a-z]{2,6}", fullmatch=True), st.text(max_size=50))
def test_no_e_mail_address_survives(address: str, around: str) -> None:
    assume("@" not in normalised(around))
    assert "@" not in masked(f"{around} {address} {around}")


@given(st.text(max_size=200))
def test_masking_what_is_masked_changes_nothing(text: str) -> None:
    assert masked(masked(text)) == masked(text)
