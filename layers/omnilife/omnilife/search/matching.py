"""Which products a query finds, and in what order: the engine's clause for an `Interpretation`."""

from typing import Any

from omnilife.search.interpretation import Boost, Clause, Interpretation

PINNED = 1_000_000.0
"""The score of the last product pinned; each before it has one more. No text scores as much: the scores of
words stay under some hundred, and rules multiply them by 10 at most each."""

_FIELDS = ["name^4", "brand.text^2", "category_text^2", "attributes_text", "description"]


def text_query(interpretation: Interpretation, *, filters: list[Clause]) -> dict[str, Any]:
    """Products that fulfil `filters` and hold the words, scored; those pinned as well, on top.

    What is hidden is never found, and the interpretation's own filters narrow everything, pins included.
    """
    words: Clause = {
        "dis_max": {"queries": [_match(text) for text in (interpretation.text, *interpretation.variants)]}
    }
    if interpretation.boosts:
        words = _boosted(words, interpretation.boosts)
    found = [words, *_pins(interpretation.pinned)]
    clauses: dict[str, Any] = {
        "filter": [*filters, *interpretation.filters],
        "must": [{"dis_max": {"queries": found}} if len(found) > 1 else words],
    }
    if interpretation.hidden:
        clauses["must_not"] = [{"terms": {"product_id": sorted(interpretation.hidden)}}]
    return {"bool": clauses}


def _match(text: str) -> Clause:
    """Products that hold the words, over all fields together, or whose SKU is the text.

    `text` is words to look up, never a language: the engine parses nothing in it.
    """
    words = {
        "query": text,
        "type": "cross_fields",
        "fields": _FIELDS,
        "minimum_should_match": "2<75%",  # one or two words must all be there, of more three in four
    }
    sku = {"term": {"sku": {"value": text, "boost": 20}}}
    return {"bool": {"should": [{"multi_match": words}, sku], "minimum_should_match": 1}}


def _boosted(words: Clause, boosts: tuple[Boost, ...]) -> Clause:
    functions = [{"filter": boost.clause, "weight": boost.factor} for boost in boosts]
    return {"function_score": {"query": words, "functions": functions, "score_mode": "multiply"}}


def _pins(product_ids: tuple[str, ...]) -> list[Clause]:
    first = PINNED + len(product_ids) - 1
    return [
        {"constant_score": {"filter": {"term": {"product_id": product_id}}, "boost": first - place}}
        for place, product_id in enumerate(product_ids)
    ]
