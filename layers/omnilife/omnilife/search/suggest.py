"""`suggest`: what a shopper may be about to type, or to look for, from the first letter on."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from omnilife.search.emphasis import emphasised
from omnilife.search.models import one_line
from omnilife.search.suggestion_index import SuggestionIndex

FUZZY_FROM = 3
"""Letters of a word from which a slip is forgiven; below, everything is one slip away from everything."""
FUZZINESS = f"AUTO:{FUZZY_FROM},6"
QUERIES, CATEGORIES = 0.5, 0.2
"""Shares of the list that popular queries and categories may take while there are products to fill it."""


class SuggestionQuery(BaseModel):
    """What is in the search box."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    q: Annotated[
        str, StringConstraints(min_length=1, max_length=100), BeforeValidator(lambda v: one_line(str(v)))
    ]
    limit: Annotated[int, Field(ge=1, le=20)] = 10


class Suggestion(BaseModel):
    """A query to ask, a product to look at, or a category to browse."""

    type: Literal["query", "product", "category"]
    text: str
    highlighted: Annotated[str, Field(description="HTML: `text`, escaped; `<em>` marks what was typed.")]
    product_id: Annotated[str | None, Field(description="Of a product.")] = None
    category: Annotated[str | None, Field(description="Of a category: its path, to filter by.")] = None


class Suggestions(BaseModel):
    """Queries first, then categories, then products."""

    suggestions: list[Suggestion]


def suggest(query: SuggestionQuery, *, index: SuggestionIndex) -> Suggestions:
    """Popular queries, categories and products that what is typed may become. One round trip to the engine.

    Raises:
        SearchUnavailable: the engine does not answer.
    """
    queries, categories, found = index.ask(bodies(query, index))
    room = query.limit
    first = queries[: max(round(room * QUERIES), room - len(found) - len(categories))]
    then = categories[: max(round(room * CATEGORIES), room - len(first) - len(found))]
    listed = [_read_suggestible(hit["_source"], query.q) for hit in [*first, *then]]
    listed += [_read_product(hit, query.q) for hit in found]
    return Suggestions(suggestions=listed[:room])


def bodies(query: SuggestionQuery, index: SuggestionIndex) -> list[tuple[str, dict[str, Any]]]:
    """The searches for queries, categories and products, each with the name of its index."""
    return [
        (index.name, _body(query, _suggestible("query", query.q))),
        (index.name, _body(query, _suggestible("category", query.q))),
        (index.products, _body(query, _product(query.q)) | {"_source": ["name"]}),
    ]


def _body(query: SuggestionQuery, asked: Mapping[str, Any]) -> dict[str, Any]:
    return {"query": asked, "size": query.limit, "track_total_hits": False}


def _suggestible(kind: str, typed: str) -> dict[str, Any]:
    whole = {"prefix": {"whole": {"value": typed.lower(), "boost": 4}}}
    return _weighted(
        {"bool": {"filter": [{"term": {"type": kind}}], "must": [_words("text", typed)], "should": [whole]}},
        "weight",
    )


def _product(typed: str) -> dict[str, Any]:
    clauses = {"filter": [{"term": {"status": "active"}}], "must": [_words("name.prefixes", typed)]}
    in_stock = {"term": {"in_stock": {"value": True, "boost": 1}}}
    return _weighted({"bool": {**clauses, "should": [in_stock]}}, "popularity")


def _words(field: str, typed: str) -> dict[str, Any]:
    """Every typed word begins one of the field's, whose beginnings are what is indexed.

    The better of two: as typed, which counts ten times; or with slips after the first letter, which are
    compared with the beginnings and so are forgiven in a word that is only half typed.
    """
    exact = {"match": {field: {"query": typed, "operator": "and", "boost": 10}}}
    if not any(len(word) >= FUZZY_FROM for word in typed.split()):
        return exact
    slipped = {"query": typed, "operator": "and", "fuzziness": FUZZINESS, "prefix_length": 1}
    return {"dis_max": {"queries": [exact, {"match": {field: slipped}}]}}


def _weighted(query: Mapping[str, Any], field: str) -> dict[str, Any]:
    """The score times 1 + log(1 + field): what matches better still comes first, by a factor of ten."""
    factor = {"field_value_factor": {"field": field, "modifier": "ln2p", "missing": 0}}
    return {"function_score": {"query": query, "functions": [factor], "boost_mode": "multiply"}}


def _read_suggestible(source: Mapping[str, Any], typed: str) -> Suggestion:
    return Suggestion(
        type=source["type"],
        text=source["text"],
        highlighted=emphasised(source["text"], typed),
        category=source["path"] or None,
    )


def _read_product(hit: Mapping[str, Any], typed: str) -> Suggestion:
    name = hit["_source"]["name"]
    return Suggestion(type="product", text=name, highlighted=emphasised(name, typed), product_id=hit["_id"])
