"""Which products a query finds, and in what order: the engine's clause for an `Interpretation`.

Each word is looked for on its own, in all fields and spellings; enough of them must be there. What stands
together, what the thing is and what is liked only lifts. Text is words to look up, never a language: the
engine parses nothing in it.
"""

from collections.abc import Sequence
from typing import Any

from omnilife.search.interpretation import Boost, Clause, Interpretation
from omnilife.search.mapping import PAIRS
from omnilife.search.relevance import RELEVANCE, Relevance
from omnilife.search.terms import is_code, may_be_misspelt, may_be_unfinished, neighbours, terms_of
from omnilife.search.titles import thing_of

PINNED = 1_000_000.0
"""The score of the last product pinned; each before it has one more. No text scores as much: an SKU has
1,000, and rules multiply it by 10 at most each."""

MAX_WORDS_OF_ALL = 40
"""Of the text and its variants together: the engine counts clauses, and refuses more than 1,024."""

ENOUGH = "enough"
"""Begins the names of the clauses that tell whether a hit holds enough words, or is only the same thing."""

EXPANSIONS = 10
"""How many words of the index a misspelt one may stand for."""


def text_query(
    interpretation: Interpretation,
    *,
    filters: Sequence[Clause] = (),
    strict: bool = False,
    approximate: bool = False,
    fewer: bool = False,
    relevance: Relevance = RELEVANCE,
) -> dict[str, Any]:
    """Products that fulfil `filters` and hold the words, scored; those pinned as well, on top.

    What is hidden is never found, and the interpretation's own filters narrow everything, pins included.

    Args:
        strict: most words must be there, for orders in which a weak match would not stand at the end.
        approximate: a misspelt or unfinished word counts as found.
        fewer: one word is enough.
    """
    need = "1" if fewer else relevance.enough_when_sorted if strict else relevance.enough_of_words
    things = relevance.other_things and not (strict or approximate)
    texts: list[Clause] = []
    left = MAX_WORDS_OF_ALL
    for text in (interpretation.text, *interpretation.variants):
        words = terms_of(text)
        left -= len(words)
        if words and left >= 0:
            # Variants are the shop's own words, well spelt: only what was typed is taken for something else.
            texts.append(
                _Words(text, words, relevance, len(texts)).clause(
                    need, approximate=approximate, things=things
                )
            )
    matching: Clause = {"dis_max": {"queries": [*texts, *_skus(interpretation.text, relevance)]}}
    if interpretation.boosts:
        matching = _boosted(matching, interpretation.boosts)
    pins = _pins(interpretation.pinned)
    clauses: dict[str, Any] = {
        "filter": [*filters, *interpretation.filters],
        "must": [{"dis_max": {"queries": [matching, *pins]}} if pins else matching],
    }
    if interpretation.hidden:
        clauses["must_not"] = [{"terms": {"product_id": sorted(interpretation.hidden)}}]
    return {"bool": clauses}


