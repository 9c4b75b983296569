"""A small shop on the real engine: products put into the index, and found again."""

from dataclasses import dataclass, field
from typing import Any

from omnilife.catalogue import IndexedProduct, Product
from omnilife.core.cursors import CursorCodec
from omnilife.search import ProductIndex, SearchAnswer, SearchQuery, search_products
from omnilife.search.documents import version_of
from omnilife.search.engine import Engine, dump
from omnilife.search.mapping import MAPPINGS, SETTINGS, generation
from tests.support.search import indexed


@dataclass
class Shop:
    """An index under an alias of its own. What is put is seen by the next search."""

    index: ProductIndex
    engine: Engine
    alias: str
    cursors: CursorCodec = field(default_factory=lambda: CursorCodec(b"s" * 32))

    def put(self, *products: Product | IndexedProduct, version: int = 2) -> None:
        """Index these products; each state of one needs a greater version."""
        states = [each if isinstance(each, IndexedProduct) else indexed(each, version) for each in products]
        assert self.index.put([version_of(state) for state in states]) == set()
        self.refresh()

    def refresh(self) -> None:
        self.engine.request("POST", f"/{self.alias}/_refresh", b"", patience_s=10)

    def clear(self) -> None:
        """Take all products out, and forget their versions."""
        self.engine.request("DELETE", f"/{self.alias}-*", b"", patience_s=10)
        self.index.create()

    def search(self, attributes: dict[str, list[str]] | None = None, **query: Any) -> SearchAnswer:
        """One page. `attributes` are given as `{"colour": ["red"]}`."""
        parameters = {f"attr.{name}": values for name, values in (attributes or {}).items()}
        return search_products(SearchQuery(**query), parameters, index=self.index, cursors=self.cursors)

    def found(self, attributes: dict[str, list[str]] | None = None, **query: Any) -> list[str]:
        """The ids of one page's products."""
        return ids(self.search(attributes, **query))

    def begin_generation(self, stamp: str) -> None:
        """Move the alias to a new and empty index; the old one stays, as while a reindex is fresh."""
        new = generation(self.alias, stamp)
        self.engine.request(
            "PUT", f"/{new}", dump({"settings": SETTINGS, "mappings": MAPPINGS}), patience_s=10
        )
        moves = [
            {"remove": {"index": generation(self.alias), "alias": self.alias}},
            {"add": {"index": new, "alias": self.alias, "is_write_index": True}},
        ]
        self.engine.request("POST", "/_aliases", dump({"actions": moves}), patience_s=10)


def ids(answer: SearchAnswer) -> list[str]:
    return [item.product.product_id for item in answer.items]
