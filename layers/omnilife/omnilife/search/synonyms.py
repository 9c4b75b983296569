"""Synonyms: what a shop's words mean, as its administrators write it down.

| kind | example | means |
|---|---|---|
| `two_way` | `terms: [sofa, couch]` | a search for one also finds the others |
| `one_way` | `from: [seat], to: [chair, stool]` | a search for `from` also finds `to`, not vice versa |
| `replacement` | `from: "tee vee", to: "television"` | a search for `from` is one for `to` |

Terms are words and nothing else: no wildcard, no regular expression. They are compared as `words` says.
"""

import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from omnilife.core.cards import free_of_cards
from omnilife.core.clock import Timestamp
from omnilife.core.errors import FieldError, Invalid
from omnilife.search.models import one_line
from omnilife.search.words import Phrases, keys_of

MAX_ENTRIES = 5_000
MAX_TERMS = 20
"""Of one side of an entry."""
MAX_TERM = 80
MAX_TERM_WORDS = 8
MAX_ERRORS = 50

_NO_TERM = re.compile(r"[*?\\^$|~<>\[\](){}]")


def _is_term(text: str) -> str:
    if found := _NO_TERM.search(text):
        raise ValueError(f"{found[0]} is for wildcards and regular expressions; a term is plain words")
    words = len(keys_of(text))
    if not words:
        raise ValueError("a term needs a letter or a digit")
    if words > MAX_TERM_WORDS:
        raise ValueError(f"a term has at most {MAX_TERM_WORDS} words")
    return text


Term = Annotated[
    str,
    StringConstraints(min_length=1, max_length=MAX_TERM),
    BeforeValidator(lambda text: free_of_cards(one_line(text)) if isinstance(text, str) else text),
    AfterValidator(_is_term),
]


class _Entry(BaseModel):
    # Built when an entry is first read: see `rules`.
    model_config = ConfigDict(
        extra="forbid", frozen=True, populate_by_name=True, serialize_by_alias=True, defer_build=True
    )


class TwoWay(_Entry):
    """Terms that mean the same: each finds the products of all."""

    kind: Literal["two_way"]
    terms: Annotated[list[Term], Field(min_length=2, max_length=MAX_TERMS)]


class OneWay(_Entry):
    """A search for a term of `from` also finds the products of the terms of `to`."""

    kind: Literal["one_way"]
    from_: Annotated[list[Term], Field(alias="from", min_length=1, max_length=MAX_TERMS)]
    to: Annotated[list[Term], Field(min_length=1, max_length=MAX_TERMS)]


class Replacement(_Entry):
    """A search for `from` becomes one for `to`. What was replaced is not looked at again."""

    kind: Literal["replacement"]
    from_: Annotated[Term, Field(alias="from")]
    to: Term


type AnyEntry = TwoWay | OneWay | Replacement
Entry = Annotated[TwoWay | OneWay | Replacement, Field(discriminator="kind")]


class SynonymChange(BaseModel):
    """The whole set, in place of the one before."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    entries: Annotated[list[Entry], Field(max_length=MAX_ENTRIES)]


class Synonyms(BaseModel):
    """The set that is in force. `version` is its ETag; 0 before the first change."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    entries: list[Entry] = []
    version: int = 0
    updated_at: Timestamp | None = None


def check_synonyms(entries: Sequence[AnyEntry]) -> None:
    """See to what only shows when terms are compared.

    Raises:
        Invalid: an entry names a term twice, two replacements have one `from`, or replacements lead in a
            circle; at most 50 are pointed at.
    """
    errors = [error for each in (_repeated(entries), _rivals(entries), _circles(entries)) for error in each]
    if errors:
        raise Invalid("The synonyms contradict themselves.", errors=errors[:MAX_ERRORS])


def _repeated(entries: Sequence[AnyEntry]) -> Iterator[FieldError]:
    for number, entry in enumerate(entries):
        for side, terms in _sides(entry).items():
            seen: dict[tuple[str, ...], str] = {}
            for position, term in enumerate(terms):
                if (first := seen.get(key := keys_of(term))) is not None:
                    yield FieldError(f"/entries/{number}/{side}/{position}", f"is “{first}” once more")
                seen.setdefault(key, term)


def _sides(entry: AnyEntry) -> Mapping[str, Sequence[str]]:
    if isinstance(entry, TwoWay):
        return {"terms": entry.terms}
    return {"from": entry.from_, "to": entry.to} if isinstance(entry, OneWay) else {}


def _rivals(entries: Sequence[AnyEntry]) -> Iterator[FieldError]:
    seen: dict[tuple[str, ...], int] = {}
    for number, entry in _replacements(entries):
        first = seen.setdefault(keys_of(entry.from_), number)
        if first != number:
            yield FieldError(f"/entries/{number}/from", f"is replaced by entry {first} already")


def _circles(entries: Sequence[AnyEntry]) -> Iterator[FieldError]:
    """Replacements whose results hold what they, or those that follow them, replace.

    Whatever leads nowhere, or is led to from nowhere, is taken away until nothing more can be; what stays
    lies on circles, or on the way between two. Time grows with the number of words, not with its square.
    """
    replacements = dict(_replacements(entries))
    replaced: Phrases[int] = Phrases()
    for number, entry in replacements.items():
        replaced.add(keys_of(entry.from_), number)
    leads_to = {number: set(replaced.anywhere(keys_of(entry.to))) for number, entry in replacements.items()}
    led_from: dict[int, set[int]] = {number: set() for number in replacements}
    for number, followers in leads_to.items():
        for follower in followers:
            led_from[follower].add(number)
    loose = deque(number for number in replacements if not leads_to[number] or not led_from[number])
    left = set(replacements)
    while loose:
        number = loose.popleft()
        if number not in left:
            continue
        left.remove(number)
        for ahead in leads_to[number]:
            led_from[ahead].discard(number)
        for behind in led_from[number]:
            leads_to[behind].discard(number)
        loose.extend(
            each
            for each in leads_to[number] | led_from[number]
            if each in left and (not leads_to[each] or not led_from[each])
        )
    for number in sorted(left):
        yield FieldError(f"/entries/{number}/to", "leads back to what is replaced: a circle")


def _replacements(entries: Sequence[AnyEntry]) -> Iterator[tuple[int, Replacement]]:
    return ((number, each) for number, each in enumerate(entries) if isinstance(each, Replacement))