class _Words:
    """The clauses of one text's words."""

    def __init__(self, text: str, words: list[str], relevance: Relevance, number: int) -> None:
        self._words = words
        self._line = " ".join(words)
        self._thing = thing_of(text)
        self._r = relevance
        self._places = range(len(words))
        self._exact = [self._spelt(place) for place in self._places]
        typed = number == 0
        self._nearly = [self._misspelt(place) if typed else [] for place in self._places]
        self._typed = typed
        self._name = f"{ENOUGH}{number}"

    def clause(self, need: str, *, approximate: bool, things: bool) -> Clause:
        found = [
            _either([exact, *(nearly if approximate else [])])
            for exact, nearly in zip(self._exact, self._nearly, strict=True)
        ]
        if self._typed:
            # The answer tells by these names which words were found: what was is not corrected.
            found = [{"dis_max": clause["dis_max"] | {"_name": str(n)}} for n, clause in enumerate(found)]
        lifting = [clause for nearly in self._nearly for clause in nearly]
        enough: Clause = {"bool": {"should": found, "minimum_should_match": need, "_name": self._name}}
        if things and (others := self._same_thing()):
            enough = {"bool": {"should": [enough, *others]}}
        return _liked({"bool": {"must": [enough], "should": [*self._together(), *lifting]}}, self._r)

    def _spelt(self, place: int) -> Clause:
        """The word in any field, or as a part or the whole of a compound."""
        word, r = self._words[place], self._r
        fields = {
            "name": r.name,
            "brand.text": r.brand,
            "category_text": r.category,
            "attributes_text": r.attributes,
            "description": r.description,
        }
        anywhere: Clause = {
            "query": word,
            "type": "cross_fields",
            "operator": "and",  # where the engine sees several words (no spaces between), all are meant
            "fields": [f"{field}^{boost}" for field, boost in fields.items() if boost],
            "tie_breaker": r.elsewhere,
        }
        either = [{"multi_match": anywhere}]
        if r.joined:
            either.append(_match("name.joined", word, r.name * r.joined))
        if r.neighbours:
            pairs = neighbours(self._words, place)
            either += [_match("name.joined", pair, r.name * r.neighbours) for pair in pairs]
        if r.model and is_code(word):
            either.append({"prefix": {"name.joined": {"value": word, "boost": r.name * r.model}}})
        return _either(either)

    def _misspelt(self, place: int) -> list[Clause]:
        """What the word resembles, or the beginning of which it is."""
        word, r = self._words[place], self._r
        clauses: list[Clause] = []
        if r.fuzzy and may_be_misspelt(word):
            clauses.append(
                _match(
                    "words",
                    word,
                    r.name * r.fuzzy,
                    fuzziness="AUTO:4,8",  # one letter from 4 on, two from 8 on
                    prefix_length=1,
                    max_expansions=EXPANSIONS,
                )
            )
        if r.prefix and place == len(self._words) - 1 and may_be_unfinished(word):
            begun = {"match": {"name.prefixes": {"query": word}}}
            clauses.append({"constant_score": {"filter": begun, "boost": r.prefix}})
        return clauses

    def _same_thing(self) -> list[Clause]:
        """Products that are the thing which the query names last, whatever the other words: worth nothing."""
        noun = self._thing.split()[-1:]
        if len(self._words) < 2 or not noun:
            return []
        same = [{"match": {field: {"query": noun[0]}}} for field in ("thing", "category_text")]
        return [{"constant_score": {"filter": _either(same), "boost": 0.0}}]

    def _together(self) -> list[Clause]:
        """What lifts products that hold the words beside each other, or all of them, or are the thing."""
        r = self._r
        clauses: list[Clause] = []
        if r.thing and self._thing:
            clauses += [_match(field, self._thing, r.name * r.thing) for field in ("thing", "category_text")]
        if r.all_words:
            clauses.append(_all_of(self._exact, r.all_words))
        if r.nearly_all_words and any(self._nearly):
            either = zip(self._exact, self._nearly, strict=True)
            clauses.append(_all_of([_either([one, *more]) for one, more in either], r.nearly_all_words))
        if len(self._words) > 1:
            if r.pairs:
                clauses.append(_match("name.joined", self._line, r.name * r.pairs, analyzer=PAIRS))
            if r.phrase:
                phrase = {"query": self._line, "boost": r.name * r.phrase, "slop": 2}
                clauses.append({"match_phrase": {"name": phrase}})
        return clauses


def _match(field: str, text: str, boost: float, **options: Any) -> Clause:
    return {"match": {field: {"query": text, "boost": boost, **options}}}


def _either(clauses: list[Clause]) -> Clause:
    """The best of the clauses."""
    return {"dis_max": {"queries": clauses}}


def _all_of(clauses: list[Clause], worth: float) -> Clause:
    """So much a word where all hold, whatever they score."""
    return {"constant_score": {"filter": {"bool": {"filter": clauses}}, "boost": worth * len(clauses)}}


def _liked(words: Clause, r: Relevance) -> Clause:
    """Up to `most_for_signals` times the score for what shoppers like, and can buy."""
    functions: list[Clause] = [
        {"field_value_factor": {"field": "rating", "missing": 0}, "weight": r.rating},
        {
            "field_value_factor": {"field": "popularity", "modifier": "log1p", "missing": 0},
            "weight": r.popularity,
        },
        {"filter": {"term": {"in_stock": True}}, "weight": r.in_stock},
    ]
    scored = {"score_mode": "sum", "boost_mode": "multiply", "max_boost": r.most_for_signals}
    return {"function_score": {"query": words, "functions": [{"weight": 1}, *functions], **scored}}


def _skus(text: str, r: Relevance) -> list[Clause]:
    """The product whose SKU is the text, and below it those whose SKU begins so."""
    if not text:
        return []
    itself = {"filter": {"term": {"sku": text}}, "boost": r.sku, "_name": f"{ENOUGH}_sku"}
    skus: list[Clause] = [{"constant_score": itself}]
    if is_code(text) and " " not in text:
        begun = {"prefix": {"sku": {"value": text}}}
        skus.append({"constant_score": {"filter": begun, "boost": r.sku / 2, "_name": f"{ENOUGH}_begun"}})
    return skus


def _boosted(words: Clause, boosts: tuple[Boost, ...]) -> Clause:
    functions = [{"filter": boost.clause, "weight": boost.factor} for boost in boosts]
    return {"function_score": {"query": words, "functions": functions, "score_mode": "multiply"}}


def _pins(product_ids: tuple[str, ...]) -> list[Clause]:
    first = PINNED + len(product_ids) - 1
    return [
        {"constant_score": {"filter": {"term": {"product_id": product_id}}, "boost": first - place}}
        for place, product_id in enumerate(product_ids)
    ]
