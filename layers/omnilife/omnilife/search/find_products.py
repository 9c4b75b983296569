"""`search_products`: one question to the engine, and its answer as shoppers read it."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from omnilife.core.cursors import CursorCodec
from omnilife.core.ids import IdMaker, new_id
from omnilife.search.criteria import Criteria
from omnilife.search.facets import aggregations, all_of, belongs, read_facets
from omnilife.search.models import FACETS, FoundProduct, SearchAnswer, SearchItem, SearchQuery
from omnilife.search.paging import Place
from omnilife.search.problems import StaleCursor
from omnilife.search.product_index import ProductIndex

COUNTED = 10_000
"""How far hits are counted where no facet makes the engine visit them all anyway."""

_FIELDS = ["name^4", "brand.text^2", "category_text^2", "attributes_text", "description"]

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


def search_products(
    query: SearchQuery,
    parameters: Mapping[str, Sequence[str]],
    *,
    index: ProductIndex,
    cursors: CursorCodec,
    make_id: IdMaker = new_id,
) -> SearchAnswer:
    """Find active products, a page at a time, and count what there is to choose from. One round trip.

    Args:
        parameters: all of the request's, for the `attr.<name>` among them.

    Raises:
        Invalid: filters that cannot be right together.
        BadCursor: a cursor that was not issued here, or for another search.
        StaleCursor: the index was replaced since the cursor was issued.
        SearchUnavailable: the engine does not answer.
    """
    criteria = Criteria.of(query, parameters)
    facets = frozenset(query.facets or FACETS) - {"none"}
    place = Place.read(query.cursor, criteria, cursors) if query.cursor is not None else None
    found = index.search(request_body(criteria, facets, limit=query.limit, place=place))
    total, relation = _total(found)
    if place and not total:
        # Cursors lead only where there was something: the generation that they name is gone, or all in it.
        raise StaleCursor
    hits = found["hits"]["hits"]
    page = hits[: query.limit]
    shown = place.shown if place else 0
    return SearchAnswer(
        items=[_item(hit, position) for position, hit in enumerate(page, start=shown + 1)],
        total=total,
        total_relation="exact" if relation == "eq" else "at_least",
        facets=read_facets(criteria, facets, found.get("aggregations", {})),
        next_cursor=Place.behind(page, criteria, place).cursor(criteria, cursors)
        if len(hits) > len(page)
        else None,
        search_id=make_id(),
        took_ms=found["took"],
    )


def request_body(
    criteria: Criteria, facets: Collection[str], *, limit: int, place: Place | None
) -> dict[str, Any]:
    """The engine's request for the page at `place`, and one hit more to tell whether another follows."""
    afterwards = [clause for name, clause in criteria.filters.items() if belongs(name, facets)]
    counted = aggregations(criteria, facets)
    body: dict[str, Any] = {
        "query": _query(criteria, facets, place),
        "sort": [_ORDERS[criteria.sort], {"product_id": "asc"}],
        "size": limit + 1,
        "_source": ["product"],
        "track_scores": bool(criteria.text),
        # Counting facets visits every match, so that the exact total is free; without, it is bounded.
        "track_total_hits": True if facets else COUNTED,
    }
    if criteria.text:
        body["highlight"] = _HIGHLIGHT
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


def _query(criteria: Criteria, facets: Collection[str], place: Place | None) -> dict[str, Any]:
    filters: list[dict[str, Any]] = [{"term": {"status": "active"}}]
    if place:
        filters.append({"term": {"_index": place.generation}})
    if criteria.in_stock:
        filters.append({"term": {"in_stock": True}})
    filters += [clause for name, clause in criteria.filters.items() if not belongs(name, facets)]
    clauses: dict[str, Any] = {"filter": filters}
    if criteria.text:
        clauses["must"] = [_match(criteria.text)]
    return {"bool": clauses}


def _match(text: str) -> dict[str, Any]:
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
