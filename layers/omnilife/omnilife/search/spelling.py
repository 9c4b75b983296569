"""Corrections: words that no product has, and what the index has instead, from the same request."""

import re
from collections.abc import Collection, Mapping, Sequence
from math import log2
from typing import Any

from omnilife.search.terms import SHORTEST_MISSPELT, has_digit, may_be_misspelt, terms_of

LIKENESS = 0.7
"""Letters right, as a share: one wrong in 4 to 6 letters, two from 7 on."""
COMMON = 0.01
"""What it is worth, in likeness, to stand in twice as many products."""


def suggester(text: str) -> dict[str, Any]:
    """The part of a request that asks for the index's own words next to those that it does not have."""
    words = " ".join(word for word in terms_of(text) if may_be_misspelt(word))
    if not words:
        return {}
    term = {
        "field": "words",
        "suggest_mode": "missing",
        "prefix_length": 1,
        "min_word_length": SHORTEST_MISSPELT,
        "accuracy": LIKENESS,
        "size": 5,
    }
    return {"suggest": {"words": {"text": words, "term": term}}}


def corrected(text: str, found: Mapping[str, Any]) -> str | None:
    """The text with each word that was not found replaced by the likeliest of the index; None without any.

    Words that were found, as a part of a compound or with another ending, are right as they are.
    """
    entries = found.get("suggest", {}).get("words", [])
    better = {entry["text"]: _likeliest(entry["options"]) for entry in entries if entry["options"]}
    words = terms_of(text)
    right = _found(words, found["hits"]["hits"])
    meant = text
    for word in words:
        if word in better and word not in right and not has_digit(word):
            meant = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", better[word], meant, flags=re.IGNORECASE)
    return meant if meant != text else None


def _found(words: Sequence[str], hits: Collection[Mapping[str, Any]]) -> set[str]:
    return {words[int(place)] for hit in hits for place in hit.get("matched_queries", ()) if place.isdigit()}


def _likeliest(options: Sequence[Mapping[str, Any]]) -> str:
    best = max(options, key=lambda option: option["score"] + COMMON * log2(1 + option["freq"]))
    return str(best["text"])
