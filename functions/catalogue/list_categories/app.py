"""GET /api/marketplace/categories: the tree of categories, with how many products are on sale in each."""

from omnilife.catalogue import CategoryTree, ProductStore, list_categories
from omnilife.core.http import endpoint

api = endpoint("GET", "/api/marketplace/categories", auth="public", tags=["catalogue"], limit="read")


@api.route
def get_categories() -> CategoryTree:
    return list_categories(ProductStore.from_environment())


handler = api.handler
