"""Card numbers in text that people write: refused, so that none is ever stored, searched or logged.

A number counts as a card's when it has 15 to 19 digits (spaces and dashes between them or not), begins as a
network's numbers do, and its last digit is Luhn's (ISO/IEC 7812-1). Networks: American Express 34, 37 (15
digits); Visa 4 (16, 19); Mastercard 51-55, 2221-2720 (16); Discover 6011, 644-649, 65 (16 to 19); JCB
3528-3589 (16 to 19); UnionPay 62, 81 (16 to 19); Diners 36, 38, 39 (16 to 19); Maestro 50, 56-58, 63, 67 (16
to 19). So a tenth of all digit strings of such a beginning are taken for cards: this is for free text, and
not for what is made of digits by right: q, SKUs, GTINs, tracking numbers.

`core.redaction` is the same for logs, with wider nets.
"""

import re
from typing import Any

from pydantic_core import PydanticCustomError

_CANDIDATE = re.compile(r"(?<!\d)\d(?:[ \u00a0.\-\u2010-\u2013]?\d){14,}(?!\d)")
_FEWEST, _MOST = 15, 19
_NETWORKS = re.compile(
    r"3[47]\d{13}"
    r"|4\d{15}(?:\d{3})?"
    r"|(?:5[1-5]\d\d|222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d{12}"
    r"|(?:6011|64[4-9]\d|65\d\d|352[89]|35[3-8]\d|62\d\d|81\d\d|3[689]\d\d|5[0678]\d\d|6[37]\d\d)\d{12,15}"
)


def has_card_number(text: str) -> bool:
    """Whether a card number stands in `text`, by itself or as whole groups of a longer row of digits.

    Linear in the text but for a row's own groups, of which any 19 digits hold at most 19.
    """
    return any(_is_card_in(found[0]) for found in _CANDIDATE.finditer(_ascii_digits(text)))


def free_of_cards(value: Any) -> Any:
    """For `BeforeValidator`: the value, unless it is a text (or holds one) with a card number.

    Raises:
        PydanticCustomError: it is. The error does not repeat the text.
    """
    texts = value if isinstance(value, list) else [value]
    if any(isinstance(text, str) and has_card_number(text) for text in texts):
        raise PydanticCustomError("card_number", "a card number does not belong here")
    return value


def _ascii_digits(text: str) -> str:
    """Digits of other scripts, as they would be typed on another keyboard, in ASCII."""
    if text.isascii():
        return text
    return "".join(str(int(each)) if each.isdecimal() else each for each in text)


def _is_card_in(row: str) -> bool:
    groups = re.findall(r"\d+", row)
    for first in range(len(groups)):
        digits = ""
        for group in groups[first:]:
            digits += group
            if len(digits) > _MOST:
                break
            if len(digits) >= _FEWEST and _NETWORKS.fullmatch(digits) and luhn(digits):
                return True
    return False


def luhn(digits: str) -> bool:
    """Whether the last digit is the check digit of those before it."""
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (sum(doubled) + sum(int(digit) for digit in digits[-1::-2])) % 10 == 0
