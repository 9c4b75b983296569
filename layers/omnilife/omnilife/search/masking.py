"""What a shopper typed, made fit to be kept: one spelling for what is the same, and nobody named in it.

People paste what is on their clipboard into search boxes. E-mail addresses and card numbers are taken out
before a query is stored, counted or logged; so is what looks like a credential.
"""

import re
import unicodedata

from omnilife.core.redaction import REDACTED, redact_text
from omnilife.search.models import one_line

EMAIL = "[email]"
CARD = "[card]"

_FEWEST, _MOST = 13, 19  # digits of a card number: ISO/IEC 7812

# Every part is bounded, so that a hostile text is read in linear time. Wider than RFC 5321 on purpose: what
# looks like an address to a reader is one.
_EMAIL = re.compile(r"[^\s@,;:<>()\"']{1,64}\s?(?:@|\(at\)|\[at\])\s?[^\s@,;:<>()\"']{1,200}", re.IGNORECASE)
# A digit, then twelve or more, each behind at most three characters that are no letters: `4111 - 1111.1111…`.
_DIGITS = re.compile(r"\d(?:[\W_]{0,3}\d){12,}")


def normalised(text: str) -> str:
    """One form for queries that differ in nothing that shoppers see: NFKC, lower case, single spaces.

    Characters that show nothing (zero-width spaces, direction marks) are left out.
    """
    seen = "".join(c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) != "Cf")
    return one_line(seen.lower())


def masked(text: str) -> str:
    """`text`, normalised, without e-mail addresses, card numbers and credentials."""
    found = _EMAIL.sub(EMAIL, normalised(text))
    found = _DIGITS.sub(_without_cards, found)
    return redact_text(found)


def is_masked(text: str) -> bool:
    """Whether something was taken out of it: such a query is counted, but never shown to others."""
    return any(mask in text for mask in (EMAIL, CARD, REDACTED))


def _without_cards(match: re.Match[str]) -> str:
    """A run of digits with its card numbers replaced, wherever in the run they begin and end.

    At each digit the longest number that fits is taken: an expiry date or a code may touch it. One number of
    thirteen or more digits in ten passes Luhn's check without being a card's, and is lost to the log.
    """
    run = match[0]
    at = [index for index, character in enumerate(run) if character.isdecimal()]
    digits = [unicodedata.decimal(run[index]) for index in at]
    kept, position, first = [], 0, 0
    while first <= len(digits) - _FEWEST:
        for length in range(min(_MOST, len(digits) - first), _FEWEST - 1, -1):
            if _luhn(digits[first : first + length]):
                kept += [run[position : at[first]], CARD]
                position = at[first + length - 1] + 1
                first += length
                break
        else:
            first += 1
    return "".join([*kept, run[position:]])


def _luhn(digits: list[int]) -> bool:
    """Luhn's check digit (ISO/IEC 7812-1, annex B)."""
    doubled = (sum(divmod(2 * digit, 10)) for digit in digits[-2::-2])
    return (sum(doubled) + sum(digits[-1::-2])) % 10 == 0
