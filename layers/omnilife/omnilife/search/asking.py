"""A page of products as the engine is asked for it, and what it answers as shoppers read it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from omnilife.search.criteria import Criteria
from omnilife.search.facets import aggregations, all_of, belongs, read_facets
from omnilife.search.interpretation import Interpretation
from omnilife.search.matching import ENOUGH, text_query
from omnilife.search.models import Facets, FoundProduct, Relaxed, SearchItem
from omnilife.search.paging import Place
from omnilife.search.problems import StaleCursor
from omnilife.search.product_index import ProductIndex
from omnilife.search.relaxing import Relaxation, relaxations
from omnilife.search.relevance import RELEVANCE, Relevance
from omnilife.search.spelling import corrected, suggester

COUNTED = 10_000
"""How far hits are counted where no facet makes the engine visit them all anyway."""

_ORDERS: Mapping[str, Any] = {
    "relevance": {"_score": "desc"},
    "price_asc": {"price": "asc"},
    "price_desc": {"price": "desc"},
    "rating": {"rating": {"order": "desc", "missing": 0}},
    "newest": {"created_at": "desc"},
    "popularity": {"popularity": "desc"},
}

_HIGHLIGHT: Mapping[str, Any] = {
    "encoder": "html",  # names are text, whatever markup they hold
    "pre_tags": ["<em>"],
    "post_tags": ["</em>"],
    "fields": {
        "name": {"number_of_fragments": 0},
        "description": {"number_of_fragments": 2, "fragment_size": 150},
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What was found. `following` is where the next page begins, if there is one."""

    items: list[SearchItem]
    total: int
    total_relation: Literal["exact", "at_least"]
    facets: Facets
    following: Place | None
    took_ms: int
    did_you_mean: str | None = None
    relaxed: Relaxed | None = None


def ask(
    index: ProductIndex,
    criteria: Criteria,
    interpretation: Interpretation,
    facets: Collection[str],
    *,
    limit: int,
    place: Place | None,
    relevance: Relevance = RELEVANCE,
) -> Page:
    """The page at `place`, in one round trip; in two where nothing is found for the words as they are.

    Raises:
        StaleCursor: the index was replaced since the cursor of `place` was issued.
        SearchUnavailable: the engine does not answer.
    """

    def body(relaxation: Relaxation | None) -> dict[str, Any]:
        return request_body(
            criteria,
            interpretation,
            facets,
            limit=limit,
            place=place,
            relaxation=relaxation,
            relevance=relevance,
        )

    continued = place.relaxation if place else None
    found = index.search(body(continued))
    page = read_answer(found, criteria, facets, limit=limit, place=place, relaxation=continued)
    if continued or not criteria.text:
        return page
    correction = corrected(interpretation.text, found)
    if place or interpretation.pinned or holds_words(found):
        return replace(page, did_you_mean=correction)
    steps = relaxations(interpretation.text, correction)
    for step, instead in zip(steps, index.search_each([body(step) for step in steps]), strict=True):
        if holds_words(instead):
            told = step.told_by(instead["hits"]["hits"][0])
            page = read_answer(instead, criteria, facets, limit=limit, place=None, relaxation=told)
            return replace(page, did_you_mean=correction, took_ms=found["took"] + page.took_ms)
    return replace(page, did_you_mean=correction)


