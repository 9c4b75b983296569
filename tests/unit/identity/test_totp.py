"""Codes of authenticator apps, against RFC 6238's own vectors, and recovery codes."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnilife.identity.totp import (
    looks_like_code,
    matching_step,
    new_recovery_codes,
    new_secret,
    provisioning_uri,
    recovery_hash,
)

RFC = base64.b32encode(b"12345678901234567890").decode()


@pytest.mark.parametrize(
    ("now", "code"),
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (2000000000, "279037")],
)
def test_the_rfcs_codes_fit_at_their_time_once(now: int, code: str) -> None:
    step = matching_step(RFC, code, now=now, after=0)

    assert step == now // 30
    assert matching_step(RFC, f"{code[:3]} {code[3:]}", now=now, after=0) == step
    assert matching_step(RFC, code, now=now, after=now // 30) is None


@given(st.integers(-200, 200))
def test_a_code_fits_one_step_early_and_one_late_and_no_further(off: int) -> None:
    now = 1111111111
    fits = matching_step(RFC, "050471", now=now + off, after=0) is not None

    assert fits == (abs((now + off) // 30 - now // 30) <= 1)


@pytest.mark.parametrize(
    "text", ["28708", "2870821", "28708x", "２８７０８２", "abcd-efgh-ijkl-mnop", "\ud800"]
)
def test_what_is_no_code_fits_nothing(text: str) -> None:
    assert not looks_like_code(text)


def test_a_secret_is_as_long_as_sha_1_and_the_app_gets_it_with_the_account() -> None:
    secret = new_secret()
    uri = provisioning_uri(secret, account="ada@example.com", issuer="OmniLife")

    assert len(base64.b32decode(secret)) == 20
    assert uri.startswith("otpauth://totp/OmniLife:ada%40example.com?secret=" + secret)


def test_ten_recovery_codes_differ_and_are_known_however_they_are_typed() -> None:
    codes = new_recovery_codes()

    assert len({recovery_hash(code) for code in codes}) == 10
    assert recovery_hash(codes[0]) == recovery_hash(f" {codes[0].upper().replace('-', ' ')}")
    assert recovery_hash("\ud800")
