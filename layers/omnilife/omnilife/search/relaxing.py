"""What is searched instead where no product has the words, in this order:

1. `correction`: the words that no product has, as the index spells them.
2. `correction`: each word may be misspelt or, the last, unfinished.
3. `fewer_words`: one of the words is enough; the products with most of them come first.

The first that finds anything is answered, and named. All are asked in one round trip. Where products have the
words, and only filters leave nothing of them, the words are right: nothing is corrected then, but one of them
may still be enough (`fewer_words`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, Self

from omnilife.search.interpretation import Interpretation
from omnilife.search.terms import has_digit, terms_of

LIKENESS = 0.6
"""How much of a word of the best product's name must be what was typed, to be named as what was meant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Relaxation:
    """One step: `text` is looked up, freely; `query` and `dropped` are what shoppers are told of it."""

    kind: Literal["correction", "fewer_words"]
    text: str
    approximate: bool = False
    query: str = ""
    dropped: tuple[str, ...] = ()

    @property
    def fewer(self) -> bool:
        """Whether one word is enough."""
        return self.kind == "fewer_words"

    def meant(self, written: Interpretation, interpret: Callable[[str], Interpretation]) -> Interpretation:
        """What this step's text means, where `written` is what the shopper's own does.

        Corrected words have synonyms and rules like any others.
        """
        return written if self.text == written.text else interpret(self.text).beside(written)

    @property
    def guesses(self) -> bool:
        """Whether the shopper's words are taken for others."""
        return self.kind == "correction" or self.approximate

    def told_by(self, best: Mapping[str, Any], text: str) -> Self:
        """The step with what the best hit for `text` tells of it: what was meant, or which words it lacks."""
        terms = terms_of(text)
        if self.fewer:
            there = {int(place) for place in best.get("matched_queries", ()) if place.isdigit()}
            kept = [term for place, term in enumerate(terms) if place in there]
            dropped = tuple(term for place, term in enumerate(terms) if place not in there)
            return replace(self, query=" ".join(kept) or text, dropped=dropped)
        if self.approximate:
            name = terms_of(best["_source"]["product"]["name"])
            return replace(self, query=" ".join(_meant(term, name) for term in terms))
        return replace(self, query=self.text)

    def packed(self) -> list[Any]:
        """As a cursor carries it."""
        return [self.kind, self.text, self.approximate, self.query, self.dropped]

    @classmethod
    def unpacked(cls, packed: Sequence[Any]) -> Self:
        """What `packed` made."""
        kind, text, approximate, query, dropped = packed
        return cls(kind=kind, text=text, approximate=approximate, query=query, dropped=tuple(dropped))


def relaxations(text: str, correction: str | None) -> list[Relaxation]:
    """The steps for a text that found nothing, in their order."""
    best = correction or text
    terms = terms_of(best)
    if not terms:
        return []
    steps = [Relaxation(kind="correction", text=correction)] if correction else []
    steps.append(Relaxation(kind="correction", text=best, approximate=True))
    if len(terms) > 1:
        steps.append(Relaxation(kind="fewer_words", text=best, approximate=True))
    return steps


def with_fewer_words(text: str) -> list[Relaxation]:
    """The step for words that are right, but of which filters leave nothing."""
    return [Relaxation(kind="fewer_words", text=text)] if len(terms_of(text)) > 1 else []


def _meant(term: str, name: Sequence[str]) -> str:
    """The word of `name` that `term` is the beginning of, or resembles; the term itself without one."""
    from difflib import get_close_matches  # noqa: PLC0415 (deferred: only where nothing was found)

    if has_digit(term) or term in name:
        return term
    begun = [word for word in name if word.startswith(term)]
    return next(iter(begun or get_close_matches(term, name, 1, LIKENESS)), term)
