"""GET /api/search/products: products found by text and filters, with what there is to narrow them by."""

from collections.abc import Sequence
from typing import Annotated

from omnilife.core.afterwards import answering_first
from omnilife.core.cache import Command
from omnilife.core.cursors import BadCursor, CursorCodec
from omnilife.core.http import HttpRequest, Query, Reply, endpoint
from omnilife.search import (
    Answers,
    Configurations,
    Generations,
    ProductIndex,
    SearchAnswer,
    SearchLog,
    SearchQuery,
    SearchUnavailable,
    StaleCursor,
    answer_search,
    search_reads,
)


def reads(request: HttpRequest) -> Sequence[Command]:
    generations, answers = Generations.from_environment(), Answers.from_environment()
    return search_reads(request.query, generations=generations, answers=answers)


api = endpoint(
    "GET",
    "/api/search/products",
    auth="public",
    tags=["search"],
    limit="search",
    beside=reads,
    query_prefixes=["attr."],
    problems=[BadCursor, StaleCursor, SearchUnavailable],
)


@api.route
def search(query: Annotated[SearchQuery, Query()]) -> Reply[SearchAnswer]:
    answer = answer_search(
        query,
        api.query,
        known=api.beside,
        index=ProductIndex.from_environment(),
        cursors=CursorCodec.from_environment(),
        configurations=Configurations.from_environment(),
        answers=Answers.from_environment(),
        observer=SearchLog.from_environment(api.headers, api.caller.address),
    )
    return Reply.written(answer)


handler = answering_first(api.handler)
