"""GET /api/search/analytics: what shoppers looked for, found and did not find."""

from typing import Annotated

from omnilife.core.http import Query, endpoint
from omnilife.search import AnalyticsQuery, RollupStore, SearchAnalytics, search_analytics

api = endpoint("GET", "/api/search/analytics", auth="admin", tags=["search"], limit="read")


@api.route
def get_search_analytics(query: Annotated[AnalyticsQuery, Query()]) -> SearchAnalytics:
    return search_analytics(query, store=RollupStore.from_environment())


handler = api.handler
