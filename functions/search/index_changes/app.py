"""Queue consumer: brings the product index up to what the catalogue holds."""

from collections.abc import Iterable, Sequence

from omnilife.catalogue import ProductStore
from omnilife.core.consumer import Envelope, consumer
from omnilife.search import PopularityStore, ProductIndex, ReindexStore, index_changes


def index(envelopes: Sequence[Envelope]) -> Iterable[str]:
    return index_changes(
        envelopes,
        store=ProductStore.from_environment(),
        index=ProductIndex.from_environment(),
        jobs=ReindexStore.from_environment(),
        learned=PopularityStore.from_environment().scores,
    )


handler = consumer(index)
