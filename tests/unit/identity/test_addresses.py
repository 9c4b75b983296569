"""One spelling an address."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from omnilife.identity.addresses import EmailAddress, normalise_email


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Mina@Example.COM", "mina@example.com"),
        (" mina@example.com ", "mina@example.com"),
        ("mina+shop@example.com", "mina+shop@example.com"),
        ("jose\u0301@example.com", "josé@example.com"),
        ("JOSÉ@example.com", "josé@example.com"),
        ("mina@München.example", "mina@xn--mnchen-3ya.example"),
        ("mina@xn--mnchen-3ya.example", "mina@xn--mnchen-3ya.example"),
        ("o'neil@example.co.uk", "o'neil@example.co.uk"),
    ],
)
def test_an_address_has_one_spelling(typed: str, kept: str) -> None:
    assert normalise_email(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "mina",
        "@example.com",
        "mina@",
        "mina@localhost",
        "mina@example..com",
        "mina@-example.com",
        "mina@example.123",
        "mina@[192.0.2.1]",
        "mina @example.com",
        "mi\u0000na@example.com",
        "mi\u202ena@example.com",
        '"mina x"@example.com',
        ".mina@example.com",
        "mina.@example.com",
        "mi..na@example.com",
        "mina@example.com\nbcc: x@example.com",
        "a" * 65 + "@example.com",
        "mina@" + "a" * 64 + ".com",
        "mina@" + "a." * 125 + "com",
        "a" * 255,
    ],
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=r"address|domain"):
        normalise_email(typed)


@given(st.text(max_size=80) | st.from_regex(r"[a-zA-Zé.]{1,20}@[a-zA-Zü-]{1,20}\.[a-z]{2,5}", fullmatch=True))
def test_what_is_kept_is_its_own_spelling(typed: str) -> None:
    try:
        kept = normalise_email(typed)
    except ValueError:
        return
    assert normalise_email(kept) == kept
    assert len(kept) <= 254


@pytest.mark.parametrize("value", [None, 7, ["mina@example.com"], "nobody"])
def test_a_field_refuses_without_repeating_what_was_sent(value: object) -> None:
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(EmailAddress).validate_python(value)

    assert refused.value.errors()[0]["msg"] == "not an e-mail address"
