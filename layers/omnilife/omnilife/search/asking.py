"""A page of products as the engine is asked for it, and what it answers as shoppers read it."""

from collections.abc import Callable, Collection, Mapping
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
from omnilife.search.relaxing import Relaxation, relaxations, with_fewer_words
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


_NOTHING = Interpretation(text="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What was found, for the words as they were `meant`. `following` is where the next page begins."""

    items: list[SearchItem]
    total: int
    total_relation: Literal["exact", "at_least"]
    facets: Facets
    following: Place | None
    took_ms: int
    did_you_mean: str | None = None
    relaxed: Relaxed | None = None
    meant: Interpretation = _NOTHING


def ask(
    index: ProductIndex,
    criteria: Criteria,
    interpret: Callable[[str], Interpretation],
    facets: Collection[str],
    *,
    limit: int,
    place: Place | None,
    relevance: Relevance = RELEVANCE,
    meanwhile: Callable[[], None] | None = None,
) -> Page:
    """The page at `place`, in one round trip; in two where nothing is found for the words as they are.

    Args:
        interpret: what the shop makes of a text: the shopper's, and later its correction.
        meanwhile: is called while the engine works; see `Engine.request`.

    Raises:
        StaleCursor: the index was replaced since the cursor of `place` was issued.
        SearchUnavailable: the engine does not answer.
    """

    written = interpret(criteria.text)

    def body(
        relaxation: Relaxation | None, meant: Interpretation, narrowed: Criteria = criteria
    ) -> dict[str, Any]:
        return request_body(
            narrowed,
            meant,
            facets if narrowed is criteria else (),
            limit=limit,
            place=place,
            relaxation=relaxation,
            relevance=relevance,
        )

    continued = place.relaxation if place else None
    meant = continued.meant(written, interpret) if continued else written
    found = index.search(body(continued, meant), meanwhile=meanwhile)
    page = replace(
        read_answer(found, criteria, facets, limit=limit, place=place, relaxation=continued), meant=meant
    )
    if continued or not criteria.text:
        return page
    correction = corrected(written.text, found)
    if place or written.pinned or holds_words(found):
        return replace(page, did_you_mean=correction)
    tries = _tries(criteria, written, correction, interpret)
    if not tries:
        return page
    answers = index.search_each([body(each.relaxation, each.meant, each.criteria) for each in tries])
    # Filters may be all that is in the way: then the words are right, and not to be taken for others.
    right = tries[0].relaxation is None and holds_words(answers[0])
    if right:
        correction = corrected(written.text, answers[0])
    for each, instead in zip(tries, answers, strict=True):
        step, hits = each.relaxation, instead["hits"]["hits"]
        if step and step.guesses != right and hits and (each.meant.pinned or holds_words(instead)):
            told = step.told_by(hits[0], each.meant.text)
            page = read_answer(instead, criteria, facets, limit=limit, place=None, relaxation=told)
            page = replace(page, meant=each.meant, took_ms=found["took"] + page.took_ms)
            break
    return replace(page, did_you_mean=correction)


@dataclass(frozen=True, slots=True)
class _Try:
    """One question of the second round trip. Without a relaxation: whether the words are found at all."""

    relaxation: Relaxation | None
    meant: Interpretation
    criteria: Criteria


def _tries(
    criteria: Criteria,
    written: Interpretation,
    correction: str | None,
    interpret: Callable[[str], Interpretation],
) -> list[_Try]:
    """All of them; where there are filters, the one without them is the first."""
    narrowed = criteria.widened != criteria
    steps = relaxations(written.text, correction)
    if not steps:
        return []
    if narrowed:
        steps += with_fewer_words(written.text)
    tries = [_Try(step, step.meant(written, interpret), criteria) for step in steps]
    return [_Try(None, written, criteria.widened), *tries] if narrowed else tries


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
        interpretation,
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
