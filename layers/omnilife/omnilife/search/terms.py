"""A query's words, as they are looked up one by one."""

import re
from collections.abc import Sequence
from functools import lru_cache

from omnilife.search.units import normalised

MAX_WORDS = 16
"""More are no search that a shopper makes, and each costs the engine some twenty clauses."""

STOP_WORDS = frozenset(
    {"a", "an", "and", "are", "as", "at", "be", "by", "for", "from", "i", "in", "is", "it", "me", "my", "of"}
    | {"on", "or", "that", "the", "these", "this", "to", "w", "with"}
)
"""Words that say nothing of a product. They stand in the index, for phrases, but need not be found."""

SHORTEST_MISSPELT = 4
"""A letter more or less makes another word of a shorter one."""
SHORTEST_BEGINNING = 3

_APART = re.compile(r"[\s\-/,;:()\[\]{}\"!?*|\\<>=~^@]+")
_AROUND = ".'&+#_\u2019"
_CODE = re.compile(r"(?<![\w-])([^\W_]+)-([^\W_]+)(?![\w-])")


def terms_of(text: str) -> list[str]:
    """The words to look up: measures as the index spells them, `dcd-771` as one, stop words left out."""
    return list(_terms_of(text))


@lru_cache(maxsize=512)  # a request asks four times for the same text, and some forty patterns read it
def _terms_of(text: str) -> tuple[str, ...]:
    joined = _CODE.sub(lambda found: _joined(found[1], found[2]), normalised(text))
    words = [word for each in _APART.split(joined) if (word := each.strip(_AROUND).lower())]
    return tuple(([word for word in words if word not in STOP_WORDS] or words)[:MAX_WORDS])


def has_digit(word: str) -> bool:
    """Whether the word is a code, a number or a measure: nobody misspells those into each other."""
    return any(letter.isdigit() for letter in word)


def is_code(word: str) -> bool:
    """Whether the word looks like a model number: digits and letters, four or more."""
    return len(word) >= SHORTEST_MISSPELT and has_digit(word) and not word.isdigit()


def may_be_misspelt(word: str) -> bool:
    """Whether the word is long enough to be told from others, and not made of digits."""
    return len(word) >= SHORTEST_MISSPELT and not has_digit(word)


def may_be_unfinished(word: str) -> bool:
    """Whether enough of the word is there to guess the rest."""
    return len(word) >= SHORTEST_BEGINNING and word.isalpha()


def neighbours(words: Sequence[str], place: int) -> list[str]:
    """The word at `place` written as one with the one before it, and with the one behind it."""
    return [words[first] + words[first + 1] for first in (place - 1, place) if 0 <= first < len(words) - 1]


def _joined(before: str, behind: str) -> str:
    code = before + behind
    return code if has_digit(code) and not code.isdigit() else f"{before} {behind}"
