"""What a title, or a query, is about: in English the last noun before `with`, `for` or `in` names the thing.

`Brass lamp with linen shade` is a lamp, `Shade for desk lamp` a shade.
"""

import re

from omnilife.search.units import normalised

WORDS_OF_A_THING = 2
"""`drill bit` is two words; one alone would make every bit a thing for drills."""

_TAIL = re.compile(
    r"\s+(?:with|for|in|without|to|by|from|featuring|includes|including|w)\b.*|\s*[,;:(\[|].*|\s+[-\u2013\u2014]\s.*|\s+w/.*",
    re.IGNORECASE | re.DOTALL,
)
_WORD = re.compile(r"[^\W\d_][^\W\d_'\u2019]+")
_CODE = re.compile(r"\S*\d\S*")


def core_of(text: str) -> str:
    """The text without what follows the thing: what it is for, what it comes with, its colour."""
    return _TAIL.sub("", text).strip() or text


def thing_of(text: str) -> str:
    """The last words of the core that are words, not codes or measures; empty where there are none."""
    words = _WORD.findall(_CODE.sub(" ", core_of(normalised(text))))
    return " ".join(words[-WORDS_OF_A_THING:])
