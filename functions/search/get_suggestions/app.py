"""GET /api/search/suggestions: what a shopper may be about to type, or to look for."""

from typing import Annotated

from omnilife.core.http import Query, endpoint
from omnilife.search import SearchUnavailable, SuggestionIndex, SuggestionQuery, Suggestions, suggest

api = endpoint(
    "GET",
    "/api/search/suggestions",
    auth="public",
    tags=["search"],
    limit="read",
    problems=[SearchUnavailable],
)


@api.route
def get_suggestions(query: Annotated[SuggestionQuery, Query()]) -> Suggestions:
    return suggest(query, index=SuggestionIndex.from_environment())


handler = api.handler
