"""`search_products`: one question to the engine, and its answer as shoppers read it."""

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Protocol

from omnilife.core.cursors import CursorCodec
from omnilife.core.ids import IdMaker, new_id
from omnilife.search.asking import ask
from omnilife.search.criteria import Criteria
from omnilife.search.interpretation import Interpretation, plain
from omnilife.search.models import FACETS, SearchAnswer, SearchQuery
from omnilife.search.paging import Place
from omnilife.search.problems import SearchUnavailable
from omnilife.search.product_index import ProductIndex
from omnilife.search.searches import Outcome


class Observer(Protocol):
    """Who is told of searches: `SearchLog`."""

    def begin(
        self, search_id: str, criteria: Criteria, *, page: int = 1, outcome: Outcome | None = None
    ) -> None:
        """A search begins, or was answered from the cache with `outcome`. A second call means the same."""
        ...

    def answered(self, *, total: int, took_ms: int, cached: bool = False) -> None:
        """The engine has answered the search that began."""
        ...

    def finish(self) -> None:
        """The answer is about to leave: the last moment to get done."""
        ...


def search_products(
    query: SearchQuery,
    parameters: Mapping[str, Sequence[str]],
    *,
    index: ProductIndex,
    cursors: CursorCodec,
    make_id: IdMaker = new_id,
    interpret: Callable[[str], Interpretation] = plain,
    observer: Observer | None = None,
    monotonic: Callable[[], float] = time.perf_counter,
) -> SearchAnswer:
    """Find active products, a page at a time, and count what there is to choose from. One round trip.

    Args:
        parameters: all of the request's, for the `attr.<name>` among them.
        interpret: what the shop's synonyms and rules make of the text; without, it means itself.
        observer: is told when the engine is asked and when it has answered, but not to `finish`.

    Raises:
        Invalid: filters that cannot be right together.
        BadCursor: a cursor that was not issued here, or for another search.
        StaleCursor: the index was replaced since the cursor was issued.
        SearchUnavailable: the engine does not answer.
    """
    started = monotonic()
    criteria = Criteria.of(query, parameters)
    place = Place.read(query.cursor, criteria, cursors) if query.cursor is not None else None
    search_id = make_id()

    def begin() -> None:
        if observer:
            observer.begin(search_id, criteria, page=_page(place, query.limit))

    try:
        page = ask(
            index,
            criteria,
            interpret,
            counted_facets(query),
            limit=query.limit,
            place=place,
            meanwhile=begin,
        )
    except SearchUnavailable:
        begin()  # perhaps the engine could not even be asked
        raise
    took_ms = round((monotonic() - started) * 1000)
    if observer:
        observer.answered(total=page.total, took_ms=took_ms)
    return SearchAnswer(
        items=page.items,
        total=page.total,
        total_relation=page.total_relation,
        facets=page.facets,
        next_cursor=page.following.cursor(criteria, cursors) if page.following else None,
        did_you_mean=page.did_you_mean,
        relaxed=page.relaxed,
        redirect=page.meant.redirect,
        rules=list(page.meant.rules),
        search_id=search_id,
        took_ms=took_ms,
    )


def counted_facets(query: SearchQuery) -> Collection[str]:
    """The facets that `query` asks for."""
    return frozenset(query.facets or FACETS) - {"none"}


def page_number(query: SearchQuery, criteria: Criteria, cursors: CursorCodec) -> int:
    """Which page of its list `query` asks for, from 1.

    Raises:
        BadCursor: a cursor that was not issued here, or for another search.
    """
    place = Place.read(query.cursor, criteria, cursors) if query.cursor is not None else None
    return _page(place, query.limit)


def _page(place: Place | None, limit: int) -> int:
    return place.shown // limit + 1 if place else 1
