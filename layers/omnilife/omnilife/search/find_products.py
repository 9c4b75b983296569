"""`search_products`: one question to the engine, and its answer as shoppers read it."""

from collections.abc import Callable, Mapping, Sequence

from omnilife.core.cursors import CursorCodec
from omnilife.core.ids import IdMaker, new_id
from omnilife.search.asking import ask
from omnilife.search.criteria import Criteria
from omnilife.search.interpretation import Interpretation, plain
from omnilife.search.models import FACETS, SearchAnswer, SearchQuery
from omnilife.search.paging import Place
from omnilife.search.product_index import ProductIndex


def search_products(
    query: SearchQuery,
    parameters: Mapping[str, Sequence[str]],
    *,
    index: ProductIndex,
    cursors: CursorCodec,
    make_id: IdMaker = new_id,
    interpret: Callable[[str], Interpretation] = plain,
) -> SearchAnswer:
    """Find active products, a page at a time, and count what there is to choose from. One round trip.

    Args:
        parameters: all of the request's, for the `attr.<name>` among them.
        interpret: what the shop's synonyms and rules make of the text; without, it means itself.

    Raises:
        Invalid: filters that cannot be right together.
        BadCursor: a cursor that was not issued here, or for another search.
        StaleCursor: the index was replaced since the cursor was issued.
        SearchUnavailable: the engine does not answer.
    """
    criteria = Criteria.of(query, parameters)
    facets = frozenset(query.facets or FACETS) - {"none"}
    place = Place.read(query.cursor, criteria, cursors) if query.cursor is not None else None
    page = ask(index, criteria, interpret(criteria.text), facets, limit=query.limit, place=place)
    return SearchAnswer(
        items=page.items,
        total=page.total,
        total_relation=page.total_relation,
        facets=page.facets,
        next_cursor=page.following.cursor(criteria, cursors) if page.following else None,
        did_you_mean=page.did_you_mean,
        relaxed=page.relaxed,
        search_id=make_id(),
        took_ms=page.took_ms,
    )
