"""The typed part of a suggestion, marked in HTML.

Marked here and not by the engine: it would mark whole words, or what its analysis made of them, and not the
letters that were typed.
"""

import html
import unicodedata

from omnilife.search.models import one_line

MARK = ("<em>", "</em>")
_ONE_SLIP_FROM = 3
_TWO_SLIPS_FROM = 6


def emphasised(text: str, typed: str) -> str:
    """`text` as HTML: escaped, with `<em>` around the beginnings of its words that `typed` matches.

    A word of what was typed matches a word that begins with it; or, from three letters on, that begins with
    something one slip away (two from six letters on). Accents and case do not matter.
    """
    asked = [folded for word in one_line(typed).split() if (folded := _folded(word))]
    parts: list[str] = []
    for word, gap in _words(text):
        length = max((_matched(_folded(word), each) for each in asked), default=0)
        if length:
            parts += [MARK[0], html.escape(word[:length]), MARK[1]]
        parts += [html.escape(word[length:]), html.escape(gap)]
    return "".join(parts)


def _words(text: str) -> list[tuple[str, str]]:
    """Words and what stands behind each, from the text's beginning to its end."""
    found: list[tuple[str, str]] = []
    start = 0
    while start < len(text):
        end = start
        while end < len(text) and text[end].isalnum():
            end += 1
        behind = end
        while behind < len(text) and not text[behind].isalnum():
            behind += 1
        found.append((text[start:end], text[end:behind]))
        start = behind
    return found


def _folded(word: str) -> str:
    """Lower case without accents, one character for each of `word`."""
    return "".join((unicodedata.normalize("NFKD", c)[0].lower() or c)[0] for c in word if c.isalnum())


def _matched(word: str, asked: str) -> int:
    """How many letters of the word's beginning `asked` stands for; 0 for none."""
    if not word or not asked:
        return 0
    if word.startswith(asked):
        return len(asked)
    slips = 0 if len(asked) < _ONE_SLIP_FROM else 1 if len(asked) < _TWO_SLIPS_FROM else 2
    if not slips or word[0] != asked[0]:
        return 0
    lengths = range(max(1, len(asked) - slips), min(len(word), len(asked) + slips) + 1)
    distance, _, length = min(
        ((_distance(word[:length], asked), abs(length - len(asked)), length) for length in lengths),
        default=(slips + 1, 0, 0),
    )
    return length if distance <= slips else 0


def _distance(one: str, other: str) -> int:
    """Optimal string alignment: letters to insert, drop, replace, or swap with their neighbours."""
    before: list[int] = []
    previous = list(range(len(other) + 1))
    for row, a in enumerate(one, start=1):
        current = [row]
        for column, b in enumerate(other, start=1):
            best = min(previous[column] + 1, current[-1] + 1, previous[column - 1] + (a != b))
            if row > 1 and column > 1 and a == other[column - 2] and one[row - 2] == b:
                best = min(best, before[column - 2] + 1)
            current.append(best)
        before, previous = previous, current
    return previous[-1]