def request_body(
    criteria: Criteria,
    interpretation: Interpretation,
    facets: Collection[str],
    *,
    limit: int,
    place: Place | None,
    relaxation: Relaxation | None = None,
    relevance: Relevance = RELEVANCE,
) -> dict[str, Any]:
    """The engine's request for the page at `place`, and one hit more to tell whether another follows."""
    afterwards = [clause for name, clause in criteria.filters.items() if belongs(name, facets)]
    counted = aggregations(criteria, facets)
    body: dict[str, Any] = {
        "query": _query(
            criteria, interpretation, facets, place=place, relaxation=relaxation, relevance=relevance
        ),
        "sort": [_ORDERS[criteria.sort], {"product_id": "asc"}],
        "size": limit + 1,
        "_source": ["product"],
        "track_scores": bool(criteria.text),
        # Counting facets visits every match, so that the exact total is free; without, it is bounded.
        "track_total_hits": True if facets else COUNTED,
    }
    if criteria.text:
        body["highlight"] = _HIGHLIGHT
    if criteria.text and not place and not relaxation:
        body |= suggester(interpretation.text)
    if place:
        body["search_after"] = place.after
    if place and place.remembered:
        shown = {"terms": {"key": place.remembered}}
        # Products shown before are no hits, but still count: for facets, since the filter comes afterwards,
        # and for the total, since those which still match are counted on their own.
        counted["shown"] = {"filter": all_of([shown, *afterwards])}
        afterwards.append({"bool": {"must_not": [shown]}})
    if afterwards:
        body["post_filter"] = all_of(afterwards)
    if counted:
        body["aggs"] = counted
    return body


def read_answer(
    found: Mapping[str, Any],
    criteria: Criteria,
    facets: Collection[str],
    *,
    limit: int,
    place: Place | None,
    relaxation: Relaxation | None = None,
) -> Page:
    """What the engine found for `request_body` of the same arguments.

    Raises:
        StaleCursor: the index was replaced since the cursor of `place` was issued.
    """
    total, relation = _total(found)
    if place and not total:
        # Cursors lead only where there was something: the generation that they name is gone, or all in it.
        raise StaleCursor
    hits = found["hits"]["hits"]
    page = hits[:limit]
    shown = place.shown if place else 0
    return Page(
        items=[_item(hit, position) for position, hit in enumerate(page, start=shown + 1)],
        total=total,
        total_relation="exact" if relation == "eq" else "at_least",
        facets=read_facets(criteria, facets, found.get("aggregations", {})),
        following=Place.behind(page, criteria, place, relaxation) if len(hits) > len(page) else None,
        took_ms=found["took"],
        relaxed=Relaxed(kind=relaxation.kind, query=relaxation.query, dropped=list(relaxation.dropped))
        if relaxation
        else None,
    )


def _query(
    criteria: Criteria,
    interpretation: Interpretation,
    facets: Collection[str],
    *,
    place: Place | None,
    relaxation: Relaxation | None,
    relevance: Relevance,
) -> dict[str, Any]:
    filters: list[dict[str, Any]] = [{"term": {"status": "active"}}]
    if place:
        filters.append({"term": {"_index": place.generation}})
    if criteria.in_stock:
        filters.append({"term": {"in_stock": True}})
    filters += [clause for name, clause in criteria.filters.items() if not belongs(name, facets)]
    if not criteria.text:
        return {"bool": {"filter": filters}}
    return text_query(
        relaxation.of(interpretation) if relaxation else interpretation,
        filters=filters,
        strict=criteria.sort != "relevance",
        approximate=relaxation is not None and relaxation.approximate,
        fewer=relaxation is not None and relaxation.fewer,
        relevance=relevance,
    )


def holds_words(found: Mapping[str, Any]) -> bool:
    """Whether any of the hits was found by its words, and not only for being the same thing."""
    return any(
        name.startswith(ENOUGH) for hit in found["hits"]["hits"] for name in hit.get("matched_queries", ())
    )


def _total(found: Mapping[str, Any]) -> tuple[int, str]:
    total = found["hits"]["total"]
    shown = found.get("aggregations", {}).get("shown", {"doc_count": 0})
    return total["value"] + shown["doc_count"], total["relation"]


def _item(hit: Mapping[str, Any], position: int) -> SearchItem:
    return SearchItem(
        product=FoundProduct.model_validate(hit["_source"]["product"]),
        score=hit["_score"],
        highlights=hit.get("highlight", {}),
        position=position,
    )
