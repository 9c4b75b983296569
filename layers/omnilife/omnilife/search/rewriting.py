"""What synonyms make of a text: the text that is meant, and others that mean the same.

Replacements are made once and from left to right, the longest phrase before shorter ones. What was put in is
not looked at again, so nothing can loop; where the result of one holds what another replaces, that was
followed when the set was compiled.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, islice, pairwise, product
from typing import Self

from omnilife.search.models import MAX_TEXT
from omnilife.search.synonyms import OneWay, Replacement, TwoWay
from omnilife.search.words import Phrases, keys_of, words_of

MAX_VARIANTS = 8
"""Texts that are searched for beside the shopper's own. Each is a clause that the engine works through."""
MAX_PLACES = 12
MAX_CHANGED = 3
MAX_TRIED = 64
"""Phrases of a text that are looked at, changed at once, and ways tried: nobody's query takes long."""
MAX_FOLLOWED = 8
"""Replacements that follow each other; after so many the result stands."""

type Span = tuple[int, int]
"""Where a phrase stands in a text, in characters."""
type Change = tuple[Span, str]


class Replacements:
    """Phrases, and what is meant instead."""

    def __init__(self, texts: Iterable[tuple[str, str]]) -> None:
        """From pairs of what is replaced and what it becomes, as they are."""
        self._texts: Phrases[str] = Phrases()
        for replaced, text in texts:
            self._texts.add(keys_of(replaced), text)

    @classmethod
    def of(cls, entries: Sequence[Replacement]) -> Self:
        """Compiled: where one follows another, the first already leads to the last."""
        single = cls((each.from_, each.to) for each in entries)
        return cls((each.from_, single._follow(each.to)) for each in entries)

    def apply(self, text: str) -> str:
        """`text` with what is to be replaced replaced, as far as it stays within a query's length."""
        words = words_of(text)
        keys = [word.key for word in words]
        changes: list[Change] = []
        spare = MAX_TEXT - len(text)
        place = 0
        while place < len(words):
            found = self._texts.longest_at(keys, place)
            if found is None:
                place += 1
                continue
            end, (other, *_) = found
            start, stop = words[place].start, words[end - 1].end
            place = end
            if (grown := len(other) - (stop - start)) <= spare:
                spare -= grown
                changes.append(((start, stop), other))
        return _changed(text, changes) if changes else text

    def _follow(self, text: str) -> str:
        for _ in range(MAX_FOLLOWED - 1):
            following = self.apply(text)
            if following == text:
                break
            text = following
        return text


class Alternatives:
    """Phrases, and what else would be worth a search."""

    def __init__(self, entries: Iterable[TwoWay | OneWay]) -> None:
        self._texts: Phrases[str] = Phrases()
        for entry in entries:
            sources, targets = (
                (entry.terms, entry.terms) if isinstance(entry, TwoWay) else (entry.from_, entry.to)
            )
            for source in sources:
                keys = keys_of(source)
                for target in targets:
                    if keys_of(target) != keys:
                        self._texts.add(keys, target)

    def variants(self, text: str) -> tuple[str, ...]:
        """Other texts that mean the same, at most `MAX_VARIANTS`.

        Those with one phrase changed come first, each phrase's first alternative before any second;
        then those with two and three. Of phrases that begin at the same word the longest counts.
        """
        words = words_of(text)
        keys = tuple(word.key for word in words)
        found: list[tuple[Span, Sequence[str]]] = []
        for place in range(len(keys)):
            if (longest := self._texts.longest_at(keys, place)) is not None:
                end, texts = longest
                found.append(((words[place].start, words[end - 1].end), texts))
        if not found:
            return ()
        seen = {keys}
        tried = islice(_choices(found[:MAX_PLACES]), MAX_TRIED)
        return tuple(islice(_unseen(text, tried, seen), MAX_VARIANTS))


def _unseen(text: str, choices: Iterable[list[Change]], seen: set[tuple[str, ...]]) -> Iterator[str]:
    for changes in choices:
        variant = _changed(text, changes)
        if len(variant) <= MAX_TEXT and (keys := keys_of(variant)) not in seen:
            seen.add(keys)
            yield variant


def _choices(found: Sequence[tuple[Span, Sequence[str]]]) -> Iterator[list[Change]]:
    """What may be changed at once: of phrases that do not overlap, in their order."""
    deepest = max(len(texts) for _, texts in found)
    for rank in range(deepest):
        yield from ([(span, texts[rank])] for span, texts in found if rank < len(texts))
    for number in range(2, MAX_CHANGED + 1):
        for some in combinations(found, number):
            spans = [span for span, _ in some]
            if all(before[1] <= after[0] for before, after in pairwise(spans)):
                for texts in product(*(texts for _, texts in some)):
                    yield list(zip(spans, texts, strict=True))


def _changed(text: str, changes: Sequence[Change]) -> str:
    """`text` with changes that follow each other from left to right."""
    pieces, copied = [], 0
    for (start, stop), other in changes:
        pieces += [text[copied:start], other]
        copied = stop
    return "".join([*pieces, text[copied:]])
