"""`index_products`: bring the index up to what the catalogue holds, whatever the order of the news."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from omnilife.search.documents import version_of
from omnilife.search.product_index import ProductIndex, Version

if TYPE_CHECKING:
    from omnilife.catalogue import ProductStore
    from omnilife.core.consumer import Envelope
    from omnilife.search.store_reindex import ReindexStore

type Learned = Callable[[Iterable[str]], Mapping[str, float]]
"""The popularity of those of some products of which any was learned."""


def nothing_learned(product_ids: Iterable[str]) -> Mapping[str, float]:  # noqa: ARG001 (a `Learned`)
    """Of a shop that learns nothing."""
    return {}


def index_changes(
    envelopes: Sequence["Envelope"],
    *,
    store: "ProductStore",
    index: ProductIndex,
    jobs: "ReindexStore",
    learned: Learned = nothing_learned,
) -> list[str]:
    """Index the products that these events are about; returns the ids of the records that failed.

    An event is only a hint that something about a product may be new. What is indexed is what the catalogue
    holds now, so events may come late, twice or in any order.

    Raises:
        SearchUnavailable: the engine does not answer: every record stays in its queue.
    """
    about = {envelope.record_id: products_of(envelope.event.data) for envelope in envelopes}
    product_ids: set[str] = set().union(*about.values())
    failed = index_products(product_ids, store=store, index=index, jobs=jobs, learned=learned)
    return [record_id for record_id, product_ids in about.items() if not failed.isdisjoint(product_ids)]


def index_products(
    product_ids: Iterable[str],
    *,
    store: "ProductStore",
    index: ProductIndex,
    jobs: "ReindexStore",
    learned: Learned = nothing_learned,
    anew: bool = False,
) -> set[str]:
    """Index these products as they are now; returns the ids of those that the engine did not take.

    Cost: one read of the index's state, one BatchGet for each 50 products, one bulk request for each
    generation.

    Args:
        learned: the popularity of products, as far as there is any.
        anew: write also what the index holds in this very state: for what is not part of the state itself.
    """
    followed = jobs.followed()  # before the truth: `run_reindex` says why
    versions = read_versions(product_ids, store=store, learned=learned)
    return index.put(versions, followed, anew=anew) if versions else set()


def read_versions(
    product_ids: Iterable[str], *, store: "ProductStore", learned: Learned = nothing_learned
) -> list[Version]:
    """The documents of these products as they are now; of ids that never were there is none."""
    from omnilife.catalogue import find_products_for_index  # noqa: PLC0415 (search's readers do without it)

    found = find_products_for_index(store, sorted(product_ids))
    popularity = learned(found) if found else {}
    return [version_of(product, popularity.get(product_id, 0.0)) for product_id, product in found.items()]


def products_of(data: Mapping[str, Any]) -> set[str]:
    """The ids of the products that an event with this `data` is about: one, or one a line of an order.

    An event of another kind is about none: more may be routed here than is of use.
    """
    named = [data.get("product_id"), *(line.get("product_id") for line in data.get("lines", []))]
    return {product_id for product_id in named if product_id}
