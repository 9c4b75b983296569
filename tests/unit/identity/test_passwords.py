"""Which passwords are taken, and how they are kept."""

from contextlib import suppress

import pytest
from argon2 import PasswordHasher
from hypothesis import given, settings
from hypothesis import strategies as st

from omnilife.identity import passwords
from omnilife.identity.passwords import (
    DUMMY_HASH,
    check_acceptable,
    hash_password,
    needs_rehash,
    verify_password,
)
from omnilife.identity.problems import WeakPassword

GOOD = "tangled-otter-veranda"


def test_a_password_is_known_again_and_another_is_not() -> None:
    kept = hash_password(GOOD)

    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=1$")
    assert verify_password(kept, GOOD)
    assert not verify_password(kept, GOOD + "!")


def test_one_password_is_kept_differently_each_time() -> None:
    assert hash_password(GOOD) != hash_password(GOOD)


def test_a_password_is_the_same_from_keyboards_that_compose_differently() -> None:
    kept = hash_password("caf\u00e9-tangled-otter")

    assert verify_password(kept, "cafe\u0301-tangled-otter")


def test_no_password_fits_the_dummy_and_it_costs_what_a_real_one_does() -> None:
    assert not verify_password(DUMMY_HASH, "")
    assert not needs_rehash(DUMMY_HASH)


def test_the_dummy_is_refused_even_by_the_text_that_made_it(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = hash_password(GOOD)
    monkeypatch.setattr(passwords, "DUMMY_HASH", kept)

    assert not verify_password(kept, GOOD)


def test_a_lone_surrogate_is_a_wrong_password_and_no_error() -> None:
    assert not verify_password(DUMMY_HASH, "\ud800 tangled otter")


def test_a_hash_of_other_parameters_still_verifies_and_asks_to_be_made_anew() -> None:
    weaker = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(GOOD)

    assert verify_password(weaker, GOOD)
    assert needs_rehash(weaker)
    assert not needs_rehash(hash_password(GOOD))


def test_what_is_no_hash_is_an_error_of_ours() -> None:
    with pytest.raises(ValueError, match="argon2"):
        verify_password("plain", GOOD)


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        "correct horse battery staple",
        "Tr0ub4dor&3",
        "пурпурный-ёж-на-балконе",
        "紫色的刺猬在阳台上",
        "🦔🦔🌲🦉🍂🪵🦊🌙",
        "x" * 60 + GOOD + "y" * 47,
    ],
)
def test_any_unicode_of_8_to_128_characters_will_do(text: str) -> None:
    check_acceptable(text)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("otter-7", "at least 8"),
        ("e\u0301" * 7, "at least 8"),
        ("ab" * 64 + "c", "at most 128"),
        ("tangled\x00otter", "Control characters"),
        ("tangled\ud800otter", "Control characters"),
    ],
)
def test_a_length_or_a_character_that_will_not_do_is_told(text: str, why: str) -> None:
    with pytest.raises(WeakPassword, match=why) as refused:
        check_acceptable(text, pointer="/new_password")

    assert refused.value.errors[0].pointer == "/new_password"


@pytest.mark.parametrize(
    "text",
    [
        "password",
        "PassWord",
        "password1!",
        "Sunshine2024",
        "elephant",
        "trustno1",
        "12345678",
        "87654321",
        "aaaaaaaa",
        "abcabcabc",
        "qwertyuiop",
        "poiuytrewq",
        "пароль12",
    ],
)
def test_what_anybody_would_try_first_is_refused(text: str) -> None:
    with pytest.raises(WeakPassword, match="tried first"):
        check_acceptable(text)


def test_a_refusal_does_not_repeat_the_password() -> None:
    with pytest.raises(WeakPassword) as refused:
        check_acceptable("Sunshine2024")

    assert "sunshine" not in str(refused.value.to_dict()).lower()


@settings(max_examples=200)
@given(st.text(max_size=140))
def test_every_text_is_either_taken_or_refused(text: str) -> None:
    with suppress(WeakPassword):
        check_acceptable(text)
