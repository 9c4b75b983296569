"""Passwords: which are taken, how they are kept, and how one is compared with what is kept.

They are kept by argon2id (RFC 9106). A function that hashes has 1,769 MB, one whole core, so that more
lanes would bring an attacker gains and us none: one lane, 64 MiB, three passes, about 0.1 s. OWASP's floor
is 19 MiB and two passes. The parameters stand in each hash; one made with others is made anew at the next
sign-in (`needs_rehash`). `benchmarks/auth.py` measures settings.

A password is any 8 to 128 characters of Unicode in NFC, so that it is the same from every keyboard. No rules
of composition, which only move people to the same few patterns; what is refused is what is known to be tried
first (NIST SP 800-63B, 5.1.1.2): common and breached passwords, words and names, with or without digits and
signs behind them; one character, or a run of the keyboard, repeated or counted on.
"""

import string
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

from omnilife.identity.common_passwords import common_words
from omnilife.identity.problems import WeakPassword

if TYPE_CHECKING:
    from argon2 import PasswordHasher

MIN_LENGTH = 8
MAX_LENGTH = 128
MAX_TYPED = 1024
"""Characters before NFC, for models: composing makes a text shorter."""

MEMORY_KIB = 65_536
PASSES = 3
LANES = 1
HASH_BYTES = 32
SALT_BYTES = 16

DUMMY_HASH = (
    "$argon2id$v=19$m=65536,t=3,p=1$b21uaWxpZmUtbm9ib2R5IQ$XEGW1XzP4oJjE4w+qrT5WgqchKL/+PmSQCJj+PJ1IbE"
)
"""Nobody's: compared with when an address is unknown, so that it takes as long as a known one."""

_RUNS = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1qaz2wsx3edc4rfv",
)
_TAIL = string.digits + string.punctuation + " "
_MAX_TAIL = 5
"""Digits and signs that people put behind a word: a year and a mark."""


def hash_password(text: str) -> str:
    """What is kept of a password: argon2id with a salt of its own, in the PHC string format. Takes 0.1 s."""
    return _hasher().hash(_prepared(text))


def verify_password(stored_hash: str, text: str) -> bool:
    """Whether `text` is the password. Takes as long for a wrong one, and for `DUMMY_HASH`."""
    from argon2.exceptions import InvalidHashError, VerificationError  # noqa: PLC0415 (deferred: see core.lazy)

    try:
        return _hasher().verify(stored_hash, _prepared(text)) and stored_hash != DUMMY_HASH
    except VerificationError:
        return False
    except InvalidHashError:
        raise ValueError("a stored hash that argon2 did not make") from None


def needs_rehash(stored_hash: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return _hasher().check_needs_rehash(stored_hash)


def check_acceptable(text: str, *, pointer: str = "/password") -> None:
    """Let a new password pass, or say why not. `pointer`: where in the body it stands.

    Raises:
        WeakPassword: its length is wrong, or it is among the first that anybody would try.
    """
    composed = unicodedata.normalize("NFC", text)
    if any(unicodedata.category(each) in {"Cc", "Cs"} for each in composed):
        raise WeakPassword("Control characters cannot be typed everywhere.", pointer=pointer)
    if len(composed) < MIN_LENGTH:
        raise WeakPassword(f"It needs at least {MIN_LENGTH} characters.", pointer=pointer)
    if len(composed) > MAX_LENGTH:
        raise WeakPassword(f"It may have at most {MAX_LENGTH} characters.", pointer=pointer)
    if is_common(composed):
        raise WeakPassword("It is among the passwords that are tried first.", pointer=pointer)


def is_common(text: str) -> bool:
    """Whether anybody would try it first, whatever its capitals and the year behind it."""
    folded = unicodedata.normalize("NFC", text.casefold())
    words = [folded]
    stem = folded.rstrip(_TAIL)
    if stem and len(folded) - len(stem) <= _MAX_TAIL:
        words.append(stem)
    return any(_monotonous(word) or word in common_words() for word in words)


def _monotonous(text: str) -> bool:
    """One short piece over and over, or a run of the alphabet or the keyboard, either way."""
    doubled = (text + text).find(text, 1)
    if doubled <= len(text) // 2:
        return True
    return any(text in run or text[::-1] in run for run in _RUNS)


def _prepared(text: str) -> bytes:
    # A lone surrogate, which JSON can spell, is no character; it makes a wrong password, not an error.
    return unicodedata.normalize("NFC", text).encode(errors="surrogatepass")


@cache
def _hasher() -> "PasswordHasher":
    from argon2 import PasswordHasher, Type  # noqa: PLC0415 (deferred: see core.lazy)

    return PasswordHasher(
        time_cost=PASSES,
        memory_cost=MEMORY_KIB,
        parallelism=LANES,
        hash_len=HASH_BYTES,
        salt_len=SALT_BYTES,
        type=Type.ID,
    )
