"""Redaction: no secret in any text or member, and ordinary lines untouched."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnilife.core.redaction import MAX_TEXT, REDACTED, redact, redact_text

pytestmark = pytest.mark.unit

JWT = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJlc2lnbmF0dXJl"
API_KEY = "olk_" + "aB3-_" * 8 + "xyz"


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        (f"Authorization: Bearer {JWT}", JWT),
        (f"got {JWT} from the client", JWT),
        (f"bearer {'a' * 40}", "a" * 40),
        ("Authorization: Basic dXNlcjpwYXNz", "dXNlcjpwYXNz"),
        (f"key {API_KEY} was used", API_KEY),
        ("password=hunter22&name=a", "hunter22"),
        ('{"password": "hunter 22", "name": "a"}', "hunter 22"),
        ("{'refresh_token': 'abc def'}", "abc def"),
        ("client_secret=s3cr3t", "s3cr3t"),
        ("x-api-key: abcdef", "abcdef"),
        ("x-origin-secret: abcdef", "abcdef"),
        ("Cookie: session=abcdef", "abcdef"),
        ("Cookie: theme=dark; session=abcdef", "abcdef"),
        ("set-cookie: a=1; session=abcdef", "abcdef"),
        ("paid with 4111111111111111 today", "4111111111111111"),
        ("paid with 4111 1111 1111 1111", "4111 1111 1111 1111"),
        ("paid with 4111-1111-1111-1111", "4111-1111-1111-1111"),
        ("amex 378282246310005", "378282246310005"),
        ("a long one 6304000000000000000", "6304000000000000000"),
        ("4111 1111 1111 1111 12/27", "4111 1111 1111 1111"),
        ("card 4111111111111111 cvv 123 card 5555555555554444", "5555555555554444"),
        ("12 4111111111111111", "4111111111111111"),
    ],
)
def test_a_secret_in_a_text_is_taken_out(text: str, secret: str):
    assert secret not in redact_text(text)
    assert REDACTED in redact_text(text)


@pytest.mark.parametrize(
    "text",
    [
        "product 0192f7a0-1234-7123-8123-123456789012 was found",
        "11111111-1111-4111-8111-111111111111",
        "took 12.5 ms for 250 rows",
        "2026-11-24T20:29:00.000Z",
        "4111111111111112 fails the check digit",
        "12345678901234567890123456789",
        "the token was refused",
        "GET /api/marketplace/products/lamp",
        "no secrets here",
    ],
)
def test_an_ordinary_line_stays_as_it_is(text: str):
    assert redact_text(text) == text


@pytest.mark.parametrize(
    "name",
    [
        "password",
        "new_password",
        "Authorization",
        "cookie",
        "set-cookie",
        "x-api-key",
        "apiKey",
        "X-Origin-Secret",
        "refresh_token",
        "mfa_token",
        "client_secret",
        "private_key",
        "card_number",
        "cvv",
        "pin",
        "otp",
    ],
)
@pytest.mark.parametrize("value", ["anything", 123456, ["a"], {"b": "c"}])
def test_a_member_with_a_secrets_name_is_taken_out_whatever_it_holds(name: str, value: Any):
    assert redact({"outer": [{name: value, "kept": 1}]}) == {"outer": [{name: REDACTED, "kept": 1}]}


@pytest.mark.parametrize(
    "member",
    [
        {"idempotency_key": "a-1"},
        {"next_cursor": "abc"},
        {"token_type": "at+jwt"},
        {"password": None},
        {"has_token": True},
        {"spinner": "x"},
        {"keyboard": "x"},
        {"epoch_ms": 1764016140000},
        {"ratio": 4111111111111111.5},
    ],
)
def test_a_harmless_member_is_kept(member: dict[str, Any]):
    assert redact(member) == member


def test_a_card_number_as_an_integer_is_taken_out():
    assert redact({"note": [4111111111111111]}) == {"note": [REDACTED]}


def test_what_json_does_not_know_is_redacted_as_the_text_it_will_be_written_as():
    assert redact({"error": ValueError(f"bad {JWT}")}) == {"error": f"bad {REDACTED}"}
    assert redact(("a", {"b"})) == ["a", ["b"]]


def test_a_thousand_card_numbers_in_one_run_are_all_taken_out():
    assert redact_text(" ".join(["4111111111111111"] * 1000)) == " ".join([REDACTED] * 1000)


@pytest.mark.parametrize("piece", ["a-", "1 ", "eyJaaaa.", "password", '"', "bearer ", "4111 "])
def test_a_text_without_end_is_cut(piece: str):
    assert len(redact_text(piece * 1_000_000)) <= 2 * MAX_TEXT


@given(
    before=st.text(st.characters(exclude_categories=["Nd", "Cs"]), max_size=10),
    body=st.integers(min_value=10**11, max_value=10**17),
    separator=st.sampled_from(["", " ", "-", "."]),
)
def test_every_card_number_is_taken_out_wherever_it_stands(before: str, body: int, separator: str):
    digits = str(body)
    total = sum(sum(divmod(2 * int(d), 10)) for d in digits[::-2]) + sum(int(d) for d in digits[-2::-2])
    number = digits + str(-total % 10)
    grouped = separator.join(number[i : i + 4] for i in range(0, len(number), 4))
    assert grouped not in redact_text(f"{before} {grouped} {before}")


@given(
    value=st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
        max_leaves=8,
    )
)
def test_redacting_keeps_the_shape_and_is_done_once_and_for_all(value: Any):
    once = redact(value)
    json.dumps(once)
    assert redact(once) == once
