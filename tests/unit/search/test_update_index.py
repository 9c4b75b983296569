"""Which products an event is about, and that no order of events leaves an old state in the index."""

from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnilife.catalogue import IndexedProduct
from omnilife.search.documents import version_of
from omnilife.search.product_index import Version
from omnilife.search.update_index import products_of
from tests.support.search import a_product, deleted, indexed


@pytest.mark.parametrize(
    ("data", "products"),
    [
        ({"product_id": "a", "fields": ["price"]}, {"a"}),
        (
            {"order_id": "o", "lines": [{"product_id": "a"}, {"product_id": "b"}, {"product_id": "a"}]},
            {"a", "b"},
        ),
        ({"order_id": "o", "lines": []}, set()),
        ({"user_id": "u"}, set()),
    ],
    ids=["a product", "an order", "an empty order", "something else"],
)
def test_an_event_is_about_its_product_or_the_products_of_its_lines(data: Any, products: set[str]) -> None:
    assert products_of(data) == products


@dataclass
class ExternallyVersioned:
    """What the engine promises: a document is replaced by one of a greater version, and by no other."""

    held: Version | None = None

    def put(self, version: Version) -> None:
        if self.held is None or version.number > self.held.number:
            self.held = version


@dataclass
class Truth:
    """One product in the catalogue. Its row and its stock's are read together, but not at one instant."""

    product_version: int = 1
    stock_version: int = 1
    gone: bool = False

    def change(self, what: str) -> None:
        if self.gone:
            return
        if what == "stock":
            self.stock_version += 1
        else:
            self.product_version += 1
            self.gone = what == "delete"

    def read(self, product_version: int, stock_version: int, *, gone: bool) -> IndexedProduct:
        version = product_version + stock_version
        if gone:
            return deleted("p1", version)
        return indexed(a_product(name=f"v{product_version}", stock_on_hand=stock_version), version)


@given(
    changes=st.lists(st.sampled_from(["product", "stock", "stock", "delete"]), max_size=8),
    torn=st.lists(st.booleans(), min_size=9, max_size=9),
    order=st.randoms(use_true_random=False),
)
def test_reads_written_in_any_order_and_repeated_end_in_the_newest_state(
    changes: list[str], torn: list[bool], order: Any
) -> None:
    """Each change is followed by a read, which may see the other row as it was one change before.

    The read after the last change sees both as they stay: its event is sent when both are written.
    """
    truth = Truth()
    reads = [truth.read(1, 1, gone=False)]
    for change, is_torn in zip(changes, torn, strict=False):
        before = (truth.product_version, truth.stock_version, truth.gone)
        truth.change(change)
        after = (truth.product_version, truth.stock_version, truth.gone)
        mixed = (before[0], after[1], before[2]) if change == "stock" else (after[0], before[1], after[2])
        product_version, stock_version, gone = mixed if is_torn else after
        reads.append(truth.read(product_version, stock_version, gone=gone))
    newest = truth.read(truth.product_version, truth.stock_version, gone=truth.gone)
    reads.append(newest)
    arrivals = reads * 2
    order.shuffle(arrivals)

    index = ExternallyVersioned()
    for read in arrivals:
        index.put(version_of(read))

    assert index.held == version_of(newest)
