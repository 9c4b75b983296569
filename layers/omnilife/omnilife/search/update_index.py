"""`index_products`: bring the index up to what the catalogue holds, whatever the order of the news."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from omnilife.search.documents import version_of
from omnilife.search.product_index import ProductIndex

if TYPE_CHECKING:
    from omnilife.catalogue import ProductStore
    from omnilife.core.consumer import Envelope


def index_changes(
    envelopes: Sequence["Envelope"], *, store: "ProductStore", index: ProductIndex
) -> list[str]:
    """Index the products that these events are about; returns the ids of the records that failed.

    An event is only a hint that something about a product may be new. What is indexed is what the catalogue
    holds now, so events may come late, twice or in any order.

    Raises:
        SearchUnavailable: the engine does not answer: every record stays in its queue.
    """
    about = {envelope.record_id: products_of(envelope.event.data) for envelope in envelopes}
    failed = index_products(set().union(*about.values()), store=store, index=index)
    return [record_id for record_id, product_ids in about.items() if not failed.isdisjoint(product_ids)]


def index_products(product_ids: Iterable[str], *, store: "ProductStore", index: ProductIndex) -> set[str]:
    """Index these products as they are now; returns the ids of those that the engine did not take.

    Cost: one BatchGet for each 50 products, one bulk request.
    """
    from omnilife.catalogue import find_products_for_index  # noqa: PLC0415 (search's readers do without it)

    found = find_products_for_index(store, sorted(product_ids))
    return index.put([version_of(product) for product in found.values()]) if found else set()


def products_of(data: Mapping[str, Any]) -> set[str]:
    """The ids of the products that an event with this `data` is about: one, or one a line of an order.

    An event of another kind is about none: more may be routed here than is of use.
    """
    named = [data.get("product_id"), *(line.get("product_id") for line in data.get("lines", []))]
    return {product_id for product_id in named if product_id}
