"""One product into the index now, or out of it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from omnilife.core.errors import NotFound
from omnilife.core.ids import Identifier
from omnilife.search.documents import version_of
from omnilife.search.problems import SearchUnavailable
from omnilife.search.product_index import ProductIndex, Version
from omnilife.search.store_reindex import ReindexStore
from omnilife.search.update_index import Learned, nothing_learned

if TYPE_CHECKING:
    from omnilife.catalogue import IndexedProduct, ProductStore


class ProductToIndex(BaseModel):
    """Which product."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    product_id: Identifier


class IndexedState(BaseModel):
    """What the index holds of a product: its document of that version, or only that it is not to be found.

    Searches see it within about a second.
    """

    product_id: Identifier
    state: Annotated[
        Literal["indexed", "removed"],
        Field(description="`removed` also of a product that is not on sale."),
    ]
    version: Annotated[
        int | None,
        Field(description="Of the document: the product's and its stock's; null if there never was one."),
    ]


def index_product(
    product_id: str,
    *,
    store: "ProductStore",
    index: ProductIndex,
    jobs: ReindexStore,
    learned: Learned = nothing_learned,
) -> IndexedState:
    """Index a product as the catalogue holds it now, also one that was removed by hand. Safe to repeat.

    Raises:
        NotFound: the catalogue never had it.
        SearchUnavailable: the engine does not answer, or does not take it now.
    """
    followed = jobs.followed()  # before the truth: `run_reindex` says why
    found = _find(product_id, store)
    if found is None:
        raise NotFound("The catalogue does not know this product.")
    if index.put([version_of(found, learned([product_id]).get(product_id, 0.0))], followed, anew=True):
        raise SearchUnavailable
    state: Literal["indexed", "removed"] = "indexed" if found.status == "active" else "removed"
    return IndexedState(product_id=product_id, state=state, version=found.version)


def unindex_product(
    product_id: str, *, store: "ProductStore", index: ProductIndex, jobs: ReindexStore
) -> IndexedState:
    """Take a product out of the index until the truth speaks again. Safe to repeat.

    What stays is a tombstone of the version that the catalogue holds now. The product's next change is of a
    later one and brings it back, if it is on sale; so do `index_product` and a reindex. An event that is
    late or repeated is of this version or an earlier one, and does not.

    Raises:
        SearchUnavailable: the engine does not answer, or does not take it now.
    """
    followed = jobs.followed()  # before the truth: `run_reindex` says why
    found = _find(product_id, store)
    if found is None:
        index.forget(product_id, followed)
        return IndexedState(product_id=product_id, state="removed", version=None)
    tombstone: Mapping[str, Any] = {"product_id": product_id, "status": "removed"}
    if index.put([Version(product_id, found.version, tombstone)], followed, anew=True):
        raise SearchUnavailable
    return IndexedState(product_id=product_id, state="removed", version=found.version)


def _find(product_id: str, store: "ProductStore") -> "IndexedProduct | None":
    from omnilife.catalogue import find_products_for_index  # noqa: PLC0415 (search's readers do without it)

    return find_products_for_index(store, [product_id]).get(product_id)
