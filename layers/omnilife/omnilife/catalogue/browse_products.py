"""Lists of products, from DynamoDB alone: they work while the search engine does not."""

from collections.abc import Sequence

from omnilife.catalogue.access import owns
from omnilife.catalogue.listing import ProductFilters
from omnilife.catalogue.models import Product, ProductPage, Status
from omnilife.catalogue.store.products import ProductStore
from omnilife.core.auth import Caller
from omnilife.core.cursors import CursorCodec
from omnilife.core.errors import FieldError, Forbidden, Invalid


def list_products(
    store: ProductStore, filters: ProductFilters, *, caller: Caller, cursors: CursorCodec
) -> ProductPage:
    """A page of the products that pass all filters, in the order asked for.

    A product whose sort value does not change while pages are read is on exactly one of them. A page may be
    short, even empty, and still have a cursor: when filters let so little through that going on would read
    too much for one request. `stock_on_hand` is what can be sold, as it is now.

    Raises:
        Forbidden: statuses other than active, of another merchant's products.
        Invalid: such statuses in another order than newest.
        BadCursor: not one of ours, or of another query.
    """
    filters, statuses = _scoped(filters, caller)
    query = filters.fingerprint()
    position = cursors.read(filters.cursor, bound_to=query) if filters.cursor else None
    read = store.browse(filters, statuses, position)
    products: list[Product] = []
    while len(products) < filters.limit:
        page = store.with_stock(read.take(filters.limit - len(products)))
        products += [product for product in page if product.stock_on_hand > 0 or not filters.in_stock]
        if read.ended or read.exhausted:
            break
    next_cursor = None if read.ended else cursors.issue(read.position, bound_to=query)
    return ProductPage(items=products, next_cursor=next_cursor)


def _scoped(filters: ProductFilters, caller: Caller) -> tuple[ProductFilters, Sequence[Status]]:
    """The filters with a merchant's own id where it is implied, and the statuses to show."""
    statuses: list[Status] = sorted(set(filters.status)) or ["active"]
    if statuses == ["active"]:
        return filters, statuses
    merchant_id = filters.merchant_id or caller.merchant_id
    if not owns(caller, merchant_id):
        raise Forbidden(
            "Only active products of other merchants can be listed.",
            errors=[FieldError("/query/status", "is for one's own products")],
        )
    if filters.sort != "newest":
        raise Invalid(
            "Products that are not on sale are listed by newest.",
            errors=[FieldError("/query/sort", "must be newest with this status")],
        )
    return filters.model_copy(update={"merchant_id": merchant_id}), statuses
