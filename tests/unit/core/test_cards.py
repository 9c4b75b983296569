"""Card numbers in what people write: found however they are grouped, and few others with them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import PydanticCustomError

from omnilife.core.cards import free_of_cards, has_card_number, luhn

NUMBERS = [
    "4111111111111111",
    "5555555555554444",
    "2223003122003222",
    "378282246310005",
    "6011111111111117",
    "3530111333300000",
    "6200000000000005",
    "38520000023237000009"[:16],
    "6759649826438453",
    "4000000000000000006",
]
NUMBERS = [number for number in NUMBERS if luhn(number)]


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("text", ["{}", "my card is {}, thanks", "exp 12/29 {} 123", "№{}"])
def test_a_test_number_of_each_network_is_found(number: str, text: str) -> None:
    assert has_card_number(text.format(number))


@pytest.mark.parametrize(
    "text",
    [
        "4111 1111 1111 1111",
        "4111-1111-1111-1111",
        "3782 822463 10005",
        "4111\u00a01111\u00a01111\u00a01111",
        "4111 1111 1111 1111 12 29 123",
        "12 4111 1111 1111 1111",
        "٤١١١١١١١١١١١١١١١",
        "４１１１１１１１１１１１１１１１",
    ],
)
def test_grouping_and_digits_of_other_scripts_hide_nothing(text: str) -> None:
    assert has_card_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "4111111111111112",  # the check digit is wrong
        "1234567812345670",  # Luhn holds, but no network begins so
        "41111111111111111111111",  # too long a row to be one
        "019ab7d2-6a40-7c31-9f2e-5d1c8a7b3e01",
        "+49 30 901820 +49 40 428280",
        "9780201379624",
        "2026-11-24 12:00:00.000",
        "4222222222222",  # 13 digits
    ],
)
def test_what_is_none_is_left_alone(text: str) -> None:
    assert not has_card_number(text)


@given(
    st.from_regex(r"\A(4\d{14}|5[1-5]\d{13}|3[47]\d{12})\Z"),
    st.sampled_from(["", " ", "-"]),
    st.integers(1, 8),
)
def test_every_number_with_its_check_digit_is_found(begun: str, sign: str, group: int) -> None:
    digits = "".join(str(int(each)) for each in begun)
    number = next(digits + str(last) for last in range(10) if luhn(digits + str(last)))
    written = sign.join(number[at : at + group] for at in range(0, len(number), group))

    assert has_card_number(f"a {written} b")


def test_a_refusal_does_not_repeat_the_number() -> None:
    with pytest.raises(PydanticCustomError) as refused:
        free_of_cards(["fine", "4111111111111111"])

    assert "4111" not in str(refused.value)
    assert free_of_cards("fine") == "fine"
    assert free_of_cards(4111111111111111) == 4111111111111111
