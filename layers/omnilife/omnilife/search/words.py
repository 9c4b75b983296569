"""Words as synonyms and rules compare them, and phrases found in a text by one walk over its words.

Case, accents, width, apostrophes and English plural endings make no difference: “Men's SOFAS” holds the words
`mens` and `sofa`. Everything else that is neither letter nor digit ends a word. What is compared is never
shown or searched for: a replaced text keeps all that was not replaced as the shopper wrote it.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_SIBILANT_PLURALS = ("ches", "shes", "sses", "xes", "zzes")
_APOSTROPHES = str.maketrans("", "", "'’")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text: `key` is what is compared, and `text[start:end]` is how it was written."""

    key: str
    start: int
    end: int


def words_of(text: str) -> list[Word]:
    """The words of `text`, in order."""
    return [Word(_key(found[0]), found.start(), found.end()) for found in _WORD.finditer(text)]


def keys_of(text: str) -> tuple[str, ...]:
    """What is compared of the words of `text`."""
    return tuple(_key(found) for found in _WORD.findall(text))


@lru_cache(maxsize=50_000)  # five thousand entries share their words, and so do a shop's queries
def _key(word: str) -> str:
    parts = unicodedata.normalize("NFKD", word.translate(_APOSTROPHES).casefold())
    return _singular("".join(each for each in parts if not unicodedata.combining(each)))


def _singular(word: str) -> str:
    """Plural and singular of most English nouns made alike; after Harman's S stemmer (1991)."""
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us")):
        word = word[:-2] if word.endswith(_SIBILANT_PLURALS) else word[:-1]
    return f"{word[:-2]}y" if len(word) > 3 and word.endswith("ie") else word


@dataclass(slots=True)
class _Node[Value]:
    following: dict[str, "_Node[Value]"] = field(default_factory=dict)
    values: list[Value] = field(default_factory=list)


class Phrases[Value]:
    """Values by phrases. Finding them takes a step a word, however many phrases begin alike."""

    def __init__(self) -> None:
        self._root: _Node[Value] = _Node()

    def add(self, keys: Sequence[str], value: Value) -> None:
        """Let `value` be found wherever these words follow each other."""
        node = self._root
        for key in keys:
            node = node.following.setdefault(key, _Node())
        node.values.append(value)

    def at(self, keys: Sequence[str], start: int) -> Iterator[tuple[int, Sequence[Value]]]:
        """The phrases that begin at the word `start`: each one's end, and its values; the shortest first."""
        node = self._root
        for end in range(start, len(keys)):
            following = node.following.get(keys[end])
            if following is None:
                return
            node = following
            if node.values:
                yield end + 1, node.values

    def longest_at(self, keys: Sequence[str], start: int) -> tuple[int, Sequence[Value]] | None:
        """Of the phrases that begin at the word `start`, the one with the most words."""
        longest = None
        for found in self.at(keys, start):
            longest = found
        return longest

    def anywhere(self, keys: Sequence[str]) -> Iterator[Value]:
        """The values of all phrases that the text holds, however often it does."""
        seen: set[int] = set()
        for start in range(len(keys)):
            for _, values in self.at(keys, start):
                if id(values) not in seen:
                    seen.add(id(values))
                    yield from values
