"""Search: products found by shoppers. The truth is the catalogue's; the index can be rebuilt at any time."""

from typing import TYPE_CHECKING

from omnilife.core.lazy import exports

if TYPE_CHECKING:
    from omnilife.search.find_products import search_products as search_products
    from omnilife.search.models import SearchAnswer as SearchAnswer
    from omnilife.search.models import SearchQuery as SearchQuery
    from omnilife.search.problems import SearchUnavailable as SearchUnavailable
    from omnilife.search.problems import StaleCursor as StaleCursor
    from omnilife.search.product_index import ProductIndex as ProductIndex
    from omnilife.search.search_log import SearchLog as SearchLog
    from omnilife.search.searches import Outcome as Outcome
    from omnilife.search.update_index import index_changes as index_changes
    from omnilife.search.update_index import index_products as index_products

__getattr__ = exports(
    __name__,
    {
        "ProductIndex": "product_index",
        "Outcome": "searches",
        "SearchAnswer": "models",
        "SearchLog": "search_log",
        "SearchQuery": "models",
        "SearchUnavailable": "problems",
        "StaleCursor": "problems",
        "index_changes": "update_index",
        "index_products": "update_index",
        "search_products": "find_products",
    },
)
